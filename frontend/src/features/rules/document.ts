/** Rules in their YAML document. */
import type { YAMLMap } from "yaml";
import type { LineProblem } from "@/lib/document";
import { YamlReader, changeList, isNull, listNode, mapNode, plainNode, replaceItem, scalarNode } from "@/lib/yamlText";
import { ASSIGNMENTS, type Assignment, type Condition, OPERATORS, type Operator, type Rule, WITHOUT_TARGET } from "./model";

export interface RuleDocument {
  rules: Rule[];
  /** Canonical tag key -> its other spellings. */
  tagKeys: Record<string, string[]>;
  aliases: number;
  accounts: number;
  /** What keeps the text from being shown as forms; the server finds the rest. */
  problems: LineProblem[];
}

export function readRules(text: string): RuleDocument {
  const reader = new RuleReader(text, "rules");
  const out: RuleDocument = { rules: [], tagKeys: {}, aliases: 0, accounts: 0, problems: reader.problems };
  if (reader.problems.length > 0) return out;
  const top = reader.entries(reader.contents, "The document");
  if (!top) return out;
  if (!top.has("rules")) reader.refuse(reader.contents, "The document needs “rules”");
  out.rules = reader.items(top.get("rules"), "rules").flatMap((item) => reader.rule(item) ?? []);
  for (const [key, spellings] of reader.section(top, "tag_keys")) out.tagKeys[key] = reader.texts(spellings, key);
  for (const [key, values] of reader.section(top, "aliases")) out.aliases += reader.entries(values, key)?.size ?? 0;
  out.accounts = reader.section(top, "account_defaults").size;
  return out;
}

class RuleReader extends YamlReader {
  private readonly ids = new Set<string>();

  rule(node: unknown): Rule | null {
    const entries = this.entries(node, "A rule");
    if (!entries) return null;
    const unknown = [...entries.keys()].find((k) => !["id", "name", "when", "assign"].includes(k));
    if (unknown) return this.refuse(node, `A rule has no “${unknown}”: expected id, name, when, assign`);
    if (!entries.has("id") || !entries.has("assign")) return this.refuse(node, "A rule needs “id” and “assign”");
    const id = this.text(entries.get("id"), "The id of a rule");
    if (id !== null && this.ids.has(id)) return this.refuse(node, `The rule “${id}” is given twice`);
    this.ids.add(id ?? "");
    const name = isNull(entries.get("name")) ? "" : this.text(entries.get("name"), "The name of a rule");
    const when = entries.has("when") ? this.condition(entries.get("when")) : null;
    const assign = this.assign(entries.get("assign"));
    if (id === null || name === null || assign === null || (entries.has("when") && when === null)) return null;
    return { id, name, when, ...assign };
  }

  private assign(node: unknown): Pick<Rule, "assign" | "target"> | null {
    const [first, ...more] = this.entries(node, "“assign”") ?? [];
    if (!first) return null;
    const [assign, value] = first as [Assignment, unknown];
    if (more.length > 0 || !ASSIGNMENTS.includes(assign)) return this.refuse(node, `“assign” needs exactly one of ${ASSIGNMENTS.join(", ")}`);
    const target = this.text(value, assign);
    if (target === null) return null;
    return { assign, target: WITHOUT_TARGET.has(assign) ? "" : target };
  }

  private condition(node: unknown): Condition | null {
    const entries = this.entries(node, "A condition");
    if (!entries) return null;
    const kind = (["all", "any", "not"] as const).find((k) => entries.has(k));
    if (kind && entries.size > 1) return this.refuse(node, `“${kind}” must stand alone in its condition`);
    if (kind === "not") {
      const part = this.condition(entries.get("not"));
      return part && { kind, part };
    }
    if (kind) {
      const parts = this.items(entries.get(kind), kind).map((item) => this.condition(item));
      return parts.every((p) => p !== null) ? { kind, parts: parts as Condition[] } : null;
    }
    return this.comparison(node, entries);
  }

  private comparison(node: unknown, entries: Map<string, unknown>): Condition | null {
    const operators = [...entries.keys()].filter((k) => k !== "column") as Operator[];
    const [operator] = operators;
    if (!entries.has("column") || !operator || operators.length > 1 || !OPERATORS.includes(operator)) {
      return this.refuse(node, `A condition needs “column” and one of ${OPERATORS.join(", ")}, or all, any, not`);
    }
    const column = this.text(entries.get("column"), "column");
    const values = operator === "in" ? this.items(entries.get(operator), "in") : [entries.get(operator)];
    const operands = values.map((v) => this.text(v, operator));
    if (column === null || operands.includes(null)) return null;
    return { kind: "is", column, operator, operands: operands as string[] };
  }
}

function conditionNode(condition: Condition): YAMLMap {
  if (condition.kind === "not") return mapNode([["not", conditionNode(condition.part)]]);
  if (condition.kind !== "is") return mapNode([[condition.kind, listNode(condition.parts.map(conditionNode))]]);
  const { column, operator, operands } = condition;
  const [only = ""] = operands;
  const value = operator === "in" ? listNode(operands.map(scalarNode), true) : operator === "exists" ? plainNode(only) : scalarNode(only);
  return mapNode([["column", scalarNode(column)], [operator, value]], true);
}

function ruleNode(rule: Rule): YAMLMap {
  return mapNode([
    ["id", scalarNode(rule.id)],
    ...(rule.name === "" ? [] : [["name", scalarNode(rule.name)] as [string, unknown]]),
    ...(rule.when === null ? [] : [["when", conditionNode(rule.when)] as [string, unknown]]),
    ["assign", mapNode([[rule.assign, WITHOUT_TARGET.has(rule.assign) ? plainNode("true") : scalarNode(rule.target)]], true)],
  ]);
}

const change = (text: string, edit: Parameters<typeof changeList>[2]): string => changeList(text, "rules", edit);

export const addRule = (text: string, rule: Rule): string => change(text, (rules) => void rules.items.push(ruleNode(rule)));

export const removeRule = (text: string, at: number): string => change(text, (rules) => void rules.items.splice(at, 1));

export const moveRule = (text: string, from: number, to: number): string => change(text, (rules) => void rules.items.splice(to, 0, ...rules.items.splice(from, 1)));

export const replaceRule = (text: string, at: number, rule: Rule): string => change(text, (rules) => replaceItem(rules, at, ruleNode(rule)));
