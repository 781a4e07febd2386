/** How a charge is assigned to a team, and what a change of that would move. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RulesSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { LeaveDialog } from "@/ui/documents/LeaveDialog";
import { useDraft } from "@/ui/documents/useDraft";
import { QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { ExplainView } from "./ExplainView";
import { UnmatchedView } from "./UnmatchedView";
import { VersionsView } from "./VersionsView";
import { Workbench } from "./Workbench";
import { activeQuery } from "./queries";

const VIEWS = [
  { label: "Rules", search: {} },
  { label: "Unmatched", search: { view: "unmatched" } },
  { label: "Versions", search: { view: "versions" } },
  { label: "Explain a charge", search: { view: "explain" } },
] as const;

export function RulesPage() {
  const [search] = useSearchState<RulesSearch>();
  const query = useQuery(activeQuery);
  const draft = useDraft(query.data);
  const shown = search.explain === undefined ? search.view : "explain";
  const current = VIEWS.find((v) => "view" in v.search && v.search.view === shown)?.label ?? "Rules";
  return (
    <>
      <PageHeader title="Rules" answer="Each charge goes to the first rule that fits. What none takes is Unattributable, and always shown." />
      <nav className="tabs" aria-label="Views">
        {VIEWS.map((v) => (
          <Link key={v.label} to="/admin/rules" search={v.search} activeOptions={{ exact: true }} aria-current={current === v.label ? "page" : undefined}>
            {v.label}
          </Link>
        ))}
      </nav>
      {current === "Explain a charge" ? (
        <ExplainView />
      ) : (
        <QueryPanel query={query} what="the rules" skeleton={<Skeleton height={480} radius={6} />}>
          {(active) => (current === "Versions" ? <VersionsView draft={draft} /> : current === "Unmatched" ? <UnmatchedView dirty={draft.dirty} /> : <Workbench draft={draft} newest={active.version} />)}
        </QueryPanel>
      )}
      <LeaveDialog dirty={draft.dirty} what="The rules have" />
    </>
  );
}
