/** What a page's URL may say. A value that is not understood is left out and named, never thrown. */
import * as z from "zod/mini";
import { parseFilter } from "./filters";
import { GRAINS, PRESETS, isDay } from "./period";

// Schemas are small; compiling them with `new Function` would need a looser content security policy.
z.config({ jitless: true });

/** A parameter that may be repeated; saying a value twice is saying it once. */
const list = <T extends string>(item: z.ZodMiniType<T, string>, max: number) =>
  z.pipe(
    z.pipe(z.transform((v: unknown) => (typeof v === "string" ? [v] : v)), z.array(item).check(z.minLength(1), z.maxLength(max))),
    z.transform((v: T[]) => [...new Set(v)]),
  );

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const pattern = (form: RegExp) => z.string().check(z.regex(form));
const id = text(200);
const day = z.string().check(z.refine(isDay));

export const METRICS = ["BilledCost", "EffectiveCost"] as const;
export type Metric = (typeof METRICS)[number];

export const sharedShape = {
  scope: id,
  range: z.enum(PRESETS),
  from: day,
  to: day,
  metric: z.enum(METRICS),
  cur: pattern(/^[A-Za-z]{2,12}$/),
  f: list(z.string().check(z.refine((v) => parseFilter(v) !== null)), 20),
  frozen: day,
};

export const overviewShape = { ...sharedShape };

export const teamsShape = {
  ...sharedShape,
  grain: z.enum(GRAINS),
  chart: z.enum(["bar", "line"]),
  sort: pattern(/^-?(?:name|cost|change|percent|share)$/),
  open: list(id, 100),
  rows: z.enum(["flat"]),
};

export const exploreShape = {
  ...sharedShape,
  grain: z.enum(GRAINS),
  cmp: z.enum(["previous", "none"]),
  chart: z.enum(["bar", "line", "area", "table"]),
  group: list(z.string().check(z.refine((v) => parseFilter(`${v}:in:x`) !== null)), 2),
  top: z.enum(["5", "10", "20", "50", "100"]),
  sort: z.enum(["-cost", "cost", "name", "-change"]),
  view: z.enum(["resources", "records"]),
  res: text(2048),
  key: id,
};

export const healthShape = {
  view: z.enum(["runs", "dead-letters"]),
  run: id,
  source: id,
  state: pattern(/^[a-z]{1,20}$/),
};

/** The views of Data health stood at this address before: links to them still lead there. */
export const statusShape = healthShape;

export const hierarchyShape = {
  view: z.enum(["import"]),
  on: day,
  q: text(100),
  closed: list(id, 100),
};

export const rulesShape = {
  view: z.enum(["unmatched", "versions", "explain"]),
  edit: z.enum(["text"]),
  v: pattern(/^\d{1,16}$/),
  explain: id,
};

/** `add`: the form for a new source; the kind once it is picked. */
export const connectorsShape = { add: pattern(/^[a-z0-9_]{1,40}$/) };
export const sourceShape = { run: id };

export const FINDING_FACETS = ["missing", "service", "account", "region", "type", "team", "seen_in"] as const;
export type FindingFacet = (typeof FINDING_FACETS)[number];

/** Empty for findings that have none. */
const orNone = z.string().check(z.maxLength(200));

/** `min`: cost of 30 days at least; `age`: days since it was first seen at least; `finding`: the one that is open. */
export const untaggedShape = {
  state: z.enum(["exempt", "closed"]),
  missing: list(id, 50),
  service: list(id, 50),
  account: list(orNone, 50),
  region: list(orNone, 50),
  type: list(id, 50),
  team: list(id, 50),
  seen_in: list(z.enum(["bill", "cloud", "both"]), 3),
  min: pattern(/^\d{1,9}(?:\.\d{1,2})?$/),
  age: pattern(/^[1-9]\d{0,3}$/),
  q: id,
  cur: sharedShape.cur,
  sort: z.enum(["cost", "-age", "age", "resource"]),
  finding: id,
};

