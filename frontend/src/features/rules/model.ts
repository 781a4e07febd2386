/** A rule as forms edit it. `read` and `write` in `document.ts` go between this and the text, and lose nothing. */
export const COLUMNS = ["BillingAccountId", "SubAccountId", "ServiceProviderName", "ServiceName", "RegionId", "ResourceId", "ResourceType", "ChargeCategory"] as const;
export const TAG_PREFIX = "Tags/";

export const OPERATORS = ["equals", "in", "prefix", "suffix", "contains", "regex", "exists"] as const;
export type Operator = (typeof OPERATORS)[number];

/** `operands`: several for `in`, "true" or "false" for `exists`, else one. */
export interface Comparison {
  kind: "is";
  column: string;
  operator: Operator;
  operands: string[];
}

export interface Group {
  kind: "all" | "any";
  parts: Condition[];
}

export interface Negation {
  kind: "not";
  part: Condition;
}

export type Condition = Comparison | Group | Negation;

export const ASSIGNMENTS = ["team", "service", "team_from_tag", "service_from_tag", "service_from_components", "team_from_account"] as const;
export type Assignment = (typeof ASSIGNMENTS)[number];

/** These say it all by their name: in the text they are `true`. */
export const WITHOUT_TARGET: ReadonlySet<Assignment> = new Set(["service_from_components", "team_from_account"]);

export interface Rule {
  id: string;
  /** Empty where the rule has none. */
  name: string;
  /** Null for a rule that looks at every record. */
  when: Condition | null;
  assign: Assignment;
  /** Id of a team or service, or a tag key; empty for those without a target. */
  target: string;
}

export const NEW_COMPARISON: Comparison = { kind: "is", column: "ServiceName", operator: "equals", operands: [""] };

const SLUG = /^[a-z0-9][a-z0-9-]*$/;

/** What keeps a rule from being taken over from a form, in words; null when nothing does. */
export function faultOf(rule: Rule, otherIds: readonly string[]): string | null {
  if (!SLUG.test(rule.id)) return "The id must consist of small letters, digits and “-”, like “team-tag”.";
  if (otherIds.includes(rule.id)) return `Another rule has the id “${rule.id}” already.`;
  if (rule.when && !isComplete(rule.when)) return "A condition is not complete: fill in its tag key and values.";
  if (!WITHOUT_TARGET.has(rule.assign) && rule.target.trim() === "") return "Say which team, service or tag it is.";
  return null;
}

function isComplete(condition: Condition): boolean {
  if (condition.kind === "not") return isComplete(condition.part);
  if (condition.kind !== "is") return condition.parts.length > 0 && condition.parts.every(isComplete);
  const { column, operands } = condition;
  return column.trim() !== "" && column !== TAG_PREFIX && operands.length > 0 && operands.every((o) => o.trim() !== "");
}
