/** What was ingested, when, and how it went. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { sourcesQuery } from "@/api/queries";
import type { Run } from "@/api/types";
import type { HealthSearch } from "@/lib/search";
import { ExportCsv } from "@/ui/ExportCsv";
import { RunDrawer } from "@/ui/runs/RunDrawer";
import { RunsTable } from "@/ui/runs/RunsTable";
import { RUNS_PATH, runsQuery } from "@/ui/runs/queries";
import { RUN_STATES, stateWord } from "@/ui/runs/runWords";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";

export function RunsView() {
  const [search, patch] = useSearchState<HealthSearch>();
  const query = useQuery(runsQuery(search));
  const open = useCallback((run: Run): void => patch({ run: run.id }), [patch]);
  return (
    <>
      <section className="panel" aria-label="Runs">
        <div className="panel-head">
          <h2 className="panel-title">Runs</h2>
          <div className="row">
            <RunFilters />
            <ExportCsv path={RUNS_PATH} query={{ source: search.source, state: search.state }} />
          </div>
        </div>
        <QueryPanel query={query} what="the runs" skeleton={<Skeleton height={320} radius={6} />}>
          {(data) =>
            data.items.length === 0 ? (
              <EmptyBox title={search.source || search.state ? "No run matches" : "No run yet"}>
                {search.source || search.state ? "Choose another source or state." : "A run appears here as soon as a source is ingested."}
              </EmptyBox>
            ) : (
              <RunsTable runs={data.items} onOpen={open} />
            )
          }
        </QueryPanel>
      </section>
      <RunDrawer id={search.run ?? null} onClose={() => patch({ run: undefined })} />
    </>
  );
}

function RunFilters() {
  const [search, patch] = useSearchState<HealthSearch>();
  const sources = useQuery(sourcesQuery);
  return (
    <div className="row">
      <select className="select" aria-label="Source" value={search.source ?? ""} onChange={(e) => patch({ source: e.currentTarget.value || undefined })}>
        <option value="">All sources</option>
        {(sources.data?.items ?? []).map((s) => (
          <option key={s.id} value={s.id}>{s.name}</option>
        ))}
      </select>
      <select className="select" aria-label="State" value={search.state ?? ""} onChange={(e) => patch({ state: e.currentTarget.value || undefined })}>
        <option value="">All states</option>
        {RUN_STATES.map((s) => (
          <option key={s} value={s}>{stateWord(s)}</option>
        ))}
      </select>
    </div>
  );
}
