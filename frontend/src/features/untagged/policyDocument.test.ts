import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SCOPE_COLUMNS, addRequirement, faultOf, readPolicy, removeRequirement, replaceRequirement, requirementText, setUntaggable } from "./policyDocument";
import type { Requirement } from "./types";

const word = fc.oneof(fc.constantFrom("null", "no", "012", "a: b", "# no", "teams", "'", '"', "CC-\\d{4}", "{a}", "*x", " lead", "é✓"), fc.string({ minLength: 1, maxLength: 20 })).filter((w) => w.trim() !== "");
const words = fc.array(word, { minLength: 1, maxLength: 3 });
const requirement: fc.Arbitrary<Requirement> = fc.record({
  key: word,
  also: fc.array(word, { maxLength: 3 }),
  values: fc.oneof(fc.constant(null), fc.constant("teams" as const), words),
  pattern: fc.option(word),
  where: fc.dictionary(fc.constantFrom(...SCOPE_COLUMNS), words).map((where) => ({ ...where })),
});

const EMPTY = "required: []\n";
const written = (all: readonly Requirement[]): string => all.reduce(addRequirement, EMPTY);

test("what forms write is read back the same, whatever stands in it", () => {
  fc.assert(fc.property(fc.array(requirement, { maxLength: 4 }), words, (all, types) => {
    const read = readPolicy(setUntaggable(written(all), { types, services: [] }));
    expect(read.problems).toEqual([]);
    expect(read.required).toEqual(all);
    expect(read.untaggable).toEqual({ types, services: [] });
  }), { seed: 21, numRuns: 200 });
});

test("text that forms take over unchanged stays the same text", () => {
  fc.assert(fc.property(fc.array(requirement, { minLength: 1, maxLength: 4 }), (all) => {
    const text = written(all);
    expect(readPolicy(text).required.reduce((t, r, i) => replaceRequirement(t, i, r), text)).toBe(text);
  }), { seed: 22, numRuns: 100 });
});

const TEXT = `# Agreed in the guild.
required:
  # Who pays.
  - key: team
    also: [owner]
  # Where it runs.
  - key: env # short
untaggable:
  types: [] # none so far
`;

test("comments stay where nothing was changed", () => {
  const changed = removeRequirement(setUntaggable(TEXT, { types: ["ec2:network-interface"], services: [] }), 0);
  for (const kept of ["# Agreed in the guild.", "# Where it runs.", "key: env # short"]) expect(changed).toContain(kept);
  expect(changed).not.toContain("# Who pays.");
  expect(readPolicy(changed)).toMatchObject({ required: [{ key: "env" }], untaggable: { types: ["ec2:network-interface"] } });
});

test.each([
  ["required:\n  - key: [a\n", 3],
  ["untaggable: {}\n", 1],
  ["required:\n  - also: [a]\n", 2],
  ["required:\n  - key: a\n    wher: {}\n", 2],
  ["required:\n  - key: a\n    where: {Team: [x]}\n", 3],
  ["required:\n  - key: a\n    values: {x: y}\n", 3],
  ["required: []\nuntaggable: {kinds: []}\n", 2],
])("text that cannot be shown as forms names the line: %j", (text, line) => {
  expect(readPolicy(text).problems.map((p) => p.line)).toEqual([line]);
});

const TEAM: Requirement = { key: "team", also: ["owner"], values: "teams", pattern: null, where: {} };

test("a requirement is taken over only when it is whole and its key is free", () => {
  expect(faultOf(TEAM, [])).toBeNull();
  expect(faultOf({ ...TEAM, key: " " }, [])).toMatch(/which key/);
  expect(faultOf({ ...TEAM, key: "Owner", also: [] }, [TEAM])).toMatch(/“Owner” belongs to another/);
  expect(faultOf({ ...TEAM, values: [] }, [])).toMatch(/at least one allowed value/);
});

test("a requirement reads as sentences", () => {
  expect(requirementText(TEAM)).toBe("A team of the hierarchy, also as “owner”. Asked of every resource.");
  expect(requirementText({ key: "cc", also: [], values: ["a", "b"], pattern: "[ab]", where: { RegionId: ["eu-west-1"], ServiceName: ["S3", "RDS"] } })).toBe(
    "One of “a”, “b”, matching “[ab]” as a whole. Asked of those with region “eu-west-1” and service one of “S3”, “RDS”.",
  );
});
