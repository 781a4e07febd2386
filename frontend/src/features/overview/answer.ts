/** What the overview says, from one answer about teams; no amount is added here. */
import type { Costs } from "@/api/types";
import type { ChartData } from "@/ui/chart/types";

export interface Mover extends Pick<Costs["rows"][number], "cost" | "change" | "change_percent"> {
  /** Null for what no team stands behind. */
  id: string | null;
  name: string;
  isRest: boolean;
}

export function moversOf(data: Costs): Mover[] {
  const rows = data.rows.map((row) => ({ ...row, id: row.keys.x_TeamId ?? null, name: row.labels.x_TeamId ?? "Unattributable", isRest: false }));
  if (!data.other) return rows;
  const count = data.other.count;
  return [...rows, { ...data.other, id: null, name: `The other ${count} ${count === 1 ? "team" : "teams"}`, isRest: true }];
}

export function spendChart(data: Costs): ChartData {
  const series = [{ id: null, name: "All cost", values: data.series_total, role: "entity" as const }];
  return { periods: data.periods, grain: "day", currency: data.total.currency, series, partialFrom: data.meta.partial_from };
}
