import type { CostByTeam } from "@/api/types";
import { type DayRange, addDays, daysIn } from "@/lib/period";
import type { ChartData, ChartSeries } from "@/ui/chart/types";

const daysOf = (range: DayRange): string[] => Array.from({ length: daysIn(range) }, (_, i) => addDays(range.from, i));

/** Daily series that came with the table, when the level has few enough members; null when the server must fold some. */
export function embeddedChart(data: CostByTeam, level: string): ChartData | null {
  const rows = { x_BusinessGroupId: data.groups, x_BusinessUnitId: data.units, x_TeamId: null }[level as "x_TeamId"] ?? null;
  const members: ChartSeries[] | null =
    level === "x_TeamId"
      ? data.teams.filter((t) => t.team_id !== null).map((t) => ({ id: t.team_id, name: t.team, values: t.series, role: "entity" }))
      : (rows as CostByTeam["groups"] | null)?.filter((r) => r.id !== null).map((r) => ({ id: r.id, name: r.name, values: r.series, role: "entity" })) ?? null;
  if (!members || members.length > 6 || !data.range) return null;
  const rest = data.teams.find((t) => t.team_id === null);
  if (rest && Number(rest.cost.amount) !== 0) members.push({ id: null, name: rest.team, values: rest.series, role: "unattributable" });
  return { periods: daysOf(data.range), grain: "day", currency: data.total.currency, series: members, partialFrom: data.meta.partial_from };
}
