import { createFileRoute } from "@tanstack/react-router";
import { SourcePage } from "@/features/connectors/SourcePage";
import { sourceShape } from "@/lib/search";
import { Crash } from "@/ui/Crash";
import { readAndReport } from "@/ui/searchNotice";

export const Route = createFileRoute("/_app/admin/connectors_/$source")({
  validateSearch: readAndReport(sourceShape),
  component: Page,
  errorComponent: Crash,
});

function Page() {
  const { source } = Route.useParams();
  return <SourcePage key={source} id={source} />;
}
