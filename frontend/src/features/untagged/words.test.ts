import { expect, test } from "vitest";
import type { CoverageOut, FindingOut, ScanOut, Violation } from "./types";
import { coverageSentence, eventText, lineText, nameOf, ownerOf, ownerText, scanText, violationText } from "./words";

const FINDING: FindingOut = {
  id: "f", resource_id: "arn:aws:rds:eu-west-1:210000000001:db:ledger", resource_name: null, resource_type: "rds:db", service: "Amazon RDS", account: null, account_name: null, region: null,
  missing_keys: [], violations: [], cost_30d: null, first_seen: "2026-11-01", last_seen: "2026-11-23", seen_in: ["bill"], owner: null, owner_name: null, assignment: null, suggested_owner: null, suggested_owner_name: null,
  confidence: null, evidence: [], state: "open", opened_at: "2026-11-01T00:00:00Z", closed_at: null, closed_because: null, exemption: null,
};
const usd = (amount: string) => ({ amount, currency: "USD" });

test("a resource without a name is called by the end of its id", () => {
  expect(nameOf(FINDING)).toBe("ledger");
  expect(nameOf({ ...FINDING, resource_name: "Ledger" })).toBe("Ledger");
  expect(nameOf({ ...FINDING, resource_id: "///" })).toBe("///");
});

test.each([
  [{ key: "team", verdict: "missing", found_key: null, found_value: null }, "team is missing"],
  [{ key: "team", verdict: "empty", found_key: "team", found_value: "" }, "team is empty"],
  [{ key: "team", verdict: "not allowed", found_key: "Squad", found_value: "x" }, "team (as Squad) is “x”, which is not allowed"],
] as [Violation, string][])("%j reads as %s", (violation, text) => expect(violationText(violation)).toBe(text));

test("a guess below 60 % is unknown, whatever the server suggests", () => {
  const guess = (confidence: number): FindingOut => ({ ...FINDING, suggested_owner: "t", suggested_owner_name: "Payments", confidence });
  expect(ownerText(guess(0.599))).toBe("unknown");
  expect(ownerText(guess(0.6))).toBe("perhaps Payments, 60 % sure");
  expect(ownerOf(FINDING).isKnown).toBe(false);
  expect(ownerOf({ ...guess(0.9), owner: "t-2", owner_name: null })).toEqual({ text: "t-2", note: null, isKnown: true });
});

test("whom a person has named counts more than a guess, and less than a rule", () => {
  const assignment = { team: "t-3", team_name: "Cards", by: "ada", at: "2026-11-24T10:00:00Z" };
  const assigned: FindingOut = { ...FINDING, suggested_owner: "t", suggested_owner_name: "Payments", assignment };
  expect(ownerText(assigned)).toBe("Cards, assigned by ada");
  expect(ownerText({ ...assigned, owner: "t-2", owner_name: "Ledger" })).toBe("Ledger");
});

const SCAN: ScanOut = { state: "current", why: null, scanned_at: "2026-11-24T05:10:00Z", duration_s: 4, resources: 4612, data_through: "2026-11-23", policy_version: 3, missing: [] };

test("a scan says when it was, of what, and how far the bill went", () => {
  expect(scanText(SCAN)).toBe("Scanned 24 Nov 2026 05:10 UTC, 4,612 resources, bill through 23 Nov 2026, policy version 3.");
  expect(scanText({ ...SCAN, data_through: null })).toContain("no bill yet");
  expect(scanText({ ...SCAN, scanned_at: null })).toBe("Not scanned yet.");
});

test("an event says what happened, and to what", () => {
  expect(eventText("opened", "team, env")).toBe("Opened: team, env");
  expect(eventText("exemption revoked", "")).toBe("Exemption revoked");
});

test("coverage is said by cost, and nothing is claimed where nothing can be tagged", () => {
  const coverage = (covered_percent: number | null, violating: string): CoverageOut => ({
    meta: { scan: SCAN, currency: "USD", other_currencies: [], range: null, filters: [], limited_to: null }, total: usd("100"), taggable: usd("100"), covered_percent,
    lines: [{ kind: "violating", why: null, cost: usd(violating), resources: 2 }],
  });
  expect(coverageSentence(coverage(70, "30.00"))).toBe("70.0 % of the cost of 30 days that can be tagged is tagged as the policy asks; $30.00 lacks a tag.");
  expect(coverageSentence(coverage(100, "0.00"))).toMatch(/, and nothing lacks a tag\.$/);
  expect(coverageSentence(coverage(null, "0.00"))).toBe("Nothing of the last 30 days can be tagged.");
  expect(lineText({ kind: "untaggable", why: "ec2:network-interface", cost: usd("1"), resources: 1 })).toBe("Cannot be tagged: ec2:network-interface");
});
