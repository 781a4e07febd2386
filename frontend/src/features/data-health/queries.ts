import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { HealthSearch } from "@/lib/search";

const BUSY_MS = 2_000;
const QUIET_MS = 20_000;
const BUSY = new Set(["queued", "running", "waiting"]);

export const RECONCILIATION_PATH = "/api/cockpit/v1/reconciliation";
export const RUNS_PATH = "/api/ingestion/v1/runs";

export const reconciliationQuery = queryOptions({
  queryKey: ["reconciliation"],
  queryFn: ({ signal }) => take(api.GET(RECONCILIATION_PATH, { signal })),
  refetchInterval: QUIET_MS,
});

export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => take(api.GET("/api/ingestion/v1/sources", { signal })),
});

export const runsFilter = (search: HealthSearch) => ({ source: search.source, state: search.state });

/** Newest first; asked again every two seconds while something runs. */
export const runsQuery = (search: HealthSearch) =>
  queryOptions({
    queryKey: ["runs", search.source, search.state],
    queryFn: ({ signal }) =>
      take(api.GET(RUNS_PATH, { params: { query: { ...runsFilter(search), limit: 100 } }, signal })),
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

export const LETTER_SERVICES = ["ingestion", "attribution", "cockpit"] as const;
export type LetterService = (typeof LETTER_SERVICES)[number];

export const lettersQuery = (service: LetterService) =>
  queryOptions({
    queryKey: ["dead-letters", service],
    queryFn: ({ signal }) => take(api.GET(`/api/${service}/v1/dead-letters`, { signal })),
    refetchInterval: QUIET_MS,
  });

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/status", { signal })),
  refetchInterval: QUIET_MS,
});
