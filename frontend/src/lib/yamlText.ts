/**
 * Documents that are edited as YAML text. The text is what counts: a form changes the place it means and leaves the rest
 * as it was written, comments too. Scalars are text, as the server reads them.
 */
import { type Document, LineCounter, type Node, Scalar, YAMLMap, YAMLSeq, isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { LineProblem } from "./document";

type Found = Document.Parsed;

const FORMAT = { lineWidth: 0, flowCollectionPadding: false } as const;

function parse(text: string, list: string): { found: Found; lines: LineCounter } {
  const lines = new LineCounter();
  const found = parseDocument(text, { schema: "failsafe", lineCounter: lines });
  const items = found.get(list, true);
  // The parser hangs a comment above the first item on the list; it belongs to the item and moves with it.
  if (isSeq(items) && items.commentBefore && isMap(items.items[0])) {
    items.items[0].commentBefore = items.commentBefore;
    items.commentBefore = undefined;
  }
  return { found, lines };
}

/** Reads the parts of a document and remembers what keeps it from being shown as forms; the server finds the rest. */
export class YamlReader {
  readonly problems: LineProblem[] = [];
  readonly contents: unknown;
  private readonly found: Found;
  private readonly lines: LineCounter;

  /** `list`: the key of the list that forms edit. */
  constructor(text: string, list: string) {
    const { found, lines } = parse(text, list);
    [this.found, this.lines, this.contents] = [found, lines, found.contents];
    for (const error of found.errors) this.problems.push({ line: error.linePos?.[0].line ?? null, message: error.message.split(" at line")[0] ?? error.message });
  }

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

  texts(node: unknown, what: string): string[] {
    return this.items(node, what).flatMap((item) => this.text(item, what) ?? []);
  }
}

export const isNull = (node: unknown): boolean => node === undefined || node === null || (isScalar(node) && (node.type === undefined || node.type === "PLAIN") && /^(?:~|null|Null|NULL|)$/.test(String(node.value)));

/** Words that every reader of YAML takes for the same text without quotes. The server's reader is stricter than ours. */
const PLAIN = /^[A-Za-z][\w./-]*(?: [\w./-]+)*$/;
const NOT_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

export function scalarNode(text: string): Scalar {
  const node = new Scalar(text);
  if (!PLAIN.test(text) || NOT_TEXT.test(text)) node.type = "QUOTE_DOUBLE";
  return node;
}

/** A word that must stand there as it is, without quotes. */
export const plainNode = (word: string): Scalar => new Scalar(word);

export function mapNode(entries: readonly (readonly [string, unknown])[], flow = false): YAMLMap {
  const node = new YAMLMap();
  for (const [key, value] of entries) node.set(scalarNode(key), value);
  node.flow = flow;
  return node;
}

export function listNode(items: unknown[], flow = false): YAMLSeq {
  const node = new YAMLSeq();
  node.items = items;
  node.flow = flow;
  return node;
}

/** Changes the list under a key; it is made where it is missing. */
export function changeList(text: string, list: string, edit: (items: YAMLSeq) => void): string {
  const { found } = parse(text, list);
  let items = found.get(list, true) as unknown;
  if (!isSeq(items)) {
    items = new YAMLSeq();
    found.set(list, items);
  }
  edit(items as YAMLSeq);
  (items as YAMLSeq).flow = (items as YAMLSeq).items.length === 0;
  return found.toString(FORMAT);
}

/** Puts a part of the document in the place of the one that is there, or at the end. */
export function setPart(text: string, list: string, path: readonly string[], node: unknown): string {
  const { found } = parse(text, list);
  found.setIn(path, node);
  return found.toString(FORMAT);
}

/** The comment above an item stays; what stands inside it is written anew. */
export function replaceItem(items: YAMLSeq, at: number, node: YAMLMap): void {
  const before = items.items[at] as YAMLMap;
  node.commentBefore = before.commentBefore;
  node.spaceBefore = before.spaceBefore;
  items.items[at] = node;
}
