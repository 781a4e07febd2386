/** Is every service well, and if not, why? What is shown comes from the services themselves. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Process, ServiceStatus, TimedRun } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { agoText, instantText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { PageHeader } from "@/ui/PageHeader";
import { StatusWord } from "@/ui/StatusWord";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { statusQuery } from "./queries";
import { isOver, latencyText, statusSentence, waitingText } from "./words";

export function StatusPage() {
  const query = useQuery(statusQuery);
  return (
    <>
      <PageHeader title="Status" answer={query.data ? statusSentence(query.data.services) : ""} />
      <QueryPanel query={query} what="the services" skeleton={<Skeleton height={320} radius={6} />}>
        {(data) => (
          <>
            <section className="panel" aria-label="Services">
              <div className="panel-head">
                <div>
                  <h2 className="panel-title">Services</h2>
                  <div className="panel-sub">Version {data.version}</div>
                </div>
                <Button component={Link} to="/admin/data-health" size="xs" variant="default">Are the figures right?</Button>
              </div>
              <DataTable caption="Services" columns={serviceColumns(query.dataUpdatedAt)} rows={data.services} rowId={(s) => s.name} rowLabel={(s) => s.title} rowHeight={52} />
            </section>
            <Processes services={data.services} nowMs={query.dataUpdatedAt} />
          </>
        )}
      </QueryPanel>
    </>
  );
}

interface Row extends Process {
  service: string;
}

function Processes({ services, nowMs }: { services: readonly ServiceStatus[]; nowMs: number }) {
  const rows = services.flatMap((s) => (s.processes ?? []).map((p): Row => ({ ...p, service: s.title })));
  return (
    <section className="panel" aria-label="Processes">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Processes</h2>
          <div className="panel-sub">Those that have reported within the last half minute. Workers read topics and do timed work; the others only answer.</div>
        </div>
      </div>
      {rows.length > 0 ? (
        <DataTable caption="Processes" columns={processColumns(nowMs)} rows={rows} rowId={(p) => `${p.service}-${p.instance}`} rowLabel={(p) => `${p.service}: ${p.instance}`} />
      ) : (
        <EmptyBox title="No process has reported">Each one does so every few seconds, as soon as its service reaches its database.</EmptyBox>
      )}
    </section>
  );
}

const serviceColumns = (nowMs: number): Column<ServiceStatus>[] => [
  {
    id: "name",
    header: "Service",
    width: "19%",
    cell: (s) => (
      <>
        <div>{s.title}</div>
        <div className="muted">{s.name} {s.version}</div>
      </>
    ),
  },
  { id: "state", header: "State", width: "24%", cell: (s) => <State reasons={s.ready ? [] : [s.reason ?? "it does not say why"]} /> },
  { id: "latency", header: "Answers in", align: "right", priority: 2, cell: (s) => <span className="num">{s.name === "gateway" ? "Here" : latencyText(s.latency_ms)}</span> },
  { id: "waiting", header: "Waiting", priority: 2, cell: (s) => waitingText(s) },
  { id: "letters", header: "Dead letters", align: "right", priority: 2, cell: (s) => <Letters count={s.dead_letters} /> },
  { id: "run", header: "Last job", priority: 2, cell: (s) => <LastRun run={s.last_run} nowMs={nowMs} /> },
  { id: "error", header: "Last error", width: "20%", priority: 2, cell: (s) => (s.processes === null ? NO_DATA : <LastError run={s.last_error} nowMs={nowMs} />) },
];

const processColumns = (nowMs: number): Column<Row>[] => [
  { id: "name", header: "Process", width: "25%", cell: (p) => <span className="wrap-anywhere">{p.instance}</span> },
  { id: "service", header: "Service", width: "20%", priority: 2, cell: (p) => p.service },
  { id: "state", header: "State", width: "25%", cell: (p) => <State reasons={p.reasons} /> },
  { id: "roles", header: "Does", priority: 2, cell: (p) => p.roles.join(", ") },
  { id: "version", header: "Version", priority: 2, cell: (p) => p.version },
  { id: "since", header: "Started", priority: 2, cell: (p) => <Ago instant={p.started_at} nowMs={nowMs} /> },
];

function State({ reasons }: { reasons: readonly string[] }) {
  const ready = reasons.length === 0;
  return (
    <>
      <StatusWord tone={ready ? "ok" : "error"}>{ready ? "Ready" : "Not ready"}</StatusWord>
      {reasons.map((reason) => <div key={reason} className="wrap-anywhere">{reason}</div>)}
    </>
  );
}

const Ago = ({ instant, nowMs }: { instant: string; nowMs: number }) => <span title={instantText(instant)}>{agoText(instant, nowMs)}</span>;

function Letters({ count }: { count: number | null }) {
  if (count === null) return NO_DATA;
  if (count === 0) return "0";
  return <Link className="link" to="/admin/data-health" search={{ view: "dead-letters" }}>{count.toLocaleString("en-US")}</Link>;
}

function LastRun({ run, nowMs }: { run: TimedRun | null; nowMs: number }) {
  if (!run?.ended_at) return NO_DATA;
  return (
    <>
      <div>{run.name}</div>
      <div className="muted"><Ago instant={run.ended_at} nowMs={nowMs} /></div>
    </>
  );
}

function LastError({ run, nowMs }: { run: TimedRun | null; nowMs: number }) {
  if (!run?.failed_at) return <span className="muted">None</span>;
  return (
    <>
      <div className="wrap-anywhere">{run.name}: {run.error}</div>
      <div className="muted"><Ago instant={run.failed_at} nowMs={nowMs} />{isOver(run) ? ", went well since" : ""}</div>
    </>
  );
}
