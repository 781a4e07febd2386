/** The business hierarchy as a tree: Business Group > Business Unit > Team. */
export type NodeType = "business_group" | "business_unit" | "team";

export interface HierarchyNode {
  id: string;
  name: string;
  type: NodeType;
  parent_id: string | null;
}

export interface FlatNode extends HierarchyNode {
  depth: number;
  path: string[];
}

export const LEVEL_TEXT: Record<NodeType, string> = { business_group: "Group", business_unit: "Unit", team: "Team" };

export const LEVEL_DIMENSION: Record<NodeType, string> = {
  business_group: "x_BusinessGroupId",
  business_unit: "x_BusinessUnitId",
  team: "x_TeamId",
};

/** Depth-first, siblings by name, each with the names on the way to it. A node whose parent is unknown stands at the top. */
export function flatten(nodes: readonly HierarchyNode[]): FlatNode[] {
  const known = new Set(nodes.map((n) => n.id));
  const children = new Map<string, HierarchyNode[]>();
  for (const node of nodes) {
    const parent = node.parent_id !== null && known.has(node.parent_id) ? node.parent_id : "";
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const out: FlatNode[] = [];
  const visit = (parent: string, path: string[]): void => {
    for (const node of [...(children.get(parent) ?? [])].sort((a, b) => a.name.localeCompare(b.name))) {
      const here = [...path, node.name];
      out.push({ ...node, depth: path.length, path: here });
      visit(node.id, here);
    }
  };
  visit("", []);
  return out;
}

/** Dimension one level below a scope: what its spend is split by on the first chart. */
export function nextDimension(type: NodeType | null): string {
  if (type === null) return "x_BusinessGroupId";
  return { business_group: "x_BusinessUnitId", business_unit: "x_TeamId", team: "x_ServiceId" }[type];
}
