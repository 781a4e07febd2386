import { queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { useChangeOf } from "@/api/useChange";
import { BUSY_MS, QUIET_MS } from "@/ui/runs/queries";

export interface Place {
  kind: string;
  location: string;
  options: Record<string, unknown>;
}

/** Billing periods `YYYY-MM`, both included; all without. */
export interface Months {
  from?: string;
  to?: string;
}

export const kindsQuery = queryOptions({
  queryKey: ["kinds"],
  queryFn: ({ signal }) => take(api.GET("/api/ingestion/v1/kinds", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The job that runs is part of the answer, so that its progress is there after a reload, too. */
export const sourceQuery = (id: string) =>
  queryOptions({
    queryKey: ["source", id],
    queryFn: ({ signal }) => take(api.GET("/api/ingestion/v1/sources/{source}", { params: { path: { source: id } }, signal })),
    refetchInterval: (query) => (query.state.data?.job ? BUSY_MS : QUIET_MS),
  });

export const checkPlace = (body: Place) => take(api.POST("/api/ingestion/v1/checks", { body }));

export const checkSource = (id: string) => take(api.POST("/api/ingestion/v1/sources/{source}/check", { params: { path: { source: id } } }));

/** A person who asks wants the files as they are, so nothing waits for files without a manifest to settle. */
export const planPlace = (place: Place) => take(api.POST("/api/ingestion/v1/plans", { body: { ...place, now: true } }));

const ofSource = (source: string) => ({ params: { path: { source } } });

export const planSource = (id: string, months: Months) => take(api.POST("/api/ingestion/v1/sources/{source}/plan", { ...ofSource(id), body: { ...months, now: true } }));

export const addSource = (place: Place, name: string) => take(api.POST("/api/ingestion/v1/sources", { body: { ...place, name } }));

export const startIngest = (id: string, months: Months) =>
  take(api.POST("/api/ingestion/v1/sources/{source}/ingest", { ...ofSource(id), body: { ...months, now: true, accept_shrink: false, quiet: false } }));

export const setSchedule = (id: string, body: { paused?: boolean; poll_every_s?: number | null }) => take(api.PATCH("/api/ingestion/v1/sources/{source}", { ...ofSource(id), body }));

/** What is not named stays; a secret that is empty is removed. */
export const setAccess = (id: string, options: Record<string, unknown>) => take(api.PATCH("/api/ingestion/v1/sources/{source}", { ...ofSource(id), body: { options } }));

export const removeSource = (id: string, mode: "keep" | "purge") =>
  take(api.DELETE("/api/ingestion/v1/sources/{source}", { params: { path: { source: id }, query: { mode } } }));

/** A change of a source; everything that shows sources asks again after it. */
export const useChange = <R, V = void>(change: (value: V) => Promise<R>, onDone?: (result: R) => void) => useChangeOf<R, V>(["source", "sources", "runs"], change, onDone);
