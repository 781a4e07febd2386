/** How access is told in words. */
import type { FlatNode } from "@/lib/hierarchy";
import type { Binding, NewBinding, Person, Place, Role, Why } from "./types";

export const placeText = (place: Place | null): string => (place ? place.path.join(" › ") || `${place.name}, which has left the hierarchy` : "Everything");

export const whoText = ({ principal: p }: Binding): string => (p.kind === "group" ? p.name : (p.display_name ?? p.name));

/** The same binding, to be given again. */
export const again = (b: Binding): NewBinding => ({
  role: b.role.name,
  node: b.node?.id ?? null,
  ...(b.principal.kind === "group" ? { group: b.principal.id } : { user: b.principal.id }),
});

/** What was asked, as the answer says it. */
export function questionText({ user, about, allowed, node }: Why): string {
  const what = about.charAt(0).toLowerCase() + about.slice(1);
  return `${user.name} may ${allowed ? "" : "not "}${what}, ${node ? `at ${placeText(node)}` : "everywhere"}.`;
}

/** What a role does not give at a node, since it is about the whole installation. */
export const lostAtNode = (role: Role): string[] => role.permissions.filter((p) => !p.at_nodes).map((p) => p.about.toLowerCase());

export const stateOf = (u: Person): { tone: "ok" | "warn" | "idle"; word: string } =>
  u.is_disabled ? { tone: "idle", word: "Disabled" } : u.must_change_password ? { tone: "warn", word: "Initial password" } : { tone: "ok", word: "Active" };

/** The nodes at or below some. */
export function inside(nodes: FlatNode[], within: readonly string[]): FlatNode[] {
  const kept = new Set(within);
  return nodes.filter((n) => {
    if (n.parent_id !== null && kept.has(n.parent_id)) kept.add(n.id);
    return kept.has(n.id);
  });
}
