import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Run, Source } from "@/api/types";
import type { SourceSearch } from "@/lib/search";
import { ExportCsv } from "@/ui/ExportCsv";
import { RunDrawer } from "@/ui/runs/RunDrawer";
import { RunsTable } from "@/ui/runs/RunsTable";
import { BUSY_MS, RUNS_PATH, runsQuery } from "@/ui/runs/queries";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";

export function SourceRuns({ source }: { source: Source }) {
  const [search, patch] = useSearchState<SourceSearch>();
  const runs = runsQuery({ source: source.id });
  const query = useQuery(source.job ? { ...runs, refetchInterval: BUSY_MS } : runs);
  const open = useCallback((run: Run): void => patch({ run: run.id }), [patch]);
  return (
    <>
      <section className="panel" aria-label="Runs">
        <div className="panel-head">
          <h2 className="panel-title">Runs</h2>
          <ExportCsv path={RUNS_PATH} query={{ source: source.id }} />
        </div>
        <QueryPanel query={query} what="the runs" skeleton={<Skeleton height={240} radius={6} />}>
          {(data) =>
            data.items.length === 0 ? <EmptyBox title="No run yet">A run appears here as soon as the source is looked at.</EmptyBox> : <RunsTable runs={data.items} onOpen={open} />
          }
        </QueryPanel>
      </section>
      <RunDrawer id={search.run ?? null} onClose={() => patch({ run: undefined })} />
    </>
  );
}
