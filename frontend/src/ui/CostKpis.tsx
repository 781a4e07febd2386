/** The three figures on top of a cost page: how much, against what, and how much of it nobody owns. */
import type { CostByTeam } from "@/api/types";
import { plainPercent } from "@/lib/money";
import { rangeText } from "@/lib/period";
import { Amount, Delta, PercentChange } from "./Amount";
import { Kpi } from "./Kpi";

interface CostKpisProps {
  data: Pick<CostByTeam, "meta" | "total" | "range" | "previous_range" | "change_percent"> & { change: CostByTeam["change"] | null; previous_total: CostByTeam["total"] | null };
  /** The row without a team; undefined where the answer has none. */
  rest: Pick<CostByTeam["teams"][number], "cost" | "share_percent"> | undefined;
}

export function CostKpis({ data, rest }: CostKpisProps) {
  const previous = data.previous_range ? rangeText(data.previous_range) : "the period before";
  const outside = data.meta.unallocated_amount === null;
  const nothing = !rest || Number(rest.cost.amount) === 0;
  return (
    <div className="kpis">
      <Kpi label={data.meta.cost_metric === "EffectiveCost" ? "Effective cost" : "Billed cost"} value={<Amount money={data.total} show="compact" />} note={data.range ? rangeText(data.range) : ""} />
      <Kpi
        label={`Change on ${previous}`}
        value={<Delta change={data.change} percent={data.change_percent} show="compact" />}
        note={<><PercentChange change={data.change} percent={data.change_percent} /> on <Amount money={data.previous_total} show="compact" /></>}
      />
      {(rest || !outside) && (
        <Kpi
          label="Unattributable"
          value={<Amount money={outside ? null : (rest?.cost ?? data.meta.unallocated_amount)} show="compact" />}
          note={outside ? "Lies outside this scope" : nothing ? "Every record has a team" : `${plainPercent(rest.share_percent)} of the total has no team yet`}
        />
      )}
    </div>
  );
}
