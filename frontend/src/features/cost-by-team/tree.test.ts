import { expect, test } from "vitest";
import { costByTeam } from "@/test/answers";
import { answerOf } from "./answer";
import { embeddedChart } from "./chartData";
import { UNATTRIBUTABLE, openSet, parents, toggleOpen, treeRows } from "./tree";

const data = costByTeam();
const rows = treeRows(data);

test("groups hold units, units hold teams, and Unattributable comes last", () => {
  expect(rows.map((r) => r.id)).toEqual(["bg-1", "bg-2", UNATTRIBUTABLE]);
  expect(rows[0]?.children?.map((r) => r.id)).toEqual(["bu-1", "bu-2"]);
  expect(rows[0]?.children?.[0]?.children?.map((r) => r.id)).toEqual(["t-1", "t-2"]);
});

test("a team whose unit is not in the answer still has its row", () => {
  const lost = { ...data, units: data.units.filter((u) => u.id !== "bu-1") };
  expect(JSON.stringify(treeRows(lost))).toContain('"id":"t-1"');
});

test("without a choice everything is open; closing and opening one row is a round trip", () => {
  const all = openSet(undefined, rows);
  expect([...all].sort()).toEqual(parents(rows).toSorted());
  const closed = toggleOpen(all, "bg-1", rows);
  expect(closed).not.toContain("bg-1");
  expect(toggleOpen(openSet(closed, rows), "bg-1", rows)).toBeUndefined();
});

test("all closed is a state of its own", () => {
  const one = toggleOpen(new Set(["bg-1"]), "bg-1", rows);
  expect(one).toEqual(["none"]);
  expect(openSet(one, rows).size).toBe(0);
});

test("the sentence says how much, against what, and who moved most", () => {
  expect(answerOf(data, null)).toBe("All teams together cost $1.1K in 25 Oct – 23 Nov 2026, up $100 (+10.0 %) on 25 Sep – 24 Oct 2026. Payments moved most: +$90.00.");
});

test("the chart has one series per group and one for what has no team", () => {
  const chart = embeddedChart(data, "x_BusinessGroupId");
  expect(chart?.series.map((s) => [s.name, s.role])).toEqual([["Retail", "entity"], ["Markets", "entity"], ["Unattributable", "unattributable"]]);
  expect(chart?.periods).toHaveLength(30);
});

test("more than six members are left to the server to fold", () => {
  const many = { ...data, groups: Array.from({ length: 7 }, (_, i) => ({ ...data.groups[0]!, id: `g${i}` })) };
  expect(embeddedChart(many, "x_BusinessGroupId")).toBeNull();
  expect(embeddedChart(data, "x_ServiceId")).toBeNull();
});
