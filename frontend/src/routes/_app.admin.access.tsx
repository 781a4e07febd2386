import { createFileRoute } from "@tanstack/react-router";
import { AccessPage } from "@/features/access/AccessPage";
import { accessShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/admin/access")({
  validateSearch: readAndReport(accessShape),
  component: AccessPage,
  errorComponent: Crash,
});
