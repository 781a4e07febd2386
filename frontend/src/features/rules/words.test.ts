import { expect, test } from "vitest";
import { type Condition, type Rule, faultOf } from "./model";
import { conditionText, ruleText, sayings } from "./words";

const is = (column: string, operands: string[], operator: "equals" | "in" | "exists" | "regex" = "equals"): Condition => ({ kind: "is", column, operator, operands });
const rule = (over: Partial<Rule>): Rule => ({ id: "a", name: "", when: null, assign: "team", target: "t-1", ...over });
const NAMES = new Map([["t-1", "Payments"]]);

test("a condition reads as a sentence, with brackets where and meets or", () => {
  const or: Condition = { kind: "any", parts: [is("Tags/env", ["prod"]), is("RegionId", ["^eu-"], "regex")] };
  expect(conditionText(or)).toBe("tag env is “prod” or RegionId matches “^eu-”");
  expect(conditionText({ kind: "all", parts: [is("ResourceType", ["a", "b", "c", "d", "e"], "in"), or, { kind: "not", part: is("Tags/x", ["true"], "exists") }] })).toBe(
    "ResourceType is one of “a”, “b”, “c” or 2 more and (tag env is “prod” or RegionId matches “^eu-”) and not (tag x is present)",
  );
  expect(conditionText(is("Tags/x", ["False"], "exists"))).toBe("tag x is missing");
});

test("a rule says what it gives, by name where the name is known", () => {
  expect(ruleText(rule({}), NAMES)).toBe("For every record: team Payments.");
  expect(ruleText(rule({ when: is("ServiceName", ["S3"]), target: "t-9" }), NAMES)).toBe("If ServiceName is “S3”: team t-9.");
  expect(ruleText(rule({ assign: "team_from_tag", target: "squad" }), NAMES)).toBe("For every record: the team that tag squad names.");
});

test.each([
  [{}, null],
  [{ id: "A b" }, /small letters/],
  [{ id: "taken" }, /already/],
  [{ target: " " }, /which team/],
  [{ assign: "team_from_account", target: "" }, null],
  [{ when: is("Tags/", ["x"]) }, /not complete/],
  [{ when: { kind: "all", parts: [] } }, /not complete/],
  [{ when: { kind: "not", part: is("RegionId", [""]) } }, /not complete/],
] as [Partial<Rule>, RegExp | null][])("a form with %j is taken over only when nothing is missing", (over, fault) => {
  const found = faultOf(rule(over), ["taken"]);
  if (fault === null) expect(found).toBeNull();
  else expect(found).toMatch(fault);
});

test("costs without an owner are named by what they say", () => {
  expect(sayings({ column: "Tags/team", value: "chekout" })).toBe("Tag team “chekout”");
  expect(sayings({ column: "SubAccountId", value: "0123" })).toBe("Account 0123, no tag");
  expect(sayings({ column: "", value: "" })).toBe("No tag and no account");
});
