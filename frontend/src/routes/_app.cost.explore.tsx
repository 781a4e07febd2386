import { createFileRoute } from "@tanstack/react-router";
import { ExplorePage } from "@/features/explore/ExplorePage";
import { exploreShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/cost/explore")({
  validateSearch: readAndReport(exploreShape),
  staticData: { controls: { scope: true, time: true, grain: true, compare: true, metric: true } },
  component: ExplorePage,
  errorComponent: Crash,
});
