import { createFileRoute } from "@tanstack/react-router";
import { ConnectorsPage } from "@/features/connectors/ConnectorsPage";
import { connectorsShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/admin/connectors")({
  validateSearch: readAndReport(connectorsShape),
  component: ConnectorsPage,
  errorComponent: Crash,
});
