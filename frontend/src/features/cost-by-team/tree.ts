/** The answer's three levels as one tree for the table. Unattributable stands beside the groups and is always last. */
import type { CostByTeam, Moved } from "@/api/types";
import { isolate } from "@/lib/isolate";

export interface TreeRow extends Moved {
  id: string;
  name: string;
  kind: "group" | "unit" | "team" | "unattributable";
  /** Names above it, for the flat list. */
  where: string;
  children?: TreeRow[];
}

export const UNATTRIBUTABLE = "unattributable";

export function teamRows(data: CostByTeam): TreeRow[] {
  return data.teams.map((t) =>
    t.team_id === null
      ? { ...t, id: UNATTRIBUTABLE, name: t.team, kind: "unattributable", where: "" }
      : { ...t, id: t.team_id, name: t.team, kind: "team", where: [t.business_group, t.business_unit].filter((name) => name !== null).map(isolate).join(" › ") },
  );
}

export function treeRows(data: CostByTeam): TreeRow[] {
  const teams = teamRows(data);
  const rows = new Map(teams.map((row) => [row.id, row]));
  const top: TreeRow[] = [];
  const attach = (row: TreeRow, parent: TreeRow | undefined): void => {
    if (!parent) top.push(row);
    else parent.children = [...(parent.children ?? []), row];
  };
  const groups = new Map<string, TreeRow>();
  for (const g of data.groups) {
    if (g.id === null) continue;
    const row: TreeRow = { ...g, id: g.id, kind: "group", where: "" };
    groups.set(g.id, row);
    top.push(row);
  }
  const units = new Map<string, TreeRow>();
  for (const u of data.units) {
    if (u.id === null) continue;
    const group = groups.get(u.business_group_id ?? "");
    const row: TreeRow = { ...u, id: u.id, kind: "unit", where: group?.name ?? "" };
    units.set(u.id, row);
    attach(row, group);
  }
  for (const t of data.teams) {
    const row = rows.get(t.team_id ?? UNATTRIBUTABLE) as TreeRow;
    if (t.team_id === null) continue;
    attach(row, units.get(t.business_unit_id ?? "") ?? groups.get(t.business_group_id ?? ""));
  }
  const last = rows.get(UNATTRIBUTABLE);
  return last ? [...top, last] : top;
}

/** Ids of all rows that can be opened. */
export function parents(rows: readonly TreeRow[]): string[] {
  return rows.flatMap((row) => (row.children ? [row.id, ...parents(row.children)] : []));
}

const NONE_OPEN = "none";

/** No `open` in the URL means that all levels are open: thirty teams fit on the page. */
export function openSet(open: readonly string[] | undefined, rows: readonly TreeRow[]): Set<string> {
  if (!open) return new Set(parents(rows));
  return new Set(open.filter((id) => id !== NONE_OPEN));
}

export function toggleOpen(open: ReadonlySet<string>, id: string, rows: readonly TreeRow[]): string[] | undefined {
  const next = new Set(open);
  if (!next.delete(id)) next.add(id);
  if (next.size === 0) return [NONE_OPEN];
  return parents(rows).every((p) => next.has(p)) ? undefined : [...next].sort();
}

export const ALL_CLOSED = [NONE_OPEN];
