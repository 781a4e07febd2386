/** The states that every panel has: first load, refetch, failed, empty. */
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from "@tabler/icons-react";
import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { ApiError } from "@/api/client";

const SLOW_MS = 10_000;

/** After ten seconds says so, and offers to stop waiting. */
function SlowHint() {
  const client = useQueryClient();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!slow) return null;
  return (
    <div className="notice" data-tone="info" role="status" style={{ margin: 12 }}>
      <IconInfoCircle size={16} aria-hidden />
      <div className="notice-body">Still working on it.</div>
      <Button size="compact-xs" variant="default" onClick={() => void client.cancelQueries()}>
        Cancel
      </Button>
    </div>
  );
}

interface ErrorBoxProps {
  error: Error;
  what: string;
  onRetry: () => void;
}

export function ErrorBox({ error, what, onRetry }: ErrorBoxProps) {
  const problem = error instanceof ApiError ? error.problem : null;
  const status = problem?.status ?? 0;
  const title = status === 401 ? "You are signed out" : status === 403 ? `You may not see ${what}` : `${what} could not be loaded`;
  return (
    <div className="state" role="alert">
      <div className="row">
        <IconCircleX size={18} aria-hidden color="var(--fc-unfavourable)" />
        <span className="state-title">{title.charAt(0).toUpperCase() + title.slice(1)}</span>
      </div>
      <p className="muted wrap-anywhere">
        {problem ? `${problem.title}${problem.detail ? `. ${problem.detail}` : ""}` : error.message}
      </p>
      {problem?.trace_id && (
        <p className="muted">
          Trace id <span className="mono">{problem.trace_id}</span>
        </p>
      )}
      <Button size="xs" variant="default" onClick={onRetry}>
        Retry
      </Button>
    </div>
  );
}

interface EmptyBoxProps {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

export function EmptyBox({ title, children, action }: EmptyBoxProps) {
  return (
    <div className="state">
      <span className="state-title">{title}</span>
      <div className="muted">{children}</div>
      {action}
    </div>
  );
}

interface QueryPanelProps<T> {
  query: UseQueryResult<T>;
  what: string;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}

/** Shows a query in whatever state it is. Data that is there stays visible while newer data loads or fails to load. */
export function QueryPanel<T>({ query, what, skeleton, children }: QueryPanelProps<T>) {
  const retry = (): void => void query.refetch();
  if (query.data === undefined) {
    if (query.isError) return <ErrorBox error={query.error} what={what} onRetry={retry} />;
    if (query.fetchStatus === "idle" && query.isPending && query.isEnabled) return <Stopped onRetry={retry} />;
    return (
      <div aria-busy="true">
        {skeleton}
        <SlowHint />
      </div>
    );
  }
  return (
    <>
      {query.isFetching && <div className="refetch" role="progressbar" aria-label={`Loading ${what}`} />}
      {query.isError && (
        <div className="notice" data-tone="error" role="alert" style={{ margin: 12 }}>
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">
            Not up to date: {query.error.message}
            {query.error instanceof ApiError && query.error.problem.trace_id ? ` (trace id ${query.error.problem.trace_id})` : ""}
          </div>
          <Button size="compact-xs" variant="default" onClick={retry}>
            Retry
          </Button>
        </div>
      )}
      {children(query.data)}
    </>
  );
}

function Stopped({ onRetry }: { onRetry: () => void }) {
  return (
    <EmptyBox title="Stopped" action={<Button size="xs" variant="default" onClick={onRetry}>Load</Button>}>
      Loading was cancelled.
    </EmptyBox>
  );
}
