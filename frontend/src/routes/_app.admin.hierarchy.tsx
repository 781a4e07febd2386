import { createFileRoute } from "@tanstack/react-router";
import { HierarchyPage } from "@/features/hierarchy/HierarchyPage";
import { hierarchyShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/admin/hierarchy")({
  validateSearch: readAndReport(hierarchyShape),
  component: HierarchyPage,
  errorComponent: Crash,
});
