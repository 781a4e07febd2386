import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { type NodeType, nextDimension } from "@/lib/hierarchy";
import { autoGrain } from "@/lib/period";
import type { ExploreSearch } from "@/lib/search";
import type { BaseParams } from "@/lib/view";

export const RESOURCES_PATH = "/api/cockpit/v1/resources";
export const RECORDS_PATH = "/api/cockpit/v1/records";

/** `group=none` asks for one total; no `group` means the level below the scope. */
export const NO_GROUP = "none";

export function groupsOf(search: ExploreSearch, scopeType: NodeType | null): string[] {
  if (!search.group) return [nextDimension(scopeType)];
  return search.group.filter((g) => g !== NO_GROUP);
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

const RESOURCES_PAGE = 200;
/** Records are read out of the archive for each page: a few come at once, many take a while. */
const RECORDS_PAGE = 20;

export const resourcesQuery = (params: BaseParams | null) =>
  infiniteQueryOptions({
    queryKey: ["resources", params],
    queryFn: ({ signal, pageParam }) =>
      take(api.GET(RESOURCES_PATH, { params: { query: { ...params, limit: RESOURCES_PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: params !== null,
  });

export const recordsQuery = (params: (BaseParams & { ResourceId?: string | undefined; key?: string | undefined }) | null) =>
  infiniteQueryOptions({
    queryKey: ["records", params],
    queryFn: ({ signal, pageParam }) =>
      take(api.GET(RECORDS_PATH, { params: { query: { ...params, limit: RECORDS_PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: params !== null,
  });
