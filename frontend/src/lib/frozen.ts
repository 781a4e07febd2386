/** Links that show the same tomorrow: dates, metric and currency written out, and the day on which that was done. */
import { resolveRange } from "./period";
import { DEFAULTS, type SharedSearch } from "./search";

/** `asOf` is the newest complete day, `currency` what amounts are shown in; a frozen search stays as it is. */
export function freeze<S extends SharedSearch>(search: S, asOf: string, currency: string): S {
  if (search.frozen) return search;
  return {
    ...search,
    ...resolveRange(search, asOf),
    // What the window was chosen as: thawing leads back to it. Chosen days have no such name and stay.
    range: search.from ? undefined : (search.range ?? "30d"),
    metric: search.metric ?? "BilledCost",
    cur: search.cur ?? currency,
    frozen: asOf,
  };
}

/** The way back: the window moves along again. `currency` is the one that is shown without being asked for. */
export function thaw<S extends SharedSearch>(search: S, currency: string | null): S {
  const days = search.range ? { from: undefined, to: undefined } : {};
  const said = Object.entries(search).filter(([name, value]) => value !== DEFAULTS[name]);
  return { ...(Object.fromEntries(said) as S), ...days, cur: search.cur === currency ? undefined : search.cur, frozen: undefined };
}
