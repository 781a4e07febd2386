import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FILTER_OPS, drillFilter, formatFilter, parseFilter, withFilter } from "./filters";

test("a filter survives the way to text and back", () => {
  const value = fc.string({ maxLength: 20 }).filter((v) => !v.includes("\\"));
  const dimension = fc.constantFrom("x_TeamId", "ServiceName", "Tags/cost center", "Tags/env", "Tags/user:Team");
  fc.assert(
    fc.property(dimension, fc.constantFrom(...FILTER_OPS), fc.array(value, { minLength: 1, maxLength: 4 }), (d, op, values) => {
      expect(parseFilter(formatFilter({ dimension: d, op, values }))).toEqual({ dimension: d, op, values });
    }),
    { seed: 3 },
  );
});

test("values may hold colons, as resource names do", () => {
  expect(parseFilter("ResourceId:in:arn:aws:s3:::bucket")).toEqual({ dimension: "ResourceId", op: "in", values: ["arn:aws:s3:::bucket"] });
});

test("a comma inside a value is not the end of it", () => {
  expect(formatFilter({ dimension: "Tags/env", op: "in", values: ["a,b", "c"] })).toBe("Tags/env:in:a\\,b,c");
  expect(parseFilter("Tags/env:in:a\\,b,c")?.values).toEqual(["a,b", "c"]);
});

test("an empty value stands for records without one", () => {
  expect(parseFilter("x_TeamId:in:")?.values).toEqual([""]);
});

test.each(["", "x_TeamId", "x_TeamId:in", "x_TeamId:near:a", "1bad:in:a", "Tags/:in:a", "a b:in:c"])("%j is not a filter", (text) => {
  expect(parseFilter(text)).toBeNull();
});

test("a value joins the filter of its dimension, once", () => {
  const first = withFilter([], { dimension: "RegionId", op: "in", values: ["eu"] });
  const both = withFilter(first, { dimension: "RegionId", op: "in", values: ["us", "eu"] });
  expect(both).toEqual(["RegionId:in:eu,us"]);
  expect(withFilter(both, { dimension: "RegionId", op: "not_in", values: ["ap"] })).toHaveLength(2);
});

test("a drill replaces what was asked about its dimension", () => {
  expect(drillFilter(["ServiceName:contains:Elastic", "RegionId:in:eu"], "ServiceName", "S3")).toEqual(["RegionId:in:eu", "ServiceName:in:S3"]);
});
