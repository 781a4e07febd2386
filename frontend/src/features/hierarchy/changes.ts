/** What an import would change, in the words of someone who runs a company. */
import type { OrgChange, OrgNode } from "@/api/types";
import { dayText } from "@/lib/period";
import { levelText } from "./tree";

export type ChangeKind = "added" | "changed" | "left" | "removed";

export interface ChangeRow {
  id: string;
  name: string;
  level: string;
  kind: ChangeKind;
  /** The first day on which it is so. */
  since: string;
  details: { field: string; before: string | null; after: string | null }[];
}

const FIELD_TEXT: Record<string, string> = { name: "Name", type: "Level", parent_id: "Under", owner_email: "Owner", cost_center: "Cost centre" };
const ORDER: readonly ChangeKind[] = ["removed", "left", "changed", "added"];
const EVER = "since ever";

const from = (day: string | null): string => (day === null ? EVER : dayText(day));

export function changeRows(changes: readonly OrgChange[]): ChangeRow[] {
  return changes.map(rowOf).toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
}

function rowOf({ id, before, after, fields }: OrgChange): ChangeRow {
  const node = (after ?? before) as OrgNode;
  const row = { id, name: node.name, level: levelText(node.type) };
  if (before === null) return { ...row, kind: "added", since: from(node.valid_from), details: detailsOf(null, node, ["parent_id", "owner_email", "cost_center"]) };
  if (after === null) return { ...row, kind: "removed", since: EVER, details: [] };
  if (after.valid_to !== null && before.valid_to !== after.valid_to) return { ...row, kind: "left", since: dayText(after.valid_to), details: detailsOf(before, after, fields) };
  return { ...row, kind: "changed", since: from(after.valid_from), details: detailsOf(before, after, fields) };
}

function detailsOf(before: OrgNode | null, after: OrgNode, fields: readonly string[]): ChangeRow["details"] {
  return fields
    .filter((f) => f in FIELD_TEXT)
    .map((f) => {
      const value = (node: OrgNode | null): string | null => (node?.[f as keyof OrgNode] ?? null) as string | null;
      return { field: FIELD_TEXT[f] as string, before: value(before), after: value(after) };
    })
    .filter((d) => d.before !== d.after);
}

/** `2 added, 1 changed`; empty where nothing changes. */
export function changeCount(rows: readonly ChangeRow[]): string {
  return ORDER.toReversed()
    .map((kind) => [rows.filter((r) => r.kind === kind).length, kind] as const)
    .filter(([n]) => n > 0)
    .map(([n, kind]) => `${n} ${kind}`)
    .join(", ");
}
