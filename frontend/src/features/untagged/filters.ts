/** What the address asks for, as the server is asked and as people say it. */
import { FINDING_FACETS, type FindingFacet, type UntaggedSearch } from "@/lib/search";
import type { FacetValue, FindingsQuery } from "./types";

/** Stands for “has none” in the address, where an empty value cannot be written. */
const NONE = "none";
const UNKNOWN = "unknown";

export const FACET_TEXT: Record<FindingFacet, string> = {
  missing: "Missing or wrong key",
  service: "Cloud service",
  account: "Account",
  region: "Region",
  type: "Resource type",
  team: "Owner or suggested",
  seen_in: "Seen in",
};

const SEEN_TEXT: Record<string, string> = { bill: "the bill", cloud: "a cloud" };

/** How a value of a facet stands in the address. */
export const tokenOf = (facet: FindingFacet, value: string | null): string => value ?? (facet === "team" ? UNKNOWN : NONE);

export function valueText(facet: FindingFacet, token: string, name: string | null = null): string {
  if (facet === "seen_in") return SEEN_TEXT[token] ?? token;
  return name ?? (token === NONE ? "(none)" : token);
}

/** The list without the team narrows by everything else: what each owner's own list begins with. */
export function findingsParams(search: UntaggedSearch): FindingsQuery {
  const asked = (values: string[] | undefined): string[] | undefined => values?.map((v) => (v === NONE ? "" : v));
  return {
    state: search.state ?? "open",
    missing: search.missing,
    service: asked(search.service),
    account: asked(search.account),
    region: asked(search.region),
    type: asked(search.type),
    team: search.team,
    seen_in: search.seen_in,
    min_cost: search.min,
    min_age_days: search.age === undefined ? undefined : Number(search.age),
    q: search.q,
    currency: search.cur,
    sort: search.sort ?? "-cost",
  };
}

/** The values of a facet with one more, or one less. */
export function toggled(values: readonly string[] | undefined, token: string): string[] | undefined {
  const next = values?.includes(token) ? values.filter((v) => v !== token) : [...(values ?? []), token];
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
    (search[facet] ?? []).map((token) => {
      const name = facets[facet]?.find((v) => tokenOf(facet, v.value) === token)?.name;
      return { words: `${FACET_TEXT[facet]}: ${valueText(facet, token, name)}`, without: { [facet]: toggled(search[facet], token) } };
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
