import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { addDays, resolveRange } from "@/lib/period";
import type { OverviewSearch } from "@/lib/search";

const PATH = "/api/cockpit/v1/costs";
const MOVERS = 8;
const CHART_DAYS = 90;

function viewOf(search: OverviewSearch, asOf: string | null) {
  if (!asOf && !(search.from && search.to)) return null;
  return { range: resolveRange(search, asOf ?? ""), view: { metric: search.metric, currency: search.cur, scope: search.scope, filter: search.f } };
}

/** Teams by how much they moved; what is not among the first is one row, summed by the server. */
export function moversParams(search: OverviewSearch, asOf: string | null) {
  const found = viewOf(search, asOf);
  return found && { ...found.view, ...found.range, group_by: "x_TeamId", grain: "none" as const, compare: "previous" as const, top: MOVERS, sort: "-movement" as const };
}

/** The range, but at least the 90 days before its end. */
export function dailyParams(search: OverviewSearch, asOf: string | null) {
  const found = viewOf(search, asOf);
  return found && { ...found.view, from: addDays(found.range.to, 1 - CHART_DAYS), to: found.range.to, grain: "day" as const, compare: "none" as const };
}

type Params = ReturnType<typeof moversParams> | ReturnType<typeof dailyParams>;

const costsQuery = (key: string) => (params: Params) =>
  queryOptions({
    queryKey: [key, params],
    queryFn: ({ signal }) => take(api.GET(PATH, { params: { query: params ?? {} }, signal })),
    enabled: params !== null,
    placeholderData: keepPreviousData,
  });

export const moversQuery = costsQuery("movers");
export const dailyQuery = costsQuery("daily-cost");
