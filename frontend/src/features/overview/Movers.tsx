/** The teams whose cost changed most; with the rest they add up to the change of the total, exactly. */
import { Link } from "@tanstack/react-router";
import type { Costs } from "@/api/types";
import { scaleOf } from "@/lib/money";
import { type OverviewSearch, keepShared } from "@/lib/search";
import { Amount, Delta, PercentChange } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { useSearchState } from "@/ui/useSearchState";
import { type Mover, moversOf } from "./answer";

export function Movers({ data }: { data: Costs }) {
  const [search] = useSearchState<OverviewSearch>();
  const movers = moversOf(data);
  const scale = scaleOf(movers.map((m) => m.change?.amount ?? "0"));
  const name = (m: Mover) =>
    m.id === null ? m.name : <Link className="link open-row" to="/cost/teams" search={{ ...keepShared(search), scope: m.id }}>{m.name}</Link>;
  const columns: Column<Mover>[] = [
    { id: "name", header: "Team", cell: name, footer: "Total" },
    { id: "change", header: "Change", align: "right", cell: (m) => <Delta change={m.change} percent={m.change_percent} scale={scale} />, footer: <Delta change={data.change} percent={data.change_percent} scale={scale} /> },
    { id: "percent", header: "%", align: "right", cell: (m) => <PercentChange change={m.change} percent={m.change_percent} />, footer: <PercentChange change={data.change} percent={data.change_percent} /> },
    { id: "cost", header: "Cost", align: "right", priority: 2, cell: (m) => <Amount money={m.cost} scale={scale} />, footer: <Amount money={data.total} scale={scale} /> },
  ];
  return (
    <section className="panel" aria-label="Top movers">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">What moved most</h2>
          <div className="panel-sub">Largest changes first, up or down; with the rest they are the whole change.</div>
        </div>
      </div>
      <DataTable caption="Top movers" columns={columns} rows={movers} rowId={(m) => m.id ?? m.name} rowLabel={(m) => m.name} isPinned={(m) => m.isRest} />
    </section>
  );
}
