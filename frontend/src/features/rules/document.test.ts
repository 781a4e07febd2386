import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addRule, moveRule, readRules, removeRule, replaceRule } from "./document";
import { ASSIGNMENTS, type Condition, OPERATORS, type Rule, WITHOUT_TARGET } from "./model";

const word = fc.oneof(
  fc.constantFrom("null", "~", "no", "true", "012", "1e3", "2026-01-01", "a: b", "# no comment", "- x", "'", '"', "{a}", "a, b", "*x", "&x", "!t", "%d", "@", "`", "?", "\\", "a\\n\"b", " lead", "trail ", "é✓", "^eu-(west|central)-\\d$"),
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.string({ minLength: 1, maxLength: 90, unit: "grapheme" }),
).filter((w) => w.trim() !== "");
const comparison: fc.Arbitrary<Condition> = fc.tuple(word, fc.constantFrom(...OPERATORS), fc.array(word, { minLength: 1, maxLength: 4 }), fc.boolean()).map(([column, operator, values, flag]) => ({
  kind: "is", column, operator, operands: operator === "in" ? values : operator === "exists" ? [String(flag)] : values.slice(0, 1),
}));
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthIdentifier: "depth" },
    comparison,
    fc.record({ kind: fc.constantFrom("all" as const, "any" as const), parts: fc.array(tie("condition"), { minLength: 1, maxLength: 3, depthIdentifier: "depth" }) }),
    fc.record({ kind: fc.constant("not" as const), part: tie("condition") }),
  ),
}));
const rule: fc.Arbitrary<Rule> = fc
  .record({ id: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/), name: fc.oneof(fc.constant(""), word), when: fc.option(condition), assign: fc.constantFrom(...ASSIGNMENTS), target: word })
  .map((r) => ({ ...r, target: WITHOUT_TARGET.has(r.assign) ? "" : r.target }));
const ruleList = fc.uniqueArray(rule, { maxLength: 5, selector: (r) => r.id });

const written = (rules: readonly Rule[]): string => rules.reduce(addRule, "rules: []\n");

test("what forms write is read back the same, whatever stands in it", () => {
  fc.assert(
    fc.property(ruleList, (rules) => {
      const read = readRules(written(rules));
      expect(read.problems).toEqual([]);
      expect(read.rules).toEqual(rules);
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("text that forms take over unchanged stays the same text", () => {
  fc.assert(
    fc.property(ruleList, (rules) => {
      const text = written(rules);
      expect(readRules(text).rules.reduce((t, r, i) => replaceRule(t, i, r), text)).toBe(text);
    }),
    { seed: 8, numRuns: 100 },
  );
});

const TEXT = `# Ask before you add a rule.
tag_keys:
  team: [squad, owner-team] # spellings
account_defaults: {"012345678901": cards}

rules:
  # Bought once.
  - id: support
    when: {column: ServiceName, prefix: AWS Support}
    assign: {team: fraud}

  # The main rule.
  - id: team-tag
    assign: {team_from_tag: team}
`;

test("moving a rule there and back gives the text as it was, comments and all", () => {
  const moved = moveRule(TEXT, 0, 1);
  expect(moved.indexOf("# The main rule.")).toBeLessThan(moved.indexOf("# Bought once."));
  expect(moved.indexOf("# Bought once.")).toBeLessThan(moved.indexOf("id: support"));
  for (const kept of ["# Ask before", "# spellings", '{"012345678901": cards}', "[squad, owner-team]"]) expect(moved).toContain(kept);
  expect(readRules(moved).rules.map((r) => r.id)).toEqual(["team-tag", "support"]);
  expect(moveRule(moved, 0, 1).replaceAll("\n\n", "\n")).toBe(TEXT.replaceAll("\n\n", "\n"));
});

test("removing the last rule leaves an empty list that takes a new one", () => {
  const empty = removeRule(removeRule(TEXT, 0), 0);
  expect(readRules(empty)).toMatchObject({ rules: [], problems: [], accounts: 1, tagKeys: { team: ["squad", "owner-team"] } });
  expect(addRule(empty, { id: "all", name: "", when: null, assign: "team", target: "no" })).toContain('- id: all\n    assign: {team: "no"}');
});

test.each([
  ["rules:\n  - id: a\n    assign: {team: b\n", 4],
  ["tag_keys: {}\n", 1],
  ["rules:\n  - id: a\n    assign: {team: b}\n  - id: a\n    assign: {team: b}\n", 4],
  ["rules:\n  - id: a\n    when: {column: X, like: y}\n    assign: {team: b}\n", 3],
  ["rules:\n  - id: a\n    when:\n    assign: {team: b}\n", 3],
  ["rules:\n  - id: a\n    assign: {team: b, service: c}\n", 3],
  ["rules:\n  - id: a\n    when: {all: [], any: []}\n    assign: {team: b}\n", 3],
  ["a: 1\na: 2\nrules: []\n", 2],
])("text that cannot be shown as forms names the line: %j", (text, line) => {
  expect(readRules(text).problems.map((p) => p.line)).toEqual([line]);
});
