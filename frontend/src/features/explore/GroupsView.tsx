import { Skeleton } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { COSTS_PATH, costsQuery, dimensionsQuery } from "@/api/queries";
import type { Costs } from "@/api/types";
import { csvHref } from "@/lib/csvHref";
import type { NodeType } from "@/lib/hierarchy";
import { type Grain, cutText, rangeText } from "@/lib/period";
import type { ExploreSearch } from "@/lib/search";
import type { BaseParams } from "@/lib/view";
import { useAbout } from "@/ui/FilterChips";
import { Notices } from "@/ui/Notices";
import { Chart } from "@/ui/chart/Chart";
import { chartOf, labelOf } from "@/ui/chart/costs";
import type { ChartSeries } from "@/ui/chart/types";
import { NothingMatches } from "@/ui/empty";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { GroupTable } from "./GroupTable";
import { drillRow } from "./drill";
import { chartParams } from "./query";

interface GroupsViewProps {
  base: BaseParams;
  groups: readonly string[];
  scopeType: NodeType | null;
  table: UseQueryResult<Costs>;
}

export function GroupsView({ base, groups, scopeType, table }: GroupsViewProps) {
  const [search] = useSearchState<ExploreSearch>();
  return (
    <QueryPanel query={table} what="the costs" skeleton={<Skeleton height={880} radius={6} />}>
      {(data) =>
        data.rows.length === 0 && data.meta.data_through !== null ? (
          <NothingMatches dataThrough={data.meta.data_through} />
        ) : (
          <>
            <Notices meta={data.meta} before={data.previous_range} />
            {search.chart !== "table" && <GroupChart base={base} groups={groups} scopeType={scopeType} />}
            <GroupTable data={data} scopeType={scopeType} />
          </>
        )
      }
    </QueryPanel>
  );
}

const GRAIN_NAME: Record<Grain, string> = { day: "Daily", week: "Weekly", month: "Monthly" };

function GroupChart({ base, groups, scopeType }: Omit<GroupsViewProps, "table">) {
  const [search] = useSearchState<ExploreSearch>();
  const navigate = useNavigate();
  const params = chartParams(search, base, groups);
  const query = useQuery(costsQuery(params));
  const dimensions = useQuery(dimensionsQuery);
  const chart = useMemo(() => (query.data ? chartOf(query.data, params.grain) : null), [query.data, params.grain]);
  const by = groups.map((g) => dimensions.data?.items.find((d) => d.id === g)?.label.toLowerCase() ?? g).join(" and ");
  const title = `${GRAIN_NAME[params.grain]} cost${by ? ` by ${by}` : ""}`;
  const subtitle = `${search.metric === "EffectiveCost" ? "Effective" : "Billed"} cost in ${query.data?.total.currency ?? ""}, ${rangeText(base)}${cutText(base, params.grain)}`;
  const about = useAbout(query.data?.meta);
  const drill = (series: ChartSeries): void => {
    const row = query.data?.rows.find((r) => labelOf(r, groups) === series.name);
    if (row && groups.length > 0) void navigate({ to: "/cost/explore", search: drillRow(search, row.keys, scopeType) });
  };
  return (
    <section className="panel" aria-label={title}>
      <QueryPanel query={query} what="the chart" skeleton={<Skeleton height={426} radius={6} />}>
        {() => chart && <Chart title={title} subtitle={subtitle} about={about} data={chart} kind={(search.chart ?? "bar") as "bar" | "line" | "area"} csv={csvHref(COSTS_PATH, params)} onDrill={groups.length > 0 ? drill : undefined} />}
      </QueryPanel>
    </section>
  );
}
