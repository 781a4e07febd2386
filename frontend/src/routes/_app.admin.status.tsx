import { createFileRoute, redirect } from "@tanstack/react-router";
import { StatusPage } from "@/features/status/StatusPage";
import { type HealthSearch, statusShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/admin/status")({
  validateSearch: readAndReport(statusShape),
  beforeLoad: ({ search }: { search: HealthSearch }) => {
    if (search.view) throw redirect({ to: "/admin/data-health", search, replace: true });
  },
  component: StatusPage,
  errorComponent: Crash,
});
