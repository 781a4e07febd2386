/** Daily spend split by the level below the scope. */
import { SegmentedControl, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { COSTS_PATH, type CostsParams, costsQuery } from "@/api/queries";
import type { CostByTeam } from "@/api/types";
import { csvHref } from "@/lib/csvHref";
import { type NodeType, nextDimension } from "@/lib/hierarchy";
import { autoGrain, cutText, rangeText } from "@/lib/period";
import { type TeamsSearch, keepShared } from "@/lib/search";
import { useAbout } from "@/ui/FilterChips";
import { Chart } from "@/ui/chart/Chart";
import { chartOf } from "@/ui/chart/costs";
import type { ChartSeries } from "@/ui/chart/types";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { embeddedChart } from "./chartData";

const LEVEL_NAME: Record<string, string> = {
  x_BusinessGroupId: "business group",
  x_BusinessUnitId: "business unit",
  x_TeamId: "team",
  x_ServiceId: "service",
};

const GRAIN_NAME = { day: "Daily", week: "Weekly", month: "Monthly" };

export function LevelChart({ data, scopeType }: { data: CostByTeam; scopeType: NodeType | null }) {
  const [search, patch] = useSearchState<TeamsSearch>();
  const navigate = useNavigate();
  const level = nextDimension(search.scope ? scopeType : null);
  const grain = search.grain ?? (data.range ? autoGrain(data.range) : "day");
  const kind = search.chart ?? "bar";
  const embedded = useMemo(() => (grain === "day" ? embeddedChart(data, level) : null), [data, grain, level]);
  const params: CostsParams | null = data.range && { ...data.range, group_by: level, grain, metric: search.metric, currency: search.cur, scope: search.scope, filter: search.f, compare: "none", top: 6, sort: "-cost" };
  const query = useQuery(costsQuery(embedded ? null : params));
  const csv = params ? csvHref(COSTS_PATH, { ...params }) : undefined;
  const title = `${GRAIN_NAME[grain]} cost by ${LEVEL_NAME[level]}`;
  const subtitle = `${data.meta.cost_metric === "EffectiveCost" ? "Effective" : "Billed"} cost in ${data.total.currency}, ${data.range ? rangeText(data.range) + cutText(data.range, grain) : ""}`;

  const about = useAbout(data.meta);

  const drill = (series: ChartSeries): void => {
    if (series.id === null) return;
    if (level === "x_ServiceId") {
      void navigate({ to: "/cost/explore", search: { ...keepShared(search), f: [...(search.f ?? []), `x_ServiceId:in:${series.id}`], view: "resources" } });
    } else patch({ scope: series.id });
  };
  const controls = (
    <SegmentedControl
      size="xs"
      aria-label="Chart type"
      value={kind}
      data={[{ value: "bar", label: "Stacked" }, { value: "line", label: "Lines" }]}
      onChange={(value) => patch({ chart: value === "line" ? "line" : undefined }, true)}
    />
  );
  if (embedded) {
    return (
      <section className="panel" aria-label={title}>
        <Chart title={title} subtitle={subtitle} about={about} data={embedded} kind={kind} csv={csv} controls={controls} onDrill={drill} />
      </section>
    );
  }
  return (
    <section className="panel" aria-label={title}>
      <QueryPanel query={query} what="the chart" skeleton={<Skeleton height={426} radius={6} />}>
        {(costs) => <Chart title={title} subtitle={subtitle} about={about} data={chartOf(costs, grain)} kind={kind} csv={csv} controls={controls} onDrill={drill} />}
      </QueryPanel>
    </section>
  );
}
