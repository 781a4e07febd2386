import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { dimensionsQuery } from "@/api/queries";
import type { CostRow, Costs, Money } from "@/api/types";
import type { NodeType } from "@/lib/hierarchy";
import { plainPercent, scaleOf } from "@/lib/money";
import { rangeText } from "@/lib/period";
import type { ExploreSearch } from "@/lib/search";
import { Amount, Delta, PercentChange } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { useSearchState } from "@/ui/useSearchState";
import { labelOf } from "@/ui/chart/costs";
import { drillRow } from "./drill";

interface Row {
  id: string;
  name: string;
  row: CostRow | null;
  cost: Money;
  previous: Money | null;
}

const SERVER_SORTS = new Set(["cost", "-cost", "name", "-change"]);

export function GroupTable({ data, scopeType }: { data: Costs; scopeType: NodeType | null }) {
  const [search, patch] = useSearchState<ExploreSearch>();
  const dimensions = useQuery(dimensionsQuery);
  const header = data.group_by.map((d) => dimensions.data?.items.find((x) => x.id === d)?.label ?? d).join(", ") || "Total";
  const rows = useMemo<Row[]>(() => {
    const listed: Row[] = data.rows.map((row) => ({ id: JSON.stringify(row.keys), name: labelOf(row, data.group_by), row, cost: row.cost, previous: row.previous_cost }));
    const other = data.other;
    return other ? [...listed, { id: "other", name: `Other (${other.count.toLocaleString()})`, row: null, cost: other.cost, previous: other.previous_cost }] : listed;
  }, [data]);
  const columns = useMemo(() => columnsOf(data, header, search, scopeType), [data, header, search, scopeType]);
  const sort = search.sort ?? "-cost";
  const onSort = (next: string): void => {
    const wanted = (SERVER_SORTS.has(next) ? next : next.replace("-", "") === "name" ? "name" : "-change") as NonNullable<ExploreSearch["sort"]>;
    patch({ sort: wanted === "-cost" ? undefined : wanted }, true);
  };
  return (
    <section className="panel" aria-label="Groups">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">{header}</h2>
          <div className="panel-sub">
            {data.range ? rangeText(data.range) : ""}
            {data.previous_range ? `, change is against ${rangeText(data.previous_range)}` : ""}
          </div>
        </div>
      </div>
      <DataTable
        caption={`Cost by ${header}`}
        columns={columns}
        rows={rows}
        rowId={(r) => r.id}
        rowLabel={(r) => r.name}
        sort={sort}
        onSort={onSort}
        isPinned={(r) => r.row === null}
        sheetActions={(r) =>
          r.row && data.group_by.length > 0 ? (
            <Link className="button-link" to="/cost/explore" search={drillRow(search, r.row.keys, scopeType)}>
              Go one level down
            </Link>
          ) : null
        }
      />
    </section>
  );
}

function columnsOf(data: Costs, header: string, search: ExploreSearch, scopeType: NodeType | null): Column<Row>[] {
  const scale = scaleOf(data.rows.map((r) => r.cost.amount));
  const changeScale = scaleOf(data.rows.map((r) => r.change?.amount ?? "0"));
  const columns: Column<Row>[] = [
    {
      id: "name",
      header,
      sortBy: (r) => (r.row ? r.name : undefined),
      cell: (r) => (r.row && data.group_by.length > 0 ? <Link to="/cost/explore" search={drillRow(search, r.row.keys, scopeType)}>{r.name}</Link> : r.name),
      footer: "Total",
    },
    { id: "cost", header: "Cost", align: "right", sortBy: (r) => (r.row ? Number(r.cost.amount) : undefined), cell: (r) => <Amount money={r.cost} scale={scale} />, footer: <Amount money={data.total} scale={scale} /> },
  ];
  if (data.previous_range) {
    columns.push(
      { id: "previous", header: "Before", align: "right", priority: 2, cell: (r) => <Amount money={r.previous} scale={scale} />, footer: <Amount money={data.previous_total} scale={scale} /> },
      {
        id: "change",
        header: "Change",
        align: "right",
        sortBy: (r) => (r.row?.change ? Number(r.row.change.amount) : undefined),
        cell: (r) => (r.row ? <Delta change={r.row.change} percent={r.row.change_percent} scale={changeScale} /> : ""),
        footer: <Delta change={data.change} percent={data.change_percent} scale={changeScale} />,
      },
      { id: "percent", header: "Change %", align: "right", priority: 2, cell: (r) => (r.row ? <PercentChange change={r.row.change} percent={r.row.change_percent} /> : ""), footer: <PercentChange change={data.change} percent={data.change_percent} /> },
    );
  }
  columns.push({
    id: "share",
    header: "Share",
    align: "right",
    priority: data.previous_range ? 2 : 1,
    cell: (r) => <span className="num">{r.row ? plainPercent(r.row.share_percent) : ""}</span>,
    footer: "",
  });
  return columns;
}
