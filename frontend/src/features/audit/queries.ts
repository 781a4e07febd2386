import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { paths } from "@/api/schema";
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

type ChainPath = Extract<keyof paths, `/api/${string}/v1/audit/verification`>;

/** Of any service that the vocabulary names. Asked only when somebody wants to know: it computes every hash again. */
export const chainQuery = (service: string) =>
  queryOptions({
    queryKey: ["audit", "chain", service],
    queryFn: ({ signal }) => take(api.GET(`/api/${service}/v1/audit/verification` as ChainPath, { signal })),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
