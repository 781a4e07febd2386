/** Rows of a cost answer as series of a chart, and what they are called. */
import type { CostRow, Costs } from "@/api/types";
import type { Grain } from "@/lib/period";
import type { ChartData, ChartSeries } from "./types";
import { isolate } from "@/lib/isolate";

/** Text of a row: its group values, the outer one first. */
export function labelOf(row: CostRow, groupBy: readonly string[]): string {
  if (groupBy.length === 0) return "Total";
  return groupBy.map((d) => isolate(row.labels[d] ?? row.keys[d] ?? "(none)")).join(", ");
}

/** One series per row; the id of a row is what it is grouped by. A row that nothing stands behind is no entity. */
export function chartOf(data: Costs, grain: Grain): ChartData {
  const series: ChartSeries[] = data.rows.map((row) => {
    const ids = data.group_by.map((d) => row.keys[d]);
    const nobody = ids.length > 0 && ids.every((id) => id === null || id === undefined);
    return { id: nobody ? null : ids.join("|") || "total", name: labelOf(row, data.group_by), values: row.series, role: nobody ? "unattributable" : "entity" };
  });
  if (data.other) series.push({ id: null, name: `Other (${data.other.count})`, values: data.other.series, role: "other" });
  return { periods: data.periods, grain, currency: data.total.currency, series, partialFrom: data.meta.partial_from };
}
