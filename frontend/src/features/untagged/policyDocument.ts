/** A tag policy in its YAML document, as forms read and change it. */
import type { YAMLMap } from "yaml";
import type { LineProblem } from "@/lib/document";
import { YamlReader, changeList, isNull, listNode, mapNode, replaceItem, scalarNode, setPart } from "@/lib/yamlText";
import type { Requirement } from "./types";

const LIST = "required";
const TEAMS = "teams";
export const SCOPE_COLUMNS = ["SubAccountId", "ServiceName", "RegionId", "ResourceType"] as const;

export interface Untaggable {
  types: string[];
  services: string[];
}

export interface PolicyDocument {
  required: Requirement[];
  untaggable: Untaggable;
  /** What keeps the text from being shown as forms; the server finds the rest. */
  problems: LineProblem[];
}

export function readPolicy(text: string): PolicyDocument {
  const reader = new PolicyReader(text, LIST);
  const out: PolicyDocument = { required: [], untaggable: { types: [], services: [] }, problems: reader.problems };
  if (reader.problems.length > 0) return out;
  const top = reader.entries(reader.contents, "The document");
  if (!top) return out;
  if (!top.has(LIST)) reader.refuse(reader.contents, "The document needs “required”");
  reader.only(reader.contents, top, "The document", [LIST, "untaggable"]);
  out.required = reader.items(top.get(LIST), LIST).flatMap((item) => reader.requirement(item) ?? []);
  const untaggable = reader.section(top, "untaggable");
  reader.only(top.get("untaggable"), untaggable, "“untaggable”", ["types", "services"]);
  out.untaggable = { types: reader.texts(untaggable.get("types"), "types"), services: reader.texts(untaggable.get("services"), "services") };
  return out;
}

class PolicyReader extends YamlReader {
  only(node: unknown, entries: Map<string, unknown>, what: string, known: readonly string[]): void {
    const unknown = [...entries.keys()].find((k) => !known.includes(k));
    if (unknown !== undefined) this.refuse(node, `${what} has no “${unknown}”: expected ${known.join(", ")}`);
  }

  requirement(node: unknown): Requirement | null {
    const entries = this.entries(node, "A required tag");
    if (!entries) return null;
    this.only(node, entries, "A required tag", ["key", "also", "values", "pattern", "where"]);
    const key = entries.has("key") ? this.text(entries.get("key"), "The key of a tag") : this.refuse(node, "A required tag needs “key”");
    const where = this.section(entries, "where");
    this.only(entries.get("where"), where, "“where”", SCOPE_COLUMNS);
    if (key === null) return null;
    return {
      key,
      also: this.texts(entries.get("also"), "also"),
      values: this.values(entries.get("values")),
      pattern: isNull(entries.get("pattern")) ? null : this.text(entries.get("pattern"), "pattern"),
      where: Object.fromEntries([...where].map(([column, values]) => [column, this.texts(values, column)])),
    };
  }

  private values(node: unknown): Requirement["values"] {
    if (isNull(node)) return null;
    return (node as { value?: unknown }).value === TEAMS ? TEAMS : this.texts(node, `values (a list, or ${TEAMS})`);
  }
}

const texts = (values: readonly string[]) => listNode(values.map(scalarNode), true);

function requirementNode(r: Requirement): YAMLMap {
  const where = Object.entries(r.where).filter(([, values]) => values.length > 0);
  return mapNode([
    ["key", scalarNode(r.key)],
    ...(r.also.length > 0 ? [["also", texts(r.also)] as const] : []),
    ...(r.values === null ? [] : [["values", r.values === TEAMS ? scalarNode(TEAMS) : texts(r.values)] as const]),
    ...(r.pattern === null ? [] : [["pattern", scalarNode(r.pattern)] as const]),
    ...(where.length > 0 ? [["where", mapNode(where.map(([column, values]) => [column, texts(values)] as const), true)] as const] : []),
  ]);
}

export const addRequirement = (text: string, r: Requirement): string => changeList(text, LIST, (items) => void items.items.push(requirementNode(r)));

export const removeRequirement = (text: string, at: number): string => changeList(text, LIST, (items) => void items.items.splice(at, 1));

export const replaceRequirement = (text: string, at: number, r: Requirement): string => changeList(text, LIST, (items) => replaceItem(items, at, requirementNode(r)));

export function setUntaggable(text: string, { types, services }: Untaggable): string {
  return setPart(setPart(text, LIST, ["untaggable", "types"], texts(types)), LIST, ["untaggable", "services"], texts(services));
}

/** What keeps a requirement from being taken over from a form, in words; null when nothing does. */
export function faultOf(r: Requirement, others: readonly Requirement[]): string | null {
  if (r.key.trim() === "") return "Say which key it is.";
  const taken = new Set(others.flatMap((o) => [o.key, ...o.also]).map((k) => k.toLowerCase()));
  const twice = [r.key, ...r.also].find((k) => taken.has(k.toLowerCase()));
  if (twice !== undefined) return `“${twice}” belongs to another required tag already.`;
  if (Array.isArray(r.values) && r.values.length === 0) return "Name at least one allowed value, or allow any.";
  return null;
}

const COLUMN_TEXT: Record<string, string> = { SubAccountId: "account", ServiceName: "service", RegionId: "region", ResourceType: "type" };
const columnText = (column: string): string => COLUMN_TEXT[column] ?? column;

const listed = (values: readonly string[]): string => values.map((v) => `“${v}”`).join(", ");

/** A requirement as a sentence. */
export function requirementText(r: Requirement): string {
  const values = r.values === null ? "Any value" : r.values === TEAMS ? "A team of the hierarchy" : `One of ${listed(r.values)}`;
  const also = r.also.length > 0 ? `, also as ${listed(r.also)}` : "";
  const pattern = r.pattern === null ? "" : `, matching “${r.pattern}” as a whole`;
  const where = Object.entries(r.where).filter(([, v]) => v.length > 0).map(([column, v]) => `${columnText(column)} ${v.length > 1 ? "one of " : ""}${listed(v)}`);
  return `${values}${also}${pattern}. Asked of ${where.length === 0 ? "every resource" : `those with ${where.join(" and ")}`}.`;
}
