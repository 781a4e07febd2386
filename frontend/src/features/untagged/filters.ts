/** What the address asks for, as the server is asked and as people say it. */
import { FINDING_FACETS, type FindingFacet, type UntaggedSearch } from "@/lib/search";
import type { FacetValue, FindingsQuery } from "./types";

export const FACET_TEXT: Record<FindingFacet, string> = {
  missing: "Missing or wrong key",
  service: "Cloud service",
  account: "Account",
  region: "Region",
  type: "Resource type",
  team: "Owner or suggested",
  seen_in: "Seen in",
};

/** What stands for findings that have no value, in the address and for the server. */
export const NONE = "";

const SEEN_TEXT: Record<string, string> = { bill: "the bill only", cloud: "a cloud only", both: "both" };

export function valueText(facet: FindingFacet, value: string | null, name: string | null = null): string {
  if (value === null || value === NONE) return "(none)";
  return name ?? (facet === "seen_in" ? SEEN_TEXT[value] : undefined) ?? value;
}

export function findingsParams(search: UntaggedSearch): FindingsQuery {
  return {
    state: search.state ?? "open",
    missing: search.missing,
    service: search.service,
    account: search.account,
    region: search.region,
    type: search.type,
    team: search.team,
    seen_in: search.seen_in as FindingsQuery["seen_in"],
    min_cost: search.min,
    min_age_days: search.age === undefined ? undefined : Number(search.age),
    q: search.q,
    currency: search.cur,
    sort: search.sort ?? "-cost",
  };
}

/** The values of a facet with one more, or one less. */
export function toggled(values: readonly string[] | undefined, value: string): string[] | undefined {
  const next = values?.includes(value) ? values.filter((v) => v !== value) : [...(values ?? []), value];
  return next.length > 0 ? next : undefined;
}

export interface FilterWord {
  words: string;
  /** The change of the search that drops it. */
  without: Partial<Record<keyof UntaggedSearch, string[] | undefined>>;
}

/** Each filter in force in words, and how to drop it. Names are those that the facets know. */
export function filterWords(search: UntaggedSearch, facets: Record<string, FacetValue[]>): FilterWord[] {
  const words: FilterWord[] = FINDING_FACETS.flatMap((facet) =>
    (search[facet] ?? []).map((value) => {
      const name = facets[facet]?.find((v) => (v.value ?? NONE) === value)?.name;
      return { words: `${FACET_TEXT[facet]}: ${valueText(facet, value, name)}`, without: { [facet]: toggled(search[facet], value) } };
    }),
  );
  if (search.min) words.push({ words: `At least ${search.min} in 30 days`, without: { min: undefined } });
  if (search.age) words.push({ words: `At least ${search.age} days old`, without: { age: undefined } });
  if (search.q) words.push({ words: `Name or id with “${search.q}”`, without: { q: undefined } });
  return words;
}

export const NO_FILTERS: Record<FindingFacet | "min" | "age" | "q", undefined> = {
  missing: undefined, service: undefined, account: undefined, region: undefined, type: undefined, team: undefined, seen_in: undefined, min: undefined, age: undefined, q: undefined,
};
