/** What was ingested, when, and how it went. */
import { Skeleton, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Run } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { instantText, monthText } from "@/lib/period";
import type { HealthSearch } from "@/lib/search";
import { type Column, DataTable } from "@/ui/DataTable";
import { ExportCsv } from "@/ui/ExportCsv";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { RunDrawer } from "./RunDrawer";
import { RunState } from "./RunState";
import { RUNS_PATH, runsFilter, runsQuery, sourcesQuery } from "./queries";
import { RUN_STATES, durationText, sourceName, stateWord } from "./runWords";

export function RunsView() {
  const [search, patch] = useSearchState<HealthSearch>();
  const query = useQuery(runsQuery(search));
  const open = (run: Run): void => patch({ run: run.id });
  const columns = useMemo(() => columnsOf((run) => patch({ run: run.id })), [patch]);
  return (
    <>
      <section className="panel" aria-label="Runs">
        <div className="panel-head">
          <h2 className="panel-title">Runs</h2>
          <div className="row">
            <RunFilters />
            <ExportCsv path={RUNS_PATH} query={runsFilter(search)} />
          </div>
        </div>
        <QueryPanel query={query} what="the runs" skeleton={<Skeleton height={320} radius={6} />}>
          {(data) =>
            data.items.length === 0 ? (
              <EmptyBox title={search.source || search.state ? "No run matches" : "No run yet"}>
                {search.source || search.state ? "Choose another source or state." : "A run appears here as soon as a source is ingested."}
              </EmptyBox>
            ) : (
              <DataTable caption="Runs" columns={columns} rows={data.items} rowId={(r) => r.id} rowLabel={(r) => `${sourceName(r)}, ${monthText(r.billing_period)}`} onOpen={open} />
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

const count = (n: number | null) => <span className="num">{n === null ? NO_DATA : n.toLocaleString()}</span>;

function columnsOf(open: (run: Run) => void): Column<Run>[] {
  return [
    {
      id: "name",
      header: "Source and period",
      cell: (r) => (
        <UnstyledButton className="open-row link" onClick={() => open(r)} aria-haspopup="dialog">
          {sourceName(r)}, {monthText(r.billing_period)}
        </UnstyledButton>
      ),
    },
    { id: "state", header: "State", cell: (r) => <RunState run={r} /> },
    { id: "started", header: "Started", priority: 2, cell: (r) => <span className="num">{r.started_at ? instantText(r.started_at) : NO_DATA}</span> },
    { id: "took", header: "Took", align: "right", priority: 2, cell: (r) => <span className="num">{durationText(r)}</span> },
    { id: "read", header: "Read", align: "right", priority: 2, cell: (r) => count(r.rows_read) },
    { id: "published", header: "Published", align: "right", priority: 2, cell: (r) => count(r.rows_published) },
    {
      id: "quarantined",
      header: "Quarantined",
      align: "right",
      cell: (r) => <span className={r.rows_quarantined ? "unfavourable" : undefined}>{count(r.rows_quarantined)}</span>,
    },
  ];
}
