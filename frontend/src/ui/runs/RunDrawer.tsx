/** Everything known about one run, with the lines it set aside. */
import { Button, Drawer, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, take } from "@/api/client";
import type { Run } from "@/api/types";
import { useChangeOf } from "@/api/useChange";
import { NO_DATA, exactMoney } from "@/lib/money";
import { dayText, instantText, monthText } from "@/lib/period";
import { Facts } from "../Facts";
import { QueryPanel } from "../states";
import { useMay } from "../useMay";
import { QuarantineList } from "./QuarantineList";
import { RunState } from "./RunState";
import { runQuery } from "./queries";
import { durationText, sourceName } from "./runWords";

const RETRYABLE = new Set(["failed", "refused"]);

export function RunDrawer({ id, onClose }: { id: string | null; onClose: () => void }) {
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="lg" title="Run" closeButtonProps={{ "aria-label": "Close" }}>
      {id !== null && <RunDetail id={id} />}
    </Drawer>
  );
}

function RunDetail({ id }: { id: string }) {
  const query = useQuery(runQuery(id));
  const mayRun = useMay("sources:write");
  return (
    <QueryPanel query={query} what="this run" skeleton={<Skeleton height={420} radius={6} />}>
      {(run) => (
        <div style={{ display: "grid", gap: 16 }}>
          <div className="row spread">
            <h2 className="panel-title">{sourceName(run)}, {monthText(run.billing_period)}</h2>
            <RunState run={run} detailed />
          </div>
          {run.reason && <div className="notice" data-tone={RETRYABLE.has(run.state) ? "error" : "info"}><div className="notice-body">{run.reason}</div></div>}
          {mayRun && (RETRYABLE.has(run.state) || run.state === "waiting") && <Again run={run} />}
          {run.metrics ? <MetricNumbers run={run} metrics={run.metrics} /> : <Numbers run={run} />}
          <Oddities run={run} />
          <LeftInFile run={run} />
          {(run.rows_quarantined ?? 0) > 0 && <QuarantineList runId={id} />}
        </div>
      )}
    </QueryPanel>
  );
}

/** What a person may decide: try again, do not wait, or take a delivery that is smaller than the one before. */
function Again({ run }: { run: Run }) {
  const again = useChangeOf(["runs", "source", "sources"], () => {
    if (run.state !== "waiting") return take(api.POST("/api/ingestion/v1/runs/{run_id}/retry", { params: { path: { run_id: run.id } } }));
    const body = { period: run.billing_period, now: true, accept_shrink: hasShrunk(run), quiet: false };
    return take(api.POST("/api/ingestion/v1/sources/{source}/ingest", { params: { path: { source: run.source_id } }, body }));
  });
  const label = run.state !== "waiting" ? "Run again" : hasShrunk(run) ? "Take it all the same" : "Read it now";
  return (
    <div className="row" role="status">
      <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>{label}</Button>
      {again.isSuccess && <span className="muted">Queued.</span>}
      {again.error && <span className="unfavourable">{again.error.message}</span>}
    </div>
  );
}

/** A delivery that waits was either not read yet, or read and found to have lost rows or money of a closed period. */
const hasShrunk = (run: Run): boolean => run.rows_read !== null;

const moneyLines = (amounts: Record<string, string> | null | undefined): ReactNode => {
  if (!amounts) return NO_DATA;
  return Object.entries(amounts).map(([currency, amount]) => <div key={currency}>{exactMoney({ amount, currency })}</div>);
};

