import type { Costs } from "@/api/types";
import { plainPercent } from "@/lib/money";
import { rangeText } from "@/lib/period";
import { Amount, Delta, PercentChange } from "@/ui/Amount";
import { Kpi } from "@/ui/Kpi";

export function Kpis({ data }: { data: Costs }) {
  const previous = data.previous_range ? rangeText(data.previous_range) : "the period before";
  const rest = data.rows.find((r) => r.keys.x_TeamId === null);
  return (
    <div className="kpis">
      <Kpi label={data.meta.cost_metric === "EffectiveCost" ? "Effective cost" : "Billed cost"} value={<Amount money={data.total} show="compact" />} note={data.range ? rangeText(data.range) : ""} />
      <Kpi
        label={`Change on ${previous}`}
        value={<Delta change={data.change} percent={data.change_percent} show="compact" />}
        note={<><PercentChange change={data.change} percent={data.change_percent} /> on <Amount money={data.previous_total} show="compact" /></>}
      />
      <Kpi
        label="Unattributable"
        value={<Amount money={data.meta.unallocated_amount} show="compact" />}
        note={data.meta.unallocated_amount === null ? "Lies outside this scope" : rest ? `${plainPercent(rest.share_percent)} of the total has no team yet` : "Every record has a team"}
      />
    </div>
  );
}
