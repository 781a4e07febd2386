import { createFileRoute } from "@tanstack/react-router";
import { RulesPage } from "@/features/rules/RulesPage";
import { rulesShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/admin/rules")({
  validateSearch: readAndReport(rulesShape),
  component: RulesPage,
  errorComponent: Crash,
});
