/** One step down from a row: group > unit > team > service > resource > record, whatever the row is grouped by. */
import { drillFilter } from "@/lib/filters";
import { type NodeType, nextDimension } from "@/lib/hierarchy";
import type { ExploreSearch } from "@/lib/search";

const LEVEL: Record<string, NodeType> = { x_BusinessGroupId: "business_group", x_BusinessUnitId: "business_unit", x_TeamId: "team" };

export function drillRow(search: ExploreSearch, keys: Record<string, string | null>, scopeType: NodeType | null): ExploreSearch {
  let filters = search.f ?? [];
  let scope = search.scope;
  let level = scopeType;
  let leaf = false;
  for (const [dimension, value] of Object.entries(keys)) {
    const node = LEVEL[dimension];
    if (node && value !== null) {
      scope = value;
      level = node;
    } else {
      filters = drillFilter(filters, dimension, value ?? "");
      leaf ||= dimension === "x_ServiceId" || dimension === "ResourceId" || (node === "team" && value === null);
    }
  }
  const next: ExploreSearch = { ...search, scope, f: filters.length > 0 ? filters : undefined, sort: undefined, res: undefined, key: undefined };
  const resource = keys.ResourceId;
  if (resource) return { ...next, group: undefined, view: "records", res: resource };
  if (leaf) return { ...next, group: undefined, view: "resources" };
  const below = nextDimension(level);
  // A level that the row already fixes would give one row that says the same again.
  return below in keys ? { ...next, group: undefined, view: "resources" } : { ...next, group: [below] };
}
