import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { type NodeType, nextDimension } from "@/lib/hierarchy";
import { type DayRange, autoGrain, resolveRange } from "@/lib/period";
import type { ExploreSearch, Metric } from "@/lib/search";

export const COSTS_PATH = "/api/cockpit/v1/costs";
export const RESOURCES_PATH = "/api/cockpit/v1/resources";
export const RECORDS_PATH = "/api/cockpit/v1/records";

/** `group=none` asks for one total; no `group` means the level below the scope. */
export const NO_GROUP = "none";

export function groupsOf(search: ExploreSearch, scopeType: NodeType | null): string[] {
  if (!search.group) return [nextDimension(scopeType)];
  return search.group.filter((g) => g !== NO_GROUP);
}

export interface BaseParams extends DayRange {
  metric?: Metric | undefined;
  currency?: string | undefined;
  scope?: string | undefined;
  filter?: string[] | undefined;
}

export function baseParams(search: ExploreSearch, asOf: string | null): BaseParams | null {
  if (!asOf && !(search.from && search.to)) return null;
  const range = resolveRange(search, asOf ?? "");
  return { ...range, metric: search.metric, currency: search.cur, scope: search.scope, filter: search.f };
}

export function tableParams(search: ExploreSearch, base: BaseParams, groups: readonly string[]) {
  return {
    ...base,
    group_by: groups.join(",") || undefined,
    grain: "none" as const,
    compare: search.cmp ?? ("previous" as const),
    top: Number(search.top ?? 20),
    sort: search.sort ?? ("-cost" as const),
  };
}

/** Six series and one "Other" at most, folded by the server. */
export function chartParams(search: ExploreSearch, base: BaseParams, groups: readonly string[]) {
  const grain = search.grain ?? autoGrain(base);
  return { ...base, group_by: groups.join(",") || undefined, grain, compare: "none" as const, top: 6, sort: "-cost" as const };
}

type CostsParams = ReturnType<typeof tableParams> | ReturnType<typeof chartParams>;

export const costsQuery = (params: CostsParams | null) =>
  queryOptions({
    queryKey: ["costs", params],
    queryFn: ({ signal }) => take(api.GET(COSTS_PATH, { params: { query: params ?? {} }, signal })),
    enabled: params !== null,
    placeholderData: keepPreviousData,
  });

const PAGE = 200;

export const resourcesQuery = (params: BaseParams | null) =>
  infiniteQueryOptions({
    queryKey: ["resources", params],
    queryFn: ({ signal, pageParam }) =>
      take(api.GET(RESOURCES_PATH, { params: { query: { ...params, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: params !== null,
  });

export const recordsQuery = (params: (BaseParams & { ResourceId?: string | undefined; key?: string | undefined }) | null) =>
  infiniteQueryOptions({
    queryKey: ["records", params],
    queryFn: ({ signal, pageParam }) =>
      take(api.GET(RECORDS_PATH, { params: { query: { ...params, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: params !== null,
  });
