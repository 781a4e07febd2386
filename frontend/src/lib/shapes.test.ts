import * as fc from "fast-check";
import { expect, test } from "vitest";
import { csvHref } from "./csvHref";
import { flatten, nextDimension } from "./hierarchy";
import { minMax, sparkPath, summarise } from "./series";
import { SLOTS, assignSlots } from "./slots";

test("the hierarchy is walked depth first, siblings by name, orphans on top", () => {
  const nodes = [
    { id: "t", name: "Team", type: "team" as const, parent_id: "u" },
    { id: "g2", name: "Beta", type: "business_group" as const, parent_id: null },
    { id: "g", name: "Alpha", type: "business_group" as const, parent_id: null },
    { id: "u", name: "Unit", type: "business_unit" as const, parent_id: "g" },
    { id: "o", name: "Orphan", type: "team" as const, parent_id: "gone" },
  ];
  expect(flatten(nodes).map((n) => `${n.depth}${n.id}`)).toEqual(["0g", "1u", "2t", "0g2", "0o"]);
  expect(flatten(nodes)[2]?.path).toEqual(["Alpha", "Unit", "Team"]);
});

test("each level is split by the one below it", () => {
  expect([null, "business_group", "business_unit", "team"].map((t) => nextDimension(t as null))).toEqual([
    "x_BusinessGroupId", "x_BusinessUnitId", "x_TeamId", "x_ServiceId",
  ]);
});

test("a colour follows the entity, not its rank", () => {
  const ids = ["payments", "search", "ads", "core"];
  expect(assignSlots(ids)).toEqual(assignSlots(ids.toReversed()));
});

test("up to six siblings never share a colour", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: SLOTS }), (ids) => {
      const slots = [...assignSlots(ids).values()];
      expect(new Set(slots).size).toBe(ids.length);
      expect(Math.max(...slots)).toBeLessThan(SLOTS);
    }),
    { seed: 5 },
  );
  expect(assignSlots(["a", "b", "c", "d", "e", "f", "g", "h"]).size).toBe(8);
});

test("thinning keeps the ends and the spike", () => {
  const values = Array.from({ length: 1826 }, (_, i) => (i === 900 ? 1000 : i % 7));
  const points = minMax(values, 500);
  expect(points.length).toBeLessThanOrEqual(500);
  expect(points[0]?.[0]).toBe(0);
  expect(points.at(-1)?.[0]).toBe(1825);
  expect(points).toContainEqual([900, 1000]);
  expect(points.map((p) => p[0])).toEqual(points.map((p) => p[0]).toSorted((a, b) => a - b));
  expect(minMax([1, 2], 500)).toEqual([[0, 1], [1, 2]]);
});

test("a summary names the trend and where the extremes are", () => {
  expect(summarise([1, 2, 3, 9, 4, 5])).toEqual({ trend: "rising", lowest: 0, highest: 3, last: 5 });
  expect(summarise([5, 5, 5])?.trend).toBe("flat");
  expect(summarise([9, 5, 1])?.trend).toBe("falling");
  expect(summarise([])).toBeNull();
});

test("a sparkline stays inside its box, and noise does not fill it", () => {
  const ys = (values: number[]): number[] => [...sparkPath(values, 84, 20).matchAll(/ (-?[\d.]+)/g)].map((m) => Number(m[1]));
  expect(Math.max(...ys([0, 10])) - Math.min(...ys([0, 10]))).toBe(20);
  expect(Math.max(...ys([100, 101])) - Math.min(...ys([100, 101]))).toBeLessThan(2);
  expect(ys([5, 5])).toEqual([10, 10]);
  expect(ys([7])).toEqual([10]);
  expect(sparkPath([], 84, 20)).toBe("");
});

test("the CSV address carries the very query of the page", () => {
  expect(csvHref("/api/x", { days: 30, scope: undefined, filter: ["a:in:b,c", "d:in:e"], currency: null })).toBe(
    "/api/x?days=30&filter=a%3Ain%3Ab%2Cc&filter=d%3Ain%3Ae&format=csv",
  );
});
