/** Queries that more than one page needs. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Grain } from "@/lib/period";
import type { BaseParams } from "@/lib/view";
import { api, setCsrfToken, take } from "./client";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await take(api.GET("/api/gateway/v1/session", { signal }));
    setCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: 5 * 60_000,
  retry: false,
});

/** How people sign in here. */
export const waysInQuery = queryOptions({
  queryKey: ["ways-in"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/sign-in", { signal })),
  staleTime: 5 * 60_000,
});

export const viewsQuery = queryOptions({
  queryKey: ["views"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/views", { signal })),
  staleTime: 5 * 60_000,
});

export const hierarchyQuery = queryOptions({
  queryKey: ["hierarchy"],
  queryFn: ({ signal }) => take(api.GET("/api/cockpit/v1/hierarchy", { signal })),
  staleTime: 5 * 60_000,
});

/** The smallest cost answer there is: its `meta` tells how far the data goes, whatever page is open. */
export const freshnessQuery = queryOptions({
  queryKey: ["freshness"],
  queryFn: async ({ signal }) => {
    const answer = await take(api.GET("/api/cockpit/v1/cost-by-team", { params: { query: { days: 1 } }, signal }));
    return answer.meta;
  },
  staleTime: 60_000,
  refetchInterval: 120_000,
});

/** First day that any bill covers; null before the first ingest. */
export const firstDayQuery = queryOptions({
  queryKey: ["first-day"],
  queryFn: async ({ signal }) => {
    const answer = await take(api.GET("/api/cockpit/v1/periods", { signal }));
    const first = answer.items.map((p) => p.billing_period).toSorted()[0];
    return first ? `${first.slice(0, 7)}-01` : null;
  },
  staleTime: 5 * 60_000,
});

export const dimensionsQuery = queryOptions({
  queryKey: ["dimensions"],
  queryFn: ({ signal }) => take(api.GET("/api/cockpit/v1/dimensions", { signal })),
  staleTime: 5 * 60_000,
});

export const dimensionValuesQuery = (dimension: string, q: string) =>
  queryOptions({
    queryKey: ["dimension-values", dimension, q],
    queryFn: ({ signal }) =>
      take(api.GET("/api/cockpit/v1/dimensions/values", { params: { query: { dimension, q, limit: 20 } }, signal })),
    staleTime: 60_000,
    enabled: dimension !== "",
  });

export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: ({ signal }) => take(api.GET("/api/ingestion/v1/sources", { signal })),
  refetchInterval: (query) => (query.state.data?.items.some((s) => s.job !== null) ? 2_000 : 20_000),
});

export const COSTS_PATH = "/api/cockpit/v1/costs";

export interface CostsParams extends BaseParams {
  group_by?: string | undefined;
  grain: Grain | "none";
  compare: "previous" | "none";
  top?: number | undefined;
  sort?: "-cost" | "cost" | "name" | "-name" | "change" | "-change" | "-movement" | undefined;
}

/** Costs by any dimension, folded and summed by the server; null until the days are known. */
export const costsQuery = (params: CostsParams | null) =>
  queryOptions({
    queryKey: ["costs", params],
    queryFn: ({ signal }) => take(api.GET(COSTS_PATH, { params: { query: params ?? {} }, signal })),
    enabled: params !== null,
    placeholderData: keepPreviousData,
  });
