import { type QueryClient, infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";

import { api, take } from "@/api/client";
import type { Desk } from "@/ui/documents/useTrial";
import type { Access, Assign, Exempt, FindingList, FindingOut, FindingsQuery, InventoryIn, PolicyTest } from "./types";

const SCANNING_MS = 2_000;
/** A scan that is due begins by itself. */
const DUE_MS = 10_000;
const PAGE = 100;
/** The most that the server gives in one answer. */
const LARGEST_PAGE = 1_000;
/** The most that the server changes at once. */
export const MOST_AT_ONCE = 5_000;
const KEY = "compliance";

export const FINDINGS_CSV = "/api/compliance/v1/findings/export";

/** Facets come with every page; those of the first count. */
export const findingsQuery = (params: FindingsQuery) =>
  infiniteQueryOptions({
    queryKey: [KEY, "findings", params],
    queryFn: ({ pageParam, signal }) =>
      take(api.GET("/api/compliance/v1/findings", { params: { query: { ...params, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

/** All that match, or as many as can be changed at once. What moves from page to page meanwhile is there once. */
export async function allFindings(params: FindingsQuery): Promise<FindingOut[]> {
  const found = new Map<string, FindingOut>();
  let cursor: string | null = "";
  while (cursor !== null && found.size < MOST_AT_ONCE) {
    const query: FindingsQuery = { ...params, limit: LARGEST_PAGE, ...(cursor ? { cursor } : {}) };
    const page: FindingList = await take(api.GET("/api/compliance/v1/findings", { params: { query } }));
    for (const finding of page.items) found.set(finding.id, finding);
    cursor = page.next_cursor;
  }
  return [...found.values()].slice(0, MOST_AT_ONCE);
}

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: [KEY, "finding", id],
    queryFn: ({ signal }) => take(api.GET("/api/compliance/v1/findings/{finding_id}", { params: { path: { finding_id: id } }, signal })),
  });

export const coverageQuery = (currency: string | undefined) =>
  queryOptions({
    queryKey: [KEY, "coverage", currency],
    queryFn: ({ signal }) => take(api.GET("/api/compliance/v1/coverage", { params: { query: { currency } }, signal })),
    placeholderData: keepPreviousData,
  });

export const scanQuery = queryOptions({
  queryKey: [KEY, "scan"],
  queryFn: ({ signal }) => take(api.GET("/api/compliance/v1/scan", { signal })),
  refetchInterval: (query) => ({ scanning: SCANNING_MS, waiting: DUE_MS, stale: DUE_MS, current: false as const })[query.state.data?.state ?? "current"],
});

export const activeQuery = queryOptions({
  queryKey: [KEY, "policy", "active"],
  queryFn: ({ signal }) => take(api.GET("/api/compliance/v1/policies/{version}", { params: { path: { version: "active" } }, signal })),
});

export const versionsQuery = queryOptions({
  queryKey: [KEY, "policy", "versions"],
  queryFn: ({ signal }) => take(api.GET("/api/compliance/v1/policies", { signal })),
});

export const versionQuery = (version: string) =>
  queryOptions({
    queryKey: [KEY, "policy", version],
    queryFn: ({ signal }) => take(api.GET("/api/compliance/v1/policies/{version}", { params: { path: { version } }, signal })),
    staleTime: Infinity,
  });

export const inventoriesQuery = queryOptions({
  queryKey: [KEY, "inventories"],
  queryFn: ({ signal }) => take(api.GET("/api/compliance/v1/inventories", { signal })),
  refetchInterval: (query) => (query.state.data?.items.some((i) => i.state === "scanning") ? SCANNING_MS : false),
});

const refresh = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: [KEY] });

const AS_YAML = { headers: { "Content-Type": "application/yaml" }, bodySerializer: (text: string) => text };

export const POLICY_DESK: Desk<PolicyTest> = {
  test: (text) => take(api.POST("/api/compliance/v1/policies/test", { ...AS_YAML, body: text })),
  publish: ({ text, base }) => take(api.PUT("/api/compliance/v1/policies/active", { ...AS_YAML, params: { header: { "if-match": `"${base}"` } }, body: text })),
  newest: (client) => client.fetchQuery({ ...activeQuery, staleTime: 0 }),
  refresh,
  meanwhile: "Somebody has published another policy since you began to change this one.",
};

export const startScan = () => take(api.POST("/api/compliance/v1/scan"));

export const exempt = (body: Exempt) => take(api.POST("/api/compliance/v1/findings/exemptions", { body }));

export const revoke = (ids: string[]) => take(api.POST("/api/compliance/v1/findings/exemptions/revoked", { body: { ids } }));

export const assign = (body: Assign) => take(api.POST("/api/compliance/v1/findings/assignments", { body }));

const of = (id: string) => ({ params: { path: { inventory_id: id } } });

export const checkInventory = (body: InventoryIn) => take(api.POST("/api/compliance/v1/inventory-checks", { body }));

export const addInventory = (body: InventoryIn) => take(api.POST("/api/compliance/v1/inventories", { body }));

export const pauseInventory = (id: string, paused: boolean) => take(api.PATCH("/api/compliance/v1/inventories/{inventory_id}", { ...of(id), body: { paused } }));

/** What is not named stays; what is empty is removed. */
export const setAccess = (id: string, body: Access) => take(api.PATCH("/api/compliance/v1/inventories/{inventory_id}", { ...of(id), body }));

export const scanInventory = (id: string) => take(api.POST("/api/compliance/v1/inventories/{inventory_id}/scan", of(id)));

export const removeInventory = (id: string) => take(api.DELETE("/api/compliance/v1/inventories/{inventory_id}", of(id)));

/** A change; everything that shows findings, policies or inventories asks again after it. */
export function useChange<A, R>(change: (argument: A) => Promise<R>, onDone?: (result: R, argument: A) => void, onError?: (error: Error) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (result, argument) => {
      onDone?.(result, argument);
      await refresh(client);
    },
    onError: onError && ((error) => {
      onError(error);
      // What was refused may look different by now.
      void refresh(client);
    }),
  });
}
