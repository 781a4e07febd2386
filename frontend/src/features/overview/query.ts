import type { CostsParams } from "@/api/queries";
import { addDays } from "@/lib/period";
import type { OverviewSearch } from "@/lib/search";
import { baseParams } from "@/lib/view";

const MOVERS = 8;
const CHART_DAYS = 90;

/** Teams by how much they moved; what is not among the first is one row, summed by the server. */
export function moversParams(search: OverviewSearch, asOf: string | null): CostsParams | null {
  const base = baseParams(search, asOf);
  return base && { ...base, group_by: "x_TeamId", grain: "none", compare: "previous", top: MOVERS, sort: "-movement" };
}

/** The 90 days before the end of the range. */
export function dailyParams(search: OverviewSearch, asOf: string | null): CostsParams | null {
  const base = baseParams(search, asOf);
  return base && { ...base, from: addDays(base.to, 1 - CHART_DAYS), grain: "day", compare: "none" };
}
