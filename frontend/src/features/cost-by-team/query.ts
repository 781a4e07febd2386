import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import { type Grain, teamWindow } from "@/lib/period";
import type { Metric, TeamsSearch } from "@/lib/search";

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

interface LevelParams {
  from: string;
  to: string;
  group_by: string;
  grain: Grain;
  metric?: Metric | undefined;
  currency?: string | undefined;
  scope?: string | undefined;
  filter?: string[] | undefined;
}

/** Series of the six largest members of a level and one "Other", summed by the server. */
export const levelSeriesQuery = (params: LevelParams | null) =>
  queryOptions({
    queryKey: ["cost-by-team-series", params],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/cockpit/v1/costs", {
          params: { query: { ...(params as LevelParams), compare: "none", top: 6, sort: "-cost" } },
          signal,
        }),
      ),
    enabled: params !== null,
    placeholderData: keepPreviousData,
  });
