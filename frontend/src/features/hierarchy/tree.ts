/** The nodes of one day as a tree, narrowed by a search; what is above a match stays, so that its place is seen. */
import type { OrgNode } from "@/api/types";
import { LEVEL_TEXT } from "@/lib/hierarchy";

export interface OrgRow extends OrgNode {
  children: OrgRow[];
}

const matches = (node: OrgNode, word: string): boolean =>
  [node.name, node.id, node.owner_email, node.cost_center].some((text) => text?.toLowerCase().includes(word));

/** Siblings by name. A node whose parent is not there stands at the top. */
export function orgTree(nodes: readonly OrgNode[], q = ""): OrgRow[] {
  const word = q.trim().toLowerCase();
  const rows = new Map(nodes.map((n): [string, OrgRow] => [n.id, { ...n, children: [] }]));
  const top: OrgRow[] = [];
  for (const row of rows.values()) (rows.get(row.parent_id ?? "")?.children ?? top).push(row);
  const arrange = (siblings: OrgRow[]): OrgRow[] =>
    siblings
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((row) => (word !== "" && matches(row, word) ? { ...row, children: arrangeAll(row.children) } : { ...row, children: arrange(row.children) }))
      .filter((row) => word === "" || row.children.length > 0 || matches(row, word));
  const arrangeAll = (siblings: OrgRow[]): OrgRow[] =>
    siblings.toSorted((a, b) => a.name.localeCompare(b.name)).map((row) => ({ ...row, children: arrangeAll(row.children) }));
  return arrange(top);
}

/** Ids of the rows that can be opened, all levels. */
export const parentIds = (rows: readonly OrgRow[]): string[] => rows.flatMap((r) => (r.children.length > 0 ? [r.id, ...parentIds(r.children)] : []));

export const levelText = (type: string): string => LEVEL_TEXT[type as keyof typeof LEVEL_TEXT] ?? type;

/** `3 groups, 8 units, 30 teams`. */
export function countText(nodes: readonly OrgNode[]): string {
  const count = (type: string): number => nodes.filter((n) => n.type === type).length;
  const words = (n: number, one: string): string => `${n.toLocaleString("en-US")} ${one}${n === 1 ? "" : "s"}`;
  return [words(count("business_group"), "group"), words(count("business_unit"), "unit"), words(count("team"), "team")].join(", ");
}