export const policyShape = { view: z.enum(["versions"]), edit: z.enum(["text"]), v: pattern(/^\d{1,16}$/) };
export const cloudsShape = { add: z.enum(["aws"]), open: id };

/** `who`: an id or part of a name; `since` and `until`: UTC days, both included; `entry`: the one that is open. */
export const auditShape = {
  service: pattern(/^[a-z_]{1,40}$/),
  action: pattern(/^[a-z_]{1,40}(?:\.[a-z_]{1,40})?$/),
  who: id,
  since: day,
  until: day,
  entry: pattern(/^[a-z_]{1,40}-[1-9]\d{0,17}$/),
};

/** `add`: who is being added; `perm`: the permission that is asked about. */
export const accessShape = {
  view: z.enum(["users", "why"]),
  add: z.enum(["role", "user"]),
  user: id,
  group: id,
  role: pattern(/^[a-z_]{1,40}$/),
  node: id,
  perm: pattern(/^[a-z]{1,20}:[a-z]{1,20}$/),
};

export const signInShape = { next: z.string().check(z.regex(/^\/(?![/\\])/), z.maxLength(4000)) };

type Shape = Record<string, z.ZodMiniType>;
export type SearchOf<S extends Shape> = { [K in keyof S]?: z.output<S[K]> };
export type SharedSearch = SearchOf<typeof sharedShape>;
export type OverviewSearch = SearchOf<typeof overviewShape>;
export type TeamsSearch = SearchOf<typeof teamsShape>;
export type ExploreSearch = SearchOf<typeof exploreShape>;
export type ConnectorsSearch = SearchOf<typeof connectorsShape>;
export type SourceSearch = SearchOf<typeof sourceShape>;
export type HealthSearch = SearchOf<typeof healthShape>;
export type RulesSearch = SearchOf<typeof rulesShape>;
export type UntaggedSearch = SearchOf<typeof untaggedShape>;
export type PolicySearch = SearchOf<typeof policyShape>;
export type AuditSearch = SearchOf<typeof auditShape>;
export type CloudsSearch = SearchOf<typeof cloudsShape>;
export type AccessSearch = SearchOf<typeof accessShape>;
export type HierarchySearch = SearchOf<typeof hierarchyShape>;

/**
 * Values that mean the same as leaving the parameter out; links stay short and equal links are equal strings.
 * A frozen link says them all the same: it must not change when a default does.
 */
export const DEFAULTS: Readonly<Record<string, string>> = { range: "30d", metric: "BilledCost" };

export interface ReadSearch<S extends Shape> {
  search: SearchOf<S>;
  dropped: string[];
}

export function readSearch<S extends Shape>(shape: S, raw: Record<string, unknown>): ReadSearch<S> {
  const search: Record<string, unknown> = {};
  const dropped: string[] = [];
  const isFrozen = Object.hasOwn(shape, "frozen") && shape.frozen?.safeParse(raw.frozen).success;
  for (const [name, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const read = schema?.safeParse(value);
    if (read?.success) {
      if (isFrozen || read.data !== DEFAULTS[name]) search[name] = read.data;
    } else dropped.push(name);
  }
  const half = (search.from === undefined) !== (search.to === undefined);
  if (half || (search.from as string) > (search.to as string)) {
    for (const name of ["from", "to"]) if (search[name] !== undefined) dropped.push(name);
    delete search.from;
    delete search.to;
  }
  if (search.from === undefined && search.frozen !== undefined) {
    const moving = readSearch(shape, { ...raw, frozen: undefined });
    return { ...moving, dropped: [...moving.dropped, "frozen"] };
  }
  if (search.from !== undefined && search.range !== undefined && !isFrozen) {
    delete search.range;
  }
  return { search: search as SearchOf<S>, dropped };
}

/** The part of a search that every cost page shares and that survives a change of page. */
export function keepShared(search: Record<string, unknown>): SharedSearch {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(sharedShape)) if (search[name] !== undefined) kept[name] = search[name];
  return kept as SharedSearch;
}
