/** Who spent what, and how it moved. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { freshnessQuery, hierarchyQuery } from "@/api/queries";
import type { CostByTeam } from "@/api/types";
import type { TeamsSearch } from "@/lib/search";
import { CostKpis } from "@/ui/CostKpis";
import { ExportCsv } from "@/ui/ExportCsv";
import { FilterChips } from "@/ui/FilterChips";
import { Notices } from "@/ui/Notices";
import { PageHeader } from "@/ui/PageHeader";
import { NoCostData, NothingMatches } from "@/ui/empty";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { LevelChart } from "./LevelChart";
import { TeamTable } from "./TeamTable";
import { answerOf } from "./answer";
import { PATH, costByTeamQuery, teamsParams } from "./query";

export function CostByTeamPage() {
  const [search] = useSearchState<TeamsSearch>();
  const fresh = useQuery(freshnessQuery);
  const hierarchy = useQuery(hierarchyQuery);
  const params = teamsParams(search, fresh.data?.as_of ?? null);
  const query = useQuery(costByTeamQuery(params));
  const scope = hierarchy.data?.nodes.find((n) => n.id === search.scope);
  const nothingYet = fresh.data !== undefined && fresh.data.data_through === null;

  return (
    <>
      <PageHeader
        scoped
        title="Cost by team"
        answer={query.data ? answerOf(query.data, scope?.name ?? search.scope ?? null) : ""}
        actions={<ExportCsv path={PATH} query={params} />}
      />
      <FilterChips />
      {nothingYet ? <NoCostData /> : fresh.isError && !params ? (
        <div className="panel">
          <QueryPanel query={fresh} what="the newest day" skeleton={null}>{() => null}</QueryPanel>
        </div>
      ) : (
        <QueryPanel query={query} what="cost by team" skeleton={<FirstLoad />}>
          {(data) => <Content data={data} scopeType={scope?.type ?? null} />}
        </QueryPanel>
      )}
    </>
  );
}

function Content({ data, scopeType }: { data: CostByTeam; scopeType: "business_group" | "business_unit" | "team" | null }) {
  if (data.meta.data_through === null) return <NoCostData />;
  const nothing = Number(data.total.amount) === 0 && Number(data.previous_total.amount) === 0 && data.teams.every((t) => Number(t.cost.amount) === 0);
  if (nothing) return <NothingMatches dataThrough={data.meta.data_through} />;
  return (
    <>
      <Notices meta={data.meta} before={data.previous_range} />
      <CostKpis data={data} rest={data.teams.find((t) => t.team_id === null)} />
      <LevelChart data={data} scopeType={scopeType} />
      <TeamTable data={data} />
    </>
  );
}

function FirstLoad() {
  return (
    <div style={{ display: "grid", gap: 14 }}>
      <div className="kpis">
        {[0, 1, 2].map((i) => (
          <Skeleton key={i} height={94} radius={6} />
        ))}
      </div>
      <Skeleton height={428} radius={6} />
      <Skeleton height={640} radius={6} />
    </div>
  );
}
