/**
 * Rules in their YAML document. The text is what counts: a form changes the place it means and leaves the rest as it
 * was written, comments too. Scalars are text, as the server reads them.
 */
import { type Document, LineCounter, type Node, Scalar, YAMLMap, YAMLSeq, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { LineProblem } from "@/lib/document";
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

type Found = Document.Parsed;

const FORMAT = { lineWidth: 0, flowCollectionPadding: false } as const;

function parse(text: string): { found: Found; lines: LineCounter } {
  const lines = new LineCounter();
  const found = parseDocument(text, { schema: "failsafe", lineCounter: lines });
  const rules = found.get("rules", true);
  // The parser hangs a comment above the first rule on the list; it belongs to the rule and moves with it.
  if (isSeq(rules) && rules.commentBefore && isMap(rules.items[0])) {
    rules.items[0].commentBefore = rules.commentBefore;
    rules.commentBefore = undefined;
  }
  return { found, lines };
}

export function readRules(text: string): RuleDocument {
  const { found, lines } = parse(text);
  const reader = new Reader(found, lines);
  for (const error of found.errors) reader.problems.push({ line: error.linePos?.[0].line ?? null, message: error.message.split(" at line")[0] ?? error.message });
  const out: RuleDocument = { rules: [], tagKeys: {}, aliases: 0, accounts: 0, problems: reader.problems };
  if (reader.problems.length > 0) return out;
  const top = reader.entries(found.contents, "The document");
  if (!top) return out;
  if (!top.has("rules")) reader.refuse(found.contents, "The document needs “rules”");
  out.rules = reader.items(top.get("rules"), "rules").flatMap((item) => reader.rule(item) ?? []);
  for (const [key, spellings] of reader.section(top, "tag_keys")) out.tagKeys[key] = reader.items(spellings, key).flatMap((s) => reader.text(s, key) ?? []);
  for (const [key, values] of reader.section(top, "aliases")) out.aliases += reader.entries(values, key)?.size ?? 0;
  out.accounts = reader.section(top, "account_defaults").size;
  return out;
}

class Reader {
  readonly problems: LineProblem[] = [];
  private readonly ids = new Set<string>();

  constructor(
    private readonly found: Found,
    private readonly lines: LineCounter,
  ) {}

  refuse(node: unknown, message: string): null {
    const start = (node as Node | null)?.range?.[0];
    this.problems.push({ line: start === undefined ? null : this.lines.linePos(start).line, message });
    return null;
  }

  private resolved(node: unknown): unknown {
    return isAlias(node) ? node.resolve(this.found) : node;
  }

  entries(node: unknown, what: string): Map<string, unknown> | null {
    const map = this.resolved(node);
    if (!isMap(map)) return this.refuse(node, `${what} must be a mapping`);
    return new Map(map.items.map((pair) => [String(isScalar(pair.key) ? pair.key.value : pair.key), pair.value]));
  }

  section(top: Map<string, unknown>, name: string): Map<string, unknown> {
    const node = top.get(name);
    return (isNull(node) ? null : this.entries(node, name)) ?? new Map();
  }

  items(node: unknown, what: string): unknown[] {
    const seq = this.resolved(node);
    if (isNull(seq)) return [];
    if (!isSeq(seq)) return this.refuse(node, `${what} must be a list`) ?? [];
    return seq.items;
  }

  text(node: unknown, what: string): string | null {
    const scalar = this.resolved(node);
    if (!isScalar(scalar) || isNull(scalar)) return this.refuse(node, `${what} must be text`);
    return String(scalar.value);
  }

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

const isNull = (node: unknown): boolean => node === undefined || node === null || (isScalar(node) && (node.type === undefined || node.type === "PLAIN") && /^(?:~|null|Null|NULL|)$/.test(String(node.value)));

/** Words that every reader of YAML takes for the same text without quotes. The server's reader is stricter than ours. */
const PLAIN = /^[A-Za-z][\w./-]*(?: [\w./-]+)*$/;
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function scalarNode(text: string): Scalar {
  const node = new Scalar(text);
  if (!PLAIN.test(text) || NOT_TEXT.test(text)) node.type = "QUOTE_DOUBLE";
  return node;
}

function mapNode(entries: [string, unknown][], flow = false): YAMLMap {
  const node = new YAMLMap();
  for (const [key, value] of entries) node.set(new Scalar(key), value);
  node.flow = flow;
  return node;
}

function listNode(items: unknown[], flow = false): YAMLSeq {
  const node = new YAMLSeq();
  node.items = items;
  node.flow = flow;
  return node;
}

function conditionNode(condition: Condition): YAMLMap {
  if (condition.kind === "not") return mapNode([["not", conditionNode(condition.part)]]);
  if (condition.kind !== "is") return mapNode([[condition.kind, listNode(condition.parts.map(conditionNode))]]);
  const { column, operator, operands } = condition;
  const [only = ""] = operands;
  const value = operator === "in" ? listNode(operands.map(scalarNode), true) : operator === "exists" ? new Scalar(only) : scalarNode(only);
  return mapNode([["column", scalarNode(column)], [operator, value]], true);
}

function ruleNode(rule: Rule): YAMLMap {
  return mapNode([
    ["id", scalarNode(rule.id)],
    ...(rule.name === "" ? [] : [["name", scalarNode(rule.name)] as [string, unknown]]),
    ...(rule.when === null ? [] : [["when", conditionNode(rule.when)] as [string, unknown]]),
    ["assign", mapNode([[rule.assign, WITHOUT_TARGET.has(rule.assign) ? new Scalar("true") : scalarNode(rule.target)]], true)],
  ]);
}

function change(text: string, edit: (rules: YAMLSeq) => void): string {
  const { found } = parse(text);
  let rules = found.get("rules", true) as unknown;
  if (!isSeq(rules)) {
    rules = new YAMLSeq();
    found.set("rules", rules);
  }
  edit(rules as YAMLSeq);
  (rules as YAMLSeq).flow = (rules as YAMLSeq).items.length === 0;
  return found.toString(FORMAT);
}

export const addRule = (text: string, rule: Rule): string => change(text, (rules) => void rules.items.push(ruleNode(rule)));

export const removeRule = (text: string, at: number): string => change(text, (rules) => void rules.items.splice(at, 1));

export const moveRule = (text: string, from: number, to: number): string => change(text, (rules) => void rules.items.splice(to, 0, ...rules.items.splice(from, 1)));

/** The comment above a rule stays; what stands inside it is written anew. */
export const replaceRule = (text: string, at: number, rule: Rule): string =>
  change(text, (rules) => {
    const [before, node] = [rules.items[at] as YAMLMap, ruleNode(rule)];
    node.commentBefore = before.commentBefore;
    node.spaceBefore = before.spaceBefore;
    rules.items[at] = node;
  });
