import { expect, test } from "vitest";
import { drillRow } from "./drill";
import { baseParams } from "@/lib/view";
import { chartParams, groupsOf, tableParams } from "./query";

test("the way down is group, unit, team, service, resource, record", () => {
  const unit = drillRow({}, { x_BusinessGroupId: "bg-1" }, null);
  expect([unit.scope, unit.group]).toEqual(["bg-1", ["x_BusinessUnitId"]]);
  const team = drillRow(unit, { x_BusinessUnitId: "bu-1" }, "business_group");
  expect([team.scope, team.group]).toEqual(["bu-1", ["x_TeamId"]]);
  const service = drillRow(team, { x_TeamId: "t-1" }, "business_unit");
  expect([service.scope, service.group]).toEqual(["t-1", ["x_ServiceId"]]);
  const resources = drillRow(service, { x_ServiceId: "s-1" }, "team");
  expect([resources.scope, resources.f, resources.view]).toEqual(["t-1", ["x_ServiceId:in:s-1"], "resources"]);
  const records = drillRow(service, { ResourceId: "arn:1" }, "team");
  expect([records.view, records.res]).toEqual(["records", "arn:1"]);
});

test("a drill keeps range, metric and comparison", () => {
  const next = drillRow({ range: "90d", metric: "EffectiveCost", cmp: "none", sort: "name" }, { RegionId: "eu" }, null);
  expect(next).toMatchObject({ range: "90d", metric: "EffectiveCost", cmp: "none", f: ["RegionId:in:eu"], group: ["x_BusinessGroupId"] });
  expect(next.sort).toBeUndefined();
});

test("a row without a value asks for the records without one", () => {
  const next = drillRow({}, { x_TeamId: null }, null);
  expect([next.f, next.view]).toEqual([["x_TeamId:in:"], "resources"]);
});

test("a level that the row fixes is not asked for again", () => {
  expect(drillRow({}, { x_TeamId: "t-1", x_ServiceId: "s-1" }, null)).toMatchObject({ scope: "t-1", f: ["x_ServiceId:in:s-1"], view: "resources" });
});

test("no grouping in the address means the level below the scope", () => {
  expect(groupsOf({}, "business_group")).toEqual(["x_BusinessUnitId"]);
  expect(groupsOf({ group: ["none"] }, null)).toEqual([]);
  expect(groupsOf({ group: ["RegionId", "ServiceName"] }, null)).toEqual(["RegionId", "ServiceName"]);
});

test("the query waits for the newest day only where the range needs it", () => {
  expect(baseParams({}, null)).toBeNull();
  expect(baseParams({ from: "2026-01-01", to: "2026-01-31" }, null)).toMatchObject({ from: "2026-01-01", to: "2026-01-31" });
  const base = baseParams({ range: "12m" }, "2026-11-23")!;
  expect(chartParams({}, base, ["x_TeamId"])).toMatchObject({ grain: "week", top: 6, group_by: "x_TeamId", compare: "none" });
  expect(tableParams({ top: "50" }, base, [])).toMatchObject({ grain: "none", top: 50, compare: "previous" });
});
