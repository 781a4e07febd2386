/** What every question about cost shares: which costs, of which days. */
import { type DayRange, resolveRange } from "./period";
import type { Metric, SharedSearch } from "./search";

export interface BaseParams extends DayRange {
  metric?: Metric | undefined;
  currency?: string | undefined;
  scope?: string | undefined;
  filter?: string[] | undefined;
}

export function baseParams(search: SharedSearch, asOf: string | null): BaseParams | null {
  if (!asOf && !(search.from && search.to)) return null;
  const range = resolveRange(search, asOf ?? "");
  return { ...range, metric: search.metric, currency: search.cur, scope: search.scope, filter: search.f };
}
