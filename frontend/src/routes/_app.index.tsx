import { createFileRoute } from "@tanstack/react-router";
import { costsQuery, freshnessQuery, hierarchyQuery } from "@/api/queries";
import { OverviewPage } from "@/features/overview/OverviewPage";
import { dailyParams, moversParams } from "@/features/overview/query";
import { overviewShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/")({
  validateSearch: readAndReport(overviewShape),
  staticData: { controls: { scope: true, time: true, grain: false, compare: false, metric: true } },
  loaderDeps: ({ search }) => search,
  loader: ({ context: { client }, deps }) => {
    const asOf = client.getQueryData(freshnessQuery.queryKey)?.as_of ?? null;
    const movers = moversParams(deps, asOf);
    if (movers) void client.prefetchQuery(costsQuery(movers));
    const daily = dailyParams(deps, asOf);
    if (daily) void client.prefetchQuery(costsQuery(daily));
    void client.prefetchQuery(freshnessQuery);
    void client.prefetchQuery(hierarchyQuery);
  },
  component: OverviewPage,
  errorComponent: Crash,
});
