import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { teamWindow } from "@/lib/period";
import type { TeamsSearch } from "@/lib/search";

export const PATH = "/api/cockpit/v1/cost-by-team";

/** The server query of a page address; null until the newest day is known and the range needs it. */
export function teamsParams(search: TeamsSearch, asOf: string | null) {
  const window = teamWindow(search, asOf);
  if (!window) return null;
  return { ...window, metric: search.metric, currency: search.cur, scope: search.scope, filter: search.f };
}

export const costByTeamQuery = (params: ReturnType<typeof teamsParams>) =>
  queryOptions({
    queryKey: ["cost-by-team", params],
    queryFn: ({ signal }) => take(api.GET(PATH, { params: { query: params ?? {} }, signal })),
    enabled: params !== null,
    placeholderData: keepPreviousData,
  });
