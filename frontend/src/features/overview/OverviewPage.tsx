/** What changed, and whether the figures can be trusted. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { COSTS_PATH, costsQuery, freshnessQuery, hierarchyQuery } from "@/api/queries";
import type { Costs } from "@/api/types";
import { csvHref } from "@/lib/csvHref";
import type { OverviewSearch } from "@/lib/search";
import { costSentence } from "@/lib/sentence";
import { CostKpis } from "@/ui/CostKpis";
import { ExportCsv } from "@/ui/ExportCsv";
import { FilterChips, useAbout } from "@/ui/FilterChips";
import { Notices } from "@/ui/Notices";
import { PageHeader } from "@/ui/PageHeader";
import { Chart } from "@/ui/chart/Chart";
import { NothingMatches } from "@/ui/empty";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { DataHealth } from "./DataHealth";
import { Movers } from "./Movers";
import { Setup } from "./Setup";
import { spendChart } from "./answer";
import { dailyParams, moversParams } from "./query";

export function OverviewPage() {
  const [search] = useSearchState<OverviewSearch>();
  const fresh = useQuery(freshnessQuery);
  const hierarchy = useQuery(hierarchyQuery);
  const asOf = fresh.data?.as_of ?? null;
  const params = moversParams(search, asOf);
  const movers = useQuery(costsQuery(params));
  const scope = hierarchy.data?.nodes.find((n) => n.id === search.scope);
  const nothingYet = fresh.data !== undefined && fresh.data.data_through === null;
  return (
    <>
      <PageHeader scoped title="Overview" answer={movers.data && !nothingYet ? costSentence(movers.data, scope?.name ?? search.scope ?? null) : ""} actions={<ExportCsv path={COSTS_PATH} query={params as Record<string, unknown> | null} />} />
      <FilterChips />
      <Setup />
      {nothingYet ? null : fresh.isError && !params ? (
        <div className="panel"><QueryPanel query={fresh} what="the newest day" skeleton={null}>{() => null}</QueryPanel></div>
      ) : (
        <QueryPanel query={movers} what="what changed" skeleton={<FirstLoad />}>
          {(data) => <Content data={data} />}
        </QueryPanel>
      )}
      <DataHealth />
    </>
  );
}

function Content({ data }: { data: Costs }) {
  if (data.rows.length === 0) return data.meta.data_through === null ? null : <NothingMatches dataThrough={data.meta.data_through} />;
  return (
    <>
      <Notices meta={data.meta} before={data.previous_range} />
      <CostKpis data={data} rest={data.rows.find((r) => r.keys.x_TeamId === null)} />
      <div className="two-panels even">
        <Daily />
        <Movers data={data} />
      </div>
    </>
  );
}

/** The last 90 days to the end of the range, as one line of bars. */
function Daily() {
  const [search] = useSearchState<OverviewSearch>();
  const asOf = useQuery(freshnessQuery).data?.as_of ?? null;
  const params = dailyParams(search, asOf);
  const query = useQuery(costsQuery(params));
  const about = useAbout(query.data?.meta);
  return (
    <section className="panel" aria-label="Daily cost">
      <QueryPanel query={query} what="the chart" skeleton={<Skeleton height={426} radius={6} />}>
        {(costs) => (
          <Chart
            title="Daily cost"
            subtitle={`${costs.meta.cost_metric === "EffectiveCost" ? "Effective" : "Billed"} cost in ${costs.total.currency}, 90 days`}
            about={about}
            data={spendChart(costs)}
            kind="bar"
            csv={params ? csvHref(COSTS_PATH, { ...params }) : undefined}
          />
        )}
      </QueryPanel>
    </section>
  );
}

function FirstLoad() {
  return (
    <div style={{ display: "grid", gap: 14 }}>
      <div className="kpis">{[0, 1, 2].map((i) => <Skeleton key={i} height={94} radius={6} />)}</div>
      <Skeleton height={428} radius={6} />
    </div>
  );
}
