/** Runs and what belongs to them, asked again often while something goes on. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";

export const BUSY_MS = 2_000;
export const QUIET_MS = 20_000;
const BUSY = new Set(["queued", "running", "waiting"]);

export const RUNS_PATH = "/api/ingestion/v1/runs";

export interface RunsFilter {
  source?: string | undefined;
  state?: string | undefined;
}

/** Newest first; asked again every two seconds while something runs. */
export const runsQuery = ({ source, state }: RunsFilter) =>
  queryOptions({
    queryKey: ["runs", source, state],
    queryFn: ({ signal }) => take(api.GET(RUNS_PATH, { params: { query: { source, state, limit: 100 } }, signal })),
    refetchInterval: (query) => (query.state.data?.items.some((r) => BUSY.has(r.state)) ? BUSY_MS : QUIET_MS),
  });

/** Progress lives on the job that the run belongs to. */
export const jobQuery = (id: string | null) =>
  queryOptions({
    queryKey: ["job", id],
    queryFn: ({ signal }) => take(api.GET("/api/ingestion/v1/jobs/{job_id}", { params: { path: { job_id: id ?? "" } }, signal })),
    enabled: id !== null,
    refetchInterval: BUSY_MS,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["run", id],
    queryFn: ({ signal }) => take(api.GET("/api/ingestion/v1/runs/{run_id}", { params: { path: { run_id: id } }, signal })),
    refetchInterval: (query) => (BUSY.has(query.state.data?.state ?? "") ? BUSY_MS : false),
  });

export const quarantineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["quarantine", id],
    queryFn: ({ signal, pageParam }) =>
      take(
        api.GET("/api/ingestion/v1/runs/{run_id}/quarantine", {
          params: { path: { run_id: id }, query: { limit: 50, ...(pageParam ? { cursor: Number(pageParam) } : {}) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
