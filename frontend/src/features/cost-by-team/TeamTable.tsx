/** Every team with its cost and change, in the hierarchy or as one flat list. */
import { Button, SegmentedControl } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { CostByTeam } from "@/api/types";
import { plainPercent, scaleOf } from "@/lib/money";
import { rangeText } from "@/lib/period";
import { LEVEL_DIMENSION, nextDimension, type NodeType } from "@/lib/hierarchy";
import { type ExploreSearch, type TeamsSearch, keepShared } from "@/lib/search";
import { Amount, Delta, PercentChange } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { Sparkline } from "@/ui/Sparkline";
import { useSearchState } from "@/ui/useSearchState";
import { ALL_CLOSED, type TreeRow, openSet, parents, teamRows, toggleOpen, treeRows } from "./tree";

const NODE_TYPE: Record<string, NodeType> = { group: "business_group", unit: "business_unit", team: "team" };

/** Explore with what the row stands for filled in, one level further down. */
export function drillSearch(row: TreeRow, search: TeamsSearch): ExploreSearch {
  const shared = keepShared(search);
  const type = NODE_TYPE[row.kind];
  if (!type) return { ...shared, f: [...(shared.f ?? []), `${LEVEL_DIMENSION.team}:in:`], group: ["x_AttributionRuleId", "ServiceName"] };
  return { ...shared, scope: row.id, group: [nextDimension(type)] };
}

export function TeamTable({ data }: { data: CostByTeam }) {
  const [search, patch] = useSearchState<TeamsSearch>();
  const flat = search.rows === "flat";
  const rows = useMemo(() => (flat ? teamRows(data) : treeRows(data)), [data, flat]);
  const open = useMemo(() => openSet(search.open, rows), [search.open, rows]);
  const columns = useMemo(() => columnsOf(data, search), [data, search]);
  const allOpen = search.open === undefined;
  return (
    <section className="panel" aria-label="Teams">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Teams</h2>
          <div className="panel-sub">
            {data.previous_range ? `Change is against ${rangeText(data.previous_range)}` : "There is no earlier period to compare with"}
          </div>
        </div>
        <div className="row no-print">
          {!flat && parents(rows).length > 0 && (
            <Button size="xs" variant="default" onClick={() => patch({ open: allOpen ? ALL_CLOSED : undefined }, true)}>
              {allOpen ? "Collapse all" : "Expand all"}
            </Button>
          )}
          <SegmentedControl
            size="xs"
            aria-label="Rows"
            value={flat ? "flat" : "tree"}
            data={[{ value: "tree", label: "Hierarchy" }, { value: "flat", label: "Teams only" }]}
            onChange={(value) => patch({ rows: value === "flat" ? "flat" : undefined })}
          />
        </div>
      </div>
      <DataTable
        caption="Cost by team"
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        rowLabel={(row) => row.name}
        sort={search.sort ?? "-cost"}
        onSort={(sort) => patch({ sort: sort === "-cost" ? undefined : sort }, true)}
        subRows={flat ? undefined : (row) => row.children}
        open={open}
        onToggle={(id) => patch({ open: toggleOpen(open, id, rows) }, true)}
        isPinned={(row) => row.kind === "unattributable"}
        sheetActions={(row) => (
          <Link className="button-link" to="/cost/explore" search={drillSearch(row, search)}>
            Open in Explore
          </Link>
        )}
      />
    </section>
  );
}

function columnsOf(data: CostByTeam, search: TeamsSearch): Column<TreeRow>[] {
  const rank = <T,>(value: (row: TreeRow) => T) => (row: TreeRow): T | undefined => (row.kind === "unattributable" ? undefined : value(row));
  const costScale = scaleOf(data.teams.map((t) => t.cost.amount));
  const changeScale = scaleOf(data.teams.map((t) => t.change?.amount ?? "0"));
  return [
    { id: "name", header: "Team", sortBy: rank((r) => r.name), cell: (r) => <NameCell row={r} search={search} />, footer: "Total" },
    {
      id: "cost",
      header: "Cost",
      align: "right",
      sortBy: rank((r) => Number(r.cost.amount)),
      cell: (r) => <Amount money={r.cost} scale={costScale} />,
      footer: <Amount money={data.total} scale={costScale} />,
    },
    {
      id: "change",
      header: "Change",
      align: "right",
      sortBy: (r) => (r.kind === "unattributable" || !r.change ? undefined : Number(r.change.amount)),
      cell: (r) => <Delta change={r.change} percent={r.change_percent} scale={changeScale} />,
      footer: <Delta change={data.change} percent={data.change_percent} scale={changeScale} />,
    },
    {
      id: "percent",
      header: "Change %",
      align: "right",
      priority: 2,
      sortBy: (r) => (r.kind === "unattributable" ? undefined : (r.change_percent ?? undefined)),
      cell: (r) => <PercentChange change={r.change} percent={r.change_percent} />,
      footer: <PercentChange change={data.change} percent={data.change_percent} />,
    },
    {
      id: "share",
      header: "Share",
      align: "right",
      priority: 2,
      sortBy: rank((r) => r.share_percent ?? undefined) as (r: TreeRow) => number | undefined,
      cell: (r) => <span className="num">{plainPercent(r.share_percent)}</span>,
      footer: "",
    },
    {
      id: "trend",
      header: `${data.days} days`,
      align: "right",
      priority: 2,
      width: "104px",
      cell: (r) => <Sparkline values={r.series} label={`Trend of ${r.name}`} />,
      footer: "",
    },
  ];
}

function NameCell({ row, search }: { row: TreeRow; search: TeamsSearch }) {
  return (
    <>
      <Link to="/cost/explore" search={drillSearch(row, search)}>
        <bdi>{row.name}</bdi>
      </Link>
      {search.rows === "flat" && row.where && <span className="muted"> {row.where}</span>}
    </>
  );
}
