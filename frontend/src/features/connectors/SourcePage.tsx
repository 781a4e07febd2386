/** One source: how it is, when it is looked at, what it brought in, and what can be done with it. */
import { Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Source } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { instantText, monthText } from "@/lib/period";
import { Kpi } from "@/ui/Kpi";
import { PageHeader } from "@/ui/PageHeader";
import { QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { AccessPanel } from "./AccessPanel";
import { Backfill } from "./Backfill";
import { Configuration } from "./Configuration";
import { RemoveSource } from "./RemoveSource";
import { SchedulePanel } from "./SchedulePanel";
import { SourceRuns } from "./SourceRuns";
import { SourceState } from "./SourceState";
import { MetricNeeds, NewestDay } from "./MetricNeeds";
import { kindsQuery, setSchedule, sourceQuery, startIngest, useChange } from "./queries";
import { everyText, nextLookText } from "./words";

export function SourcePage({ id }: { id: string }) {
  const query = useQuery(sourceQuery(id));
  const mayChange = useMay("sources:write") === true;
  const source = query.data;
  useRunsOfEndedJob(source?.job?.id);
  const every = source ? everyText(source.looks_every_s) : "";
  return (
    <>
      <PageHeader
        title={source?.name ?? "Source"}
        answer={source ? (source.paused ? "Paused: it is read only when somebody asks." : `Looked at ${every}.`) : ""}
        actions={source && mayChange && <Actions source={source} />}
        crumbs={
          <nav className="crumbs" aria-label="Up">
            <Link className="link" to="/admin/connectors" search={{}}>Connectors</Link>
          </nav>
        }
      />
      <QueryPanel query={query} what="this source" skeleton={<Skeleton height={480} radius={6} />}>
        {(data) => <Content source={data} now={query.dataUpdatedAt} mayChange={mayChange} />}
      </QueryPanel>
    </>
  );
}

/** What a job did is in the runs, and they are asked for as soon as it has ended. */
function useRunsOfEndedJob(job: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (job === undefined) void client.invalidateQueries({ queryKey: ["runs"] });
  }, [client, job]);
}

function Actions({ source }: { source: Source }) {
  const look = useChange(() => startIngest(source.id, {}));
  const pause = useChange(() => setSchedule(source.id, { paused: !source.paused }));
  const error = look.error ?? pause.error;
  return (
    <span className="row" role="status">
      {error && <span className="unfavourable">{error.message}</span>}
      <Button size="xs" variant="default" loading={pause.isPending} onClick={() => pause.mutate()}>{source.paused ? "Resume" : "Pause"}</Button>
      <Button size="xs" loading={look.isPending} disabled={source.job !== null} onClick={() => look.mutate()}>Look now</Button>
    </span>
  );
}

function Content({ source, now, mayChange }: { source: Source; now: number; mayChange: boolean }) {
  const newest = source.newest_period;
  const kinds = useQuery(kindsQuery);
  const isOfMetrics = kinds.data?.items.find((k) => k.kind === source.kind)?.gives === "metrics";
  return (
    <>
      {source.state === "failing" && (
        <div className="notice" data-tone="error">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">{source.reason ?? "The last run failed."} {mayChange && "When it is put right, look again."}</div>
        </div>
      )}
      <div className="kpis">
        <Kpi label="State" value={<SourceState source={source} detailed />} note={source.last_success_at ? `last success ${instantText(source.last_success_at)}` : "no success yet"} />
        {isOfMetrics ? <NewestDay run={source.last_run} /> : <Kpi label="Newest period" value={newest ? monthText(newest.billing_period) : NO_DATA} note={newest ? `${newest.rows.toLocaleString()} rows${newest.is_closed ? ", closed" : ""}` : "nothing is in yet"} />}
        <Kpi label="Next look" value={<span className="num">{nextLookText(source, now)}</span>} note={source.paused ? "resume to look again" : everyText(source.looks_every_s)} />
      </div>
      <div className="two-panels even">
        <Configuration source={source} mayCheck={mayChange} />
        <SchedulePanel key={source.poll_every_s ?? "default"} source={source} mayChange={mayChange} />
      </div>
      <AccessPanel source={source} mayChange={mayChange} />
      {isOfMetrics && <MetricNeeds run={source.last_run} />}
      <SourceRuns source={source} />
      {mayChange && <Backfill source={source} />}
      {mayChange && <RemoveSource source={source} gives={isOfMetrics ? "metrics" : "costs"} />}
    </>
  );
}
