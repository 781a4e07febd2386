import { createFileRoute } from "@tanstack/react-router";
import { DataHealthPage } from "@/features/data-health/DataHealthPage";
import { healthShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/admin/data-health")({
  validateSearch: readAndReport(healthShape),
  component: DataHealthPage,
  errorComponent: Crash,
});
