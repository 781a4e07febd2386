import { createFileRoute } from "@tanstack/react-router";
import { CostByTeamPage } from "@/features/cost-by-team/CostByTeamPage";
import { teamsShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/cost/teams")({
  validateSearch: readAndReport(teamsShape),
  staticData: { controls: { scope: true, time: true, grain: true, compare: false, metric: true } },
  component: CostByTeamPage,
  errorComponent: Crash,
});
