import { expect, test } from "vitest";
import type { OrgNode } from "@/api/types";
import { changeCount, changeRows } from "./changes";
import { EXAMPLE, formatOf } from "./formats";
import { countText, orgTree, parentIds } from "./tree";

const node = (id: string, type: string, parent_id: string | null, over: Partial<OrgNode> = {}): OrgNode => ({
  id, name: id.toUpperCase(), type, parent_id, owner_email: null, cost_center: null, valid_from: null, valid_to: null, ...over,
});
const NODES = [node("g", "business_group", null), node("u", "business_unit", "g"), node("v", "business_unit", "g"), node("b", "team", "u"), node("a", "team", "u", { owner_email: "x@y.example" })];

test("the tree has siblings by name, and orphans at the top", () => {
  const [top, orphan] = orgTree([...NODES, node("z", "team", "gone")]);
  expect(top?.children.map((r) => r.id)).toEqual(["u", "v"]);
  expect(top?.children[0]?.children.map((r) => r.id)).toEqual(["a", "b"]);
  expect(orphan?.id).toBe("z");
  expect(parentIds([top!])).toEqual(["g", "u"]);
});

test("a search keeps what is above and below a match, and nothing else", () => {
  const ids = (q: string) => orgTree(NODES, q).flatMap((g) => [g.id, ...g.children.flatMap((u) => [u.id, ...u.children.map((t) => t.id)])]);
  expect(ids("X@Y")).toEqual(["g", "u", "a"]);
  expect(ids("u")).toEqual(["g", "u", "a", "b"]);
  expect(ids("nothing")).toEqual([]);
});

test("levels are counted in words", () => {
  expect(countText(NODES)).toBe("1 group, 2 units, 2 teams");
});

test("a change is told as added, changed, left or removed, with its day and what was before", () => {
  const rows = changeRows([
    { id: "n", before: null, after: node("n", "team", "u", { valid_from: "2027-01-01" }), fields: [] },
    { id: "a", before: node("a", "team", "u"), after: node("a", "team", "v", { valid_from: "2027-01-01" }), fields: ["parent_id", "valid_from"] },
    { id: "b", before: node("b", "team", "u"), after: node("b", "team", "u", { valid_to: "2027-01-01" }), fields: ["valid_to"] },
    { id: "v", before: node("v", "business_unit", "g"), after: null, fields: [] },
  ]);
  expect(rows.map((r) => [r.id, r.kind, r.since])).toEqual([["v", "removed", "since ever"], ["b", "left", "1 Jan 2027"], ["a", "changed", "1 Jan 2027"], ["n", "added", "1 Jan 2027"]]);
  expect(rows[2]?.details).toEqual([{ field: "Under", before: "u", after: "v" }]);
  expect(rows[3]?.details).toEqual([{ field: "Under", before: null, after: "u" }]);
  expect(changeCount(rows)).toBe("1 added, 1 changed, 1 left, 1 removed");
});

test("the format is known by the name of the file, else by the first line", () => {
  expect([formatOf("id,name", "a.yaml"), formatOf("x: 1", "a.CSV"), formatOf("\uFEFF\nid,name,type"), formatOf(EXAMPLE), formatOf('{"nodes": []}')]).toEqual(["YAML", "CSV", "CSV", "YAML", "YAML"]);
});
