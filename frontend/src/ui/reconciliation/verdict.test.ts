import { expect, test } from "vitest";
import type { ReconciliationItem } from "@/api/types";
import { byTrouble, isZero, itemTone, statusText, verdictOf } from "./verdict";

const item = (over: Partial<ReconciliationItem>): ReconciliationItem => ({
  source_id: "s", source: "main", billing_period: "2026-10", snapshot: "1", status: "complete", pending_since: null, pending_hop: null, billed_basis: "lines",
  currency: "USD", counted: true, rows_read: 10, rows_quarantined: 0, rows_published: 10, source_billed: "1.00", quarantined_billed: "0.00", raw_billed: "1.00",
  enriched_billed: "1.00", cockpit_billed: "1.00", difference: "0.00", first_difference_hop: null, ...over,
});

test("zero is zero at any number of decimals, and nothing else is", () => {
  expect(["0", "0.00", "-0.000000000000", "0.000"].every(isZero)).toBe(true);
  expect(["0.000000000001", "-0.01", "1"].some(isZero)).toBe(false);
  expect(isZero(null)).toBe(false);
});

test("a cent is enough to say no, and the hop is named", () => {
  const verdict = verdictOf([item({}), item({ billing_period: "2026-11", difference: "0.01", first_difference_hop: "cockpit" })]);
  expect(verdict.tone).toBe("error");
  expect(verdict.worst?.difference).toBe("0.01");
  expect(verdict.sentence).toBe("1 billing period of 2 does not match the bill, the most in main, Nov 2026. The first difference appears at cockpit.");
});

test("a table that does not add up is a difference, even where the hops agree", () => {
  const wrong = item({ first_difference_hop: "cockpit.owner_day" });
  expect(statusText(wrong)).toBe("Differs");
  expect(itemTone(wrong)).toBe("error");
  expect(verdictOf([wrong]).sentence).toContain("The first difference appears at cockpit.owner_day.");
});

test("the largest difference is the headline, whatever its sign", () => {
  expect(verdictOf([item({ difference: "0.01" }), item({ difference: "-5.00" })]).worst?.difference).toBe("-5.00");
});

test("quarantined lines make a period incomplete, not different", () => {
  const verdict = verdictOf([item({}), item({ status: "incomplete", rows_quarantined: 3 })]);
  expect(verdict.tone).toBe("warn");
  expect(verdict.worst).toBeNull();
  expect(verdict.sentence).toBe("Every figure equals the bill, hop by hop, in 1 billing period. 1 billing period is incomplete: lines lie in quarantine.");
});

test("what is on the way is not called equal", () => {
  const pending = item({ status: "pending", pending_hop: "enriched", difference: null });
  expect(verdictOf([pending]).sentence).toBe("Nothing has settled yet. 1 billing period still on the way.");
  expect(statusText(pending)).toBe("Pending at enriched");
  expect(verdictOf([]).tone).toBe("idle");
});

test("an overlapping delivery is shown and does not count", () => {
  const overlapping = item({ status: "overlapping", counted: false, difference: null });
  expect(itemTone(overlapping)).toBe("warn");
  expect(verdictOf([item({}), overlapping]).tone).toBe("ok");
});

test("trouble is listed first, then the newest period", () => {
  const list = byTrouble([item({ billing_period: "2026-09" }), item({ billing_period: "2026-11" }), item({ billing_period: "2026-08", difference: "1.00" })]);
  expect(list.map((i) => i.billing_period)).toEqual(["2026-08", "2026-11", "2026-09"]);
});
