import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { AuditQuery } from "./types";

export const AUDIT_PATH = "/api/gateway/v1/audit";
const PAGE = 100;

export const vocabularyQuery = queryOptions({
  queryKey: ["audit", "vocabulary"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/audit/vocabulary", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const entriesQuery = (asked: AuditQuery) =>
  infiniteQueryOptions({
    queryKey: ["audit", "entries", asked],
    queryFn: ({ pageParam, signal }) =>
      take(api.GET(AUDIT_PATH, { params: { query: { ...asked, limit: PAGE, ...(pageParam ? { after: pageParam } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

export const entryQuery = (service: string, entry: number) =>
  queryOptions({
    queryKey: ["audit", "entry", service, entry],
    queryFn: ({ signal }) => take(api.GET(AUDIT_PATH, { params: { query: { service, entry, limit: 1 } }, signal })),
  });

const CHAIN_PATHS = {
  gateway: "/api/gateway/v1/audit/verification",
  ingestion: "/api/ingestion/v1/audit/verification",
  attribution: "/api/attribution/v1/audit/verification",
  cockpit: "/api/cockpit/v1/audit/verification",
  compliance: "/api/compliance/v1/audit/verification",
} as const;

/** Asked only when somebody wants to know: the service computes every hash again. */
export const chainQuery = (service: string) =>
  queryOptions({
    queryKey: ["audit", "chain", service],
    queryFn: ({ signal }) => take(api.GET(CHAIN_PATHS[service as keyof typeof CHAIN_PATHS], { signal })),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
