import { createFileRoute } from "@tanstack/react-router";
import { CloudsPage } from "@/features/untagged/CloudsPage";
import { cloudsShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/governance/clouds")({
  validateSearch: readAndReport(cloudsShape),
  component: CloudsPage,
  errorComponent: Crash,
});