function Numbers({ run }: { run: Run }) {
  const n = (value: number | null): string => (value === null ? NO_DATA : value.toLocaleString());
  const facts: [string, ReactNode][] = [
    ["Started", run.started_at ? instantText(run.started_at) : NO_DATA],
    ["Finished", run.finished_at ? instantText(run.finished_at) : NO_DATA],
    ["Took", durationText(run)],
    ["Version", run.version ?? NO_DATA],
    ["Delivery", <span key="token" className="mono wrap-anywhere">{run.token ?? NO_DATA}</span>],
    ["Files", n(run.files)],
    ["Lines read", n(run.rows_read)],
    ["Mapped", n(run.rows_mapped)],
    ["Folded into others", n(run.rows_folded)],
    ["Added", n(run.rows_added)],
    ["Quarantined", n(run.rows_quarantined)],
    ["Published", n(run.rows_published)],
    ["Billed", moneyLines(run.billed)],
    ["Billed in quarantine", run.rows_quarantined === 0 ? "nothing" : moneyLines(run.quarantined_billed)],
  ];
  if (run.restated) facts.push([`Restated, against version ${run.restated.previous_version ?? NO_DATA}`, moneyLines(run.restated.difference)]);
  return <Facts facts={facts} numbers />;
}

function MetricNumbers({ run, metrics }: { run: Run; metrics: NonNullable<Run["metrics"]> }) {
  const facts: [string, ReactNode][] = [
    ["Started", run.started_at ? instantText(run.started_at) : NO_DATA],
    ["Finished", run.finished_at ? instantText(run.finished_at) : NO_DATA],
    ["Took", durationText(run)],
    ["Days", `${dayText(metrics.first_day)} to ${dayText(metrics.last_day)}`],
    ["Metrics requested", metrics.requested.toLocaleString()],
    ["AWS charges", exactMoney(metrics.charge)],
    ["Values published", (run.rows_published ?? 0).toLocaleString()],
    ["Resources", metrics.resources.toLocaleString()],
    ["Left out by the limits", metrics.resources_cut.toLocaleString()],
    ["Not evaluated, no metrics", metrics.not_evaluated.toLocaleString()],
  ];
  return (
    <>
      <Facts facts={facts} numbers />
      {metrics.not_evaluated > 0 && (
        <details>
          <summary>Resources without metrics{metrics.not_evaluated > metrics.not_evaluated_ids.length && `, the first ${metrics.not_evaluated_ids.length}`}</summary>
          <ul style={{ listStyle: "disc", paddingLeft: 18 }}>
            {metrics.not_evaluated_ids.map((id) => (
              <li key={id} className="mono wrap-anywhere">{id}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** What the bill held that the mapping did not expect: named, never silently dropped. */
function Oddities({ run }: { run: Run }) {
  const lines = [
    ...run.unknown_columns.map((c) => `Column ${c.name} is not known; ${(c.non_null ?? 0).toLocaleString()} lines have a value in it.`),
    ...run.unknown_line_item_types.map((t) => `Line item type ${t.type} is not known; ${(t.rows ?? 0).toLocaleString()} lines have it.`),
    ...run.warnings.map((w) => `${(w.kind ?? "warning").replaceAll("_", " ")}: ${(w.count ?? 1).toLocaleString()}${w.detail ? ` (${w.detail})` : ""}`),
  ];
  if (lines.length === 0) return null;
  return (
    <section aria-label="Noticed in this delivery">
      <h3 className="panel-title">Noticed in this delivery</h3>
      <ul style={{ listStyle: "disc", paddingLeft: 18 }}>
        {lines.map((line) => (
          <li key={line} className="wrap-anywhere">{line}</li>
        ))}
      </ul>
    </section>
  );
}

/** Columns that are known and no figure is made of; they stay in the bill. */
function LeftInFile({ run }: { run: Run }) {
  const columns = run.unused_columns ?? [];
  if (columns.length === 0) return null;
  return (
    <details>
      <summary>{columns.length.toLocaleString()} known columns stay in the file</summary>
      <ul style={{ listStyle: "disc", paddingLeft: 18 }}>
        {columns.map((c) => (
          <li key={c.name} className="wrap-anywhere">{c.name}{c.non_null == null ? "" : `: ${c.non_null.toLocaleString()} lines have a value in it`}</li>
        ))}
      </ul>
    </details>
  );
}
