/** Does what is on screen equal the bill, and is new data arriving? */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { HealthSearch } from "@/lib/search";
import { PageHeader } from "@/ui/PageHeader";
import { useSearchState } from "@/ui/useSearchState";
import { DeadLettersView } from "./DeadLettersView";
import { ReconciliationView } from "./ReconciliationView";
import { RunsView } from "./RunsView";
import { reconciliationQuery } from "@/ui/reconciliation/queries";
import { verdictOf } from "@/ui/reconciliation/verdict";

const VIEWS = [
  { view: undefined, label: "Reconciliation" },
  { view: "runs", label: "Runs" },
  { view: "dead-letters", label: "Dead letters" },
] as const;

export function DataHealthPage() {
  const [search] = useSearchState<HealthSearch>();
  const reconciliation = useQuery(reconciliationQuery);
  return (
    <>
      <PageHeader title="Data health" answer={reconciliation.data ? verdictOf(reconciliation.data.items).sentence : ""} />
      <nav className="tabs" aria-label="Views">
        {VIEWS.map(({ view, label }) => (
          <Link key={label} to="/admin/data-health" search={view ? { view } : {}} activeOptions={{ exact: true }} aria-current={search.view === view ? "page" : undefined}>
            {label}
          </Link>
        ))}
      </nav>
      {search.view === "runs" ? <RunsView /> : search.view === "dead-letters" ? <DeadLettersView /> : <ReconciliationView />}
    </>
  );
}
