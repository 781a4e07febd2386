/** What the palette offers, apart from what has to be looked up on the server. */
import type { SavedView } from "@/api/types";
import { type FlatNode, LEVEL_TEXT } from "@/lib/hierarchy";
import type { ExploreSearch, SharedSearch } from "@/lib/search";
import { stringifySearch } from "@/lib/url";
import { NAV } from "../shell/nav";

export const GROUPS = ["Recent", "Pages", "Questions", "Saved views", "Hierarchy", "Services", "Resources", "Actions"] as const;
export type Group = (typeof GROUPS)[number];

export interface Entry {
  /** The same for the same thing from day to day: what was used lately is remembered by it. */
  id: string;
  group: Group;
  label: string;
  /** What kind of thing it is, or where it stands. */
  detail?: string;
  /** Address inside the app; an entry without one does something. */
  href?: string;
  run?: () => void;
}

type May = (permission: string, everywhere: boolean) => boolean;

export const address = (page: string, search: object): string => `${page}${stringifySearch(search as Record<string, unknown>)}`;

export function pageEntries(may: May, shared: SharedSearch): Entry[] {
  return NAV.flatMap((group) => [...group.items])
    .filter((item) => may(item.needs, "everywhere" in item))
    .map((item) => ({ id: `page:${item.to}`, group: "Pages", label: item.label, href: address(item.to, item.shared ? shared : {}) }));
}

/** Each is a view with its answer on top. They ask about everything, whatever the present page is narrowed to. */
const QUESTIONS: readonly { text: string; page: string; search: ExploreSearch; needs: string; everywhere?: true }[] = [
  { text: "What changed most in the last 30 days?", page: "/cost/explore", search: { group: ["x_TeamId"], sort: "-change" }, needs: "costs:read" },
  { text: "What did each team cost last month?", page: "/cost/teams", search: { range: "last-month" }, needs: "costs:read" },
  { text: "Which cloud services grew most this month?", page: "/cost/explore", search: { range: "mtd", group: ["ServiceName"], sort: "-change" }, needs: "costs:read" },
  { text: "Which resources cost most in the last 7 days?", page: "/cost/explore", search: { range: "7d", view: "resources" }, needs: "costs:read" },
  { text: "What has no team?", page: "/cost/explore", search: { f: ["x_TeamId:in:"], group: ["x_AttributionRuleId", "ServiceName"] }, needs: "costs:read" },
  { text: "How did cost develop over 12 months?", page: "/cost/explore", search: { range: "12m", group: ["x_BusinessGroupId"], chart: "area" }, needs: "costs:read" },
  { text: "Which regions does the money go to?", page: "/cost/explore", search: { group: ["RegionId"] }, needs: "costs:read" },
  { text: "What do teams cost with commitments spread over what used them?", page: "/cost/teams", search: { metric: "EffectiveCost" }, needs: "costs:read" },
  { text: "Does what is shown match the bill?", page: "/admin/data-health", search: {}, needs: "health:read" },
  { text: "Is every service well?", page: "/admin/status", search: {}, needs: "health:read" },
  { text: "Who changed what?", page: "/admin/audit", search: {}, needs: "audit:read" },
  { text: "Which charges does no rule match?", page: "/admin/rules", search: { view: "unmatched" } as object, needs: "ownership:read", everywhere: true },
];

export function questionEntries(may: May): Entry[] {
  return QUESTIONS.filter((q) => may(q.needs, q.everywhere === true)).map((q) => ({ id: `question:${q.text}`, group: "Questions", label: q.text, href: address(q.page, q.search) }));
}

export function viewEntries(views: readonly SavedView[]): Entry[] {
  return views.map((v) => ({ id: `view:${v.id}`, group: "Saved views", label: v.name, href: v.query ? `${v.page}?${v.query}` : v.page }));
}

/** Groups, units and teams open Cost by team there; the rest of the question stays. */
export function nodeEntries(nodes: readonly FlatNode[], shared: SharedSearch): Entry[] {
  return nodes.map((n) => ({
    id: `node:${n.id}`,
    group: "Hierarchy",
    label: n.name,
    detail: [LEVEL_TEXT[n.type], ...n.path.slice(0, -1)].join(", "),
    href: address("/cost/teams", { ...shared, scope: n.id }),
  }));
}

export const LOOKED_UP = ["x_ServiceId", "ServiceName", "ResourceId"] as const;
export type LookedUp = (typeof LOOKED_UP)[number];

const KIND: Record<LookedUp, string> = { x_ServiceId: "Service", ServiceName: "Cloud service", ResourceId: "Resource, its records" };

export function valueEntry(dimension: LookedUp, value: { id: string; label: string }, shared: SharedSearch): Entry {
  const { scope: _, f: __, ...rest } = shared;
  const search: ExploreSearch =
    dimension === "ResourceId"
      ? { ...rest, view: "records", res: value.id }
      : { ...rest, f: [`${dimension}:in:${value.id.replaceAll(",", "\\,")}`], group: [dimension === "ServiceName" ? "x_TeamId" : "ServiceName"] };
  return { id: `${dimension}:${value.id}`, group: dimension === "ResourceId" ? "Resources" : "Services", label: value.label, detail: KIND[dimension], href: address("/cost/explore", search) };
}

/** Whatever was typed, taken as the id of a resource: also one that no list names. */
export const typedResource = (typed: string, shared: SharedSearch): Entry => ({
  ...valueEntry("ResourceId", { id: typed, label: `Records of resource “${typed}”` }, shared),
  id: "typed-resource",
});
