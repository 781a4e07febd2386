/** Who changed what, from where and when? All services together, newest first. */
import "./audit.css";
import { Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { AuditSearch } from "@/lib/search";
import { ExportCsv } from "@/ui/ExportCsv";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { AuditFilters } from "./AuditFilters";
import { AuditTable } from "./AuditTable";
import { Chains } from "./Chains";
import { EntryDrawer } from "./EntryDrawer";
import { AUDIT_PATH, entriesQuery, vocabularyQuery } from "./queries";
import type { MissingService } from "./types";
import { NO_FILTERS, asked, isNarrowed, serviceText } from "./words";

export function AuditPage() {
  const [search, patch] = useSearchState<AuditSearch>();
  const known = useQuery(vocabularyQuery).data;
  const query = useInfiniteQuery(entriesQuery(asked(search)));
  const rows = useMemo(() => query.data?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  const missing = useMemo(() => missingOf(query.data?.pages ?? []), [query.data]);
  return (
    <>
      <PageHeader title="Audit" answer="Every change and every sign-in: who, from where, what, before and after." />
      <Chains />
      <section className="panel" aria-label="Entries">
        <div className="panel-head">
          <h2 className="panel-title">Entries</h2>
          <ExportCsv path={AUDIT_PATH} query={asked(search)} />
        </div>
        <AuditFilters known={known} />
        <QueryPanel query={query} what="the audit record" skeleton={<Skeleton height={480} radius={6} />}>
          {() => (
            <>
              {missing.length > 0 && <Missing missing={missing.map((m) => ({ ...m, service: serviceText(m.service, known) }))} onRetry={() => void query.refetch()} />}
              {rows.length === 0 ? <Nothing narrowed={isNarrowed(search)} onClear={() => patch(NO_FILTERS)} /> : <AuditTable rows={rows} known={known} />}
              {query.hasNextPage && (
                <div style={{ padding: 10 }}>
                  <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older</Button>
                </div>
              )}
            </>
          )}
        </QueryPanel>
      </section>
      <EntryDrawer id={search.entry} known={known} onClose={() => patch({ entry: undefined })} />
    </>
  );
}

/** Each service once, whatever page it was missing on. */
function missingOf(pages: readonly { missing: MissingService[] }[]): MissingService[] {
  return [...new Map(pages.flatMap((p) => p.missing).map((m) => [m.service, m])).values()];
}

function Missing({ missing, onRetry }: { missing: MissingService[]; onRetry: () => void }) {
  return (
    <div className="notice" data-tone="warn" role="alert" style={{ margin: 12 }}>
      <IconAlertTriangle size={16} aria-hidden />
      <div className="notice-body wrap-anywhere">
        Not all of it: {missing.map((m) => m.service).join(", ")} did not answer, so {missing.length === 1 ? "its" : "their"} entries are not in this list. {missing[0]?.reason}
      </div>
      <Button size="compact-xs" variant="default" onClick={onRetry}>Retry</Button>
    </div>
  );
}

function Nothing({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  if (narrowed) return <EmptyBox title="No entry matches" action={<Button size="xs" variant="default" onClick={onClear}>Clear filters</Button>}>Nobody did anything that has all of these.</EmptyBox>;
  return <EmptyBox title="Nothing is recorded yet">The next change or sign-in appears here.</EmptyBox>;
}
