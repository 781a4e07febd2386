import { createFileRoute } from "@tanstack/react-router";
import { freshnessQuery, hierarchyQuery } from "@/api/queries";
import { CostByTeamPage } from "@/features/cost-by-team/CostByTeamPage";
import { costByTeamQuery, teamsParams } from "@/features/cost-by-team/query";
import { teamsShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/cost/teams")({
  validateSearch: readAndReport(teamsShape),
  staticData: { controls: { scope: true, time: true, grain: true, compare: false, metric: true } },
  loaderDeps: ({ search }) => search,
  // Starts the questions and waits for none: the page shows its own states.
  loader: ({ context: { client }, deps }) => {
    const params = teamsParams(deps, client.getQueryData(freshnessQuery.queryKey)?.as_of ?? null);
    if (params) void client.prefetchQuery(costByTeamQuery(params));
    void client.prefetchQuery(freshnessQuery);
    void client.prefetchQuery(hierarchyQuery);
  },
  component: CostByTeamPage,
  errorComponent: Crash,
});
