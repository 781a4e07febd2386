import { Button, Skeleton } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { NO_DATA } from "@/lib/money";
import { ExportCsv } from "../ExportCsv";
import { ErrorBox } from "../states";
import { quarantineQuery } from "./queries";

export function QuarantineList({ runId }: { runId: string }) {
  const query = useInfiniteQuery(quarantineQuery(runId));
  const rows = query.data?.pages.flatMap((p) => p.items) ?? [];
  const total = query.data?.pages[0]?.total ?? rows.length;
  return (
    <section aria-label="Quarantine">
      <div className="row spread" style={{ marginBottom: 6 }}>
        <h3 className="panel-title">Quarantine</h3>
        <ExportCsv path={`/api/ingestion/v1/runs/${encodeURIComponent(runId)}/quarantine`} query={{}} label="Download all" />
      </div>
      {query.isError && <ErrorBox error={query.error} what="the quarantine" onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={120} radius={6} />}
      <ul style={{ listStyle: "none", display: "grid", gap: 10 }}>
        {rows.map((row) => (
          <li key={`${row.file}:${row.line}:${row.reason}`}>
            <div>{row.reason}</div>
            <div className="muted mono wrap-anywhere">{row.file}, line {row.line ?? NO_DATA}</div>
            {row.content && <code className="command" style={{ marginTop: 4, width: "auto" }}>{row.content}</code>}
          </li>
        ))}
      </ul>
      {rows.length > 0 && (
        <div className="row" style={{ marginTop: 10 }}>
          <span className="muted num">{rows.length.toLocaleString()} of {total?.toLocaleString()}</span>
          {query.hasNextPage && (
            <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>
          )}
        </div>
      )}
    </section>
  );
}
