/** Rules in plain words. Columns keep their FOCUS names, teams and services are called by name where it is known. */
import { type Comparison, type Condition, type Operator, type Rule, TAG_PREFIX } from "./model";

export const OPERATOR_TEXT: Record<Operator, string> = {
  equals: "is",
  in: "is one of",
  prefix: "starts with",
  suffix: "ends with",
  contains: "contains",
  regex: "matches",
  exists: "is present",
};

const SHOWN = 3;

const quoted = (text: string): string => `“${text}”`;

function listed(values: readonly string[]): string {
  const shown = values.slice(0, SHOWN).map(quoted).join(", ");
  return values.length > SHOWN ? `${shown} or ${values.length - SHOWN} more` : shown;
}

export const columnText = (column: string): string => (column.startsWith(TAG_PREFIX) ? `tag ${column.slice(TAG_PREFIX.length)}` : column);

/** What costs without an owner say. */
export const sayings = ({ column, value }: { column: string; value: string }): string =>
  column === "" ? "No tag and no account" : column === "SubAccountId" ? `Account ${value}, no tag` : `Tag ${column.slice(TAG_PREFIX.length)} ${quoted(value)}`;

function comparisonText({ column, operator, operands }: Comparison): string {
  if (operator === "exists") return `${columnText(column)} is ${operands[0]?.toLowerCase() === "false" ? "missing" : "present"}`;
  return `${columnText(column)} ${OPERATOR_TEXT[operator]} ${listed(operands)}`;
}

export function conditionText(condition: Condition, inner = false): string {
  if (condition.kind === "is") return comparisonText(condition);
  if (condition.kind === "not") return `not (${conditionText(condition.part)})`;
  const text = condition.parts.map((p) => conditionText(p, condition.parts.length > 1)).join(condition.kind === "all" ? " and " : " or ");
  return inner && condition.parts.length > 1 ? `(${text})` : text;
}

export function assignText(rule: Rule, names: ReadonlyMap<string, string>): string {
  const name = names.get(rule.target) ?? rule.target;
  switch (rule.assign) {
    case "team": return `team ${name}`;
    case "service": return `service ${name} and its team`;
    case "team_from_tag": return `the team that tag ${rule.target} names`;
    case "service_from_tag": return `the service that tag ${rule.target} names`;
    case "service_from_components": return "the service of the catalog that it is a component of";
    case "team_from_account": return "the team that its account belongs to";
  }
}

export const ruleText = (rule: Rule, names: ReadonlyMap<string, string>): string =>
  `${rule.when ? `If ${conditionText(rule.when)}` : "For every record"}: ${assignText(rule, names)}.`;
