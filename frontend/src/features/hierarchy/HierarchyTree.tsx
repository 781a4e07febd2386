import { Button, TextInput } from "@mantine/core";
import { type KeyboardEvent, useMemo } from "react";
import type { Org } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { dayText } from "@/lib/period";
import type { HierarchySearch } from "@/lib/search";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyBox } from "@/ui/states";
import { useNarrow } from "@/ui/useNarrow";
import { useSearchState } from "@/ui/useSearchState";
import { type OrgRow, levelText, orgTree, parentIds } from "./tree";

export function HierarchyTree({ org }: { org: Org }) {
  const [search, patch] = useSearchState<HierarchySearch>();
  const narrow = useNarrow();
  const rows = useMemo(() => orgTree(org.nodes, search.q), [org, search.q]);
  const closed = useMemo(() => new Set(search.q ? [] : search.closed), [search.q, search.closed]);
  const open = useMemo(() => new Set(parentIds(rows).filter((id) => !closed.has(id))), [rows, closed]);
  const setClosed = (ids: string[]): void => patch({ closed: ids.length > 0 ? ids : undefined }, true);
  const toggle = (id: string): void => setClosed(closed.has(id) ? [...closed].filter((c) => c !== id) : [...closed, id]);
  return (
    <section className="panel" aria-label="Hierarchy">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Groups, units and teams</h2>
          {!narrow && <div className="panel-sub">Arrow keys move through the tree, left and right close and open.</div>}
        </div>
        <div className="row no-print">
          {!search.q && (
            <Button size="xs" variant="default" onClick={() => setClosed(closed.size > 0 ? [] : rows.filter((r) => r.children.length > 0).map((r) => r.id))}>
              {closed.size > 0 ? "Expand all" : "Collapse all"}
            </Button>
          )}
          <label className="row" style={{ fontSize: "0.8125rem" }}>
            As of
            <input className="date-input" style={{ width: "auto" }} type="date" value={search.on ?? org.as_of} onChange={(e) => e.currentTarget.value && patch({ on: e.currentTarget.value })} />
          </label>
          {search.on && <Button size="xs" variant="default" onClick={() => patch({ on: undefined })}>Today</Button>}
          <TextInput size="xs" type="search" aria-label="Find a node" placeholder="Name, id, owner, cost centre" value={search.q ?? ""} onChange={(e) => patch({ q: e.currentTarget.value || undefined }, true)} data-hotkey="filter" />
        </div>
      </div>
      {rows.length > 0 ? (
        <div role="presentation" onKeyDown={(e) => onKey(e, toggle)}>
          <DataTable caption="Hierarchy" columns={COLUMNS} rows={rows} rowId={(r) => r.id} rowLabel={(r) => r.name} subRows={(r) => r.children} open={open} onToggle={toggle} />
        </div>
      ) : search.q ? (
        <EmptyBox title="Nothing like this" action={<Button size="xs" variant="default" onClick={() => patch({ q: undefined })}>Clear the search</Button>}>
          No name, id, owner or cost centre contains “{search.q}”.
        </EmptyBox>
      ) : (
        <EmptyBox title={`No node is valid on ${dayText(org.as_of)}`} action={<Button size="xs" variant="default" onClick={() => patch({ on: undefined })}>Show today</Button>}>
          The hierarchy was imported with dates, and none covers this day.
        </EmptyBox>
      )}
    </section>
  );
}

const text = (value: string | null) => value ?? NO_DATA;

const COLUMNS: Column<OrgRow>[] = [
  { id: "name", header: "Name", cell: (r) => <span className="node-name" tabIndex={-1}>{r.name}</span> },
  { id: "level", header: "Level", cell: (r) => levelText(r.type) },
  { id: "id", header: "Id", priority: 2, cell: (r) => <span className="mono">{r.id}</span> },
  { id: "owner", header: "Owner", cell: (r) => <span className="wrap-anywhere">{text(r.owner_email)}</span> },
  { id: "center", header: "Cost centre", priority: 2, cell: (r) => text(r.cost_center) },
  { id: "from", header: "Valid from", priority: 2, cell: (r) => <span className="num">{r.valid_from ? dayText(r.valid_from) : "since ever"}</span> },
  { id: "to", header: "Valid until", priority: 2, cell: (r) => <span className="num">{r.valid_to ? dayText(r.valid_to) : "further notice"}</span> },
];

/** As in a file manager: up and down move, right opens, left closes or goes to the parent. */
function onKey(event: KeyboardEvent<HTMLElement>, toggle: (id: string) => void): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("tbody tr[data-row]")];
  const at = rows.findIndex((row) => row.contains(event.target as Node));
  const row = rows[at];
  if (!row) return;
  const depth = (r: HTMLElement): number => Number(r.dataset.depth);
  const expanded = row.querySelector(".expander")?.getAttribute("aria-expanded");
  const focus = (to: HTMLElement | undefined): void => to?.querySelector<HTMLElement>(".expander, .open-row, .node-name")?.focus();
  const actions: Record<string, () => void> = {
    ArrowDown: () => focus(rows[at + 1]),
    ArrowUp: () => focus(rows[at - 1]),
    Home: () => focus(rows[0]),
    End: () => focus(rows.at(-1)),
    ArrowRight: () => (expanded === "false" ? toggle(row.dataset.row as string) : depth(rows[at + 1] ?? row) > depth(row) && focus(rows[at + 1])),
    ArrowLeft: () => (expanded === "true" ? toggle(row.dataset.row as string) : focus(rows.slice(0, at).findLast((r) => depth(r) < depth(row)))),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}
