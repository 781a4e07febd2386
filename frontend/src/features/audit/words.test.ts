import { expect, test } from "vitest";
import type { AuditEntry } from "./types";
import { asked, chainText, differences, entryId, entryOf, fromText, isNarrowed, momentText, objectText } from "./words";

const entry = (over: Partial<AuditEntry>): AuditEntry => ({
  service: "ingestion", seq: 12, at: "2026-11-24T05:10:07.123456Z", subject_id: "usr_1", subject_name: "Ann", address: "192.0.2.7", trace_id: "t", action: "source.created",
  object_kind: "source", object_id: "src_1", before: null, after: null, previous_hash: "0", hash: "1", ...over,
});

test("the address names an entry by its service and number", () => {
  expect(entryId(entry({}))).toBe("ingestion-12");
  expect(entryOf("proving_ground-7")).toEqual({ service: "proving_ground", seq: 7 });
});

test("a moment has its seconds, since people ask what came first", () => {
  expect(momentText("2026-11-24T05:10:07.123456Z")).toBe("24 Nov 2026 05:10:07 UTC");
});

test("an object is called by its name where the entry has it, before it was removed or after it was made", () => {
  expect(objectText(entry({ after: { name: "main bill" } }))).toBe("main bill");
  expect(objectText(entry({ before: { name: "old bill" } }))).toBe("old bill");
  expect(objectText(entry({ after: { source: "aws", name: "x" } }))).toBe("aws");
  expect(objectText(entry({ after: { name: "" } }))).toBe("src_1");
});

test("what the machine does by itself comes from no address", () => {
  expect(fromText(entry({ address: null }))).toBe("the machine itself");
});

test("before and after stand field by field, and what is not said is not made up", () => {
  expect(differences(entry({ before: { paused: false, gone: "x" }, after: { paused: true, every: null, note: "", more: { a: 1 } } }))).toEqual([
    { field: "paused", before: "false", after: "true" },
    { field: "gone", before: "x", after: null },
    { field: "every", before: null, after: "nothing" },
    { field: "note", before: null, after: "(empty)" },
    { field: "more", before: null, after: '{\n "a": 1\n}' },
  ]);
  expect(differences(entry({}))).toEqual([]);
});

test("the server is asked what the address says", () => {
  expect(asked({ who: "ann", since: "2026-11-01", action: "source" })).toEqual({ subject: "ann", from: "2026-11-01", to: undefined, action: "source", service: undefined });
  expect(isNarrowed({ entry: "ingestion-12" })).toBe(false);
  expect(isNarrowed({ until: "2026-11-01" })).toBe(true);
});

test("a chain is said to be verified as far as it was, or broken where it is", () => {
  const chain = { service: "ingestion", entries: 1200, verified: 1200, head: "1", broken: null, known_hash: null };
  expect(chainText(chain)).toBe("Verified up to entry 1,200");
  expect(chainText({ ...chain, entries: 0, verified: 0 })).toBe("Verified: no entry yet");
  expect(chainText({ ...chain, verified: 2, broken: { seq: 3, reason: "it is missing" } })).toBe("Broken at entry 3: it is missing");
});
