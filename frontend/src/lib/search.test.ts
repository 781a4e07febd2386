import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PRESETS, addDays } from "./period";
import { exploreShape, healthShape, keepShared, readSearch, sharedShape, signInShape, teamsShape } from "./search";
import { parseSearch, stringifySearch } from "./url";

const read = <S extends Parameters<typeof readSearch>[0]>(shape: S, url: string) => readSearch(shape, parseSearch(url));

const text = fc.string({ minLength: 1, maxLength: 30 }).filter((s) => s.trim() === s);
const maybe = <T,>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const window = fc
  .tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 900 }))
  .map(([start, length]) => ({ from: addDays("2020-01-01", start), to: addDays("2020-01-01", start + length) }));
const when = fc.oneof(window, fc.constantFrom(...PRESETS.filter((p) => p !== "30d")).map((range) => ({ range })), fc.constant({}));
const filter = fc.tuple(fc.constantFrom("x_TeamId", "Tags/env", "ServiceName"), fc.constantFrom("in", "not_in", "prefix"), text).map((p) => p.join(":"));

const valid = fc
  .record({
    scope: maybe(text),
    metric: maybe(fc.constant("EffectiveCost")),
    cur: maybe(fc.constantFrom("EUR", "USD")),
    f: maybe(fc.uniqueArray(filter, { minLength: 1, maxLength: 4 })),
    grain: maybe(fc.constantFrom("day", "week", "month")),
    chart: maybe(fc.constantFrom("bar", "line")),
    sort: maybe(fc.constantFrom("name", "-change", "cost")),
    open: maybe(fc.uniqueArray(text, { minLength: 1, maxLength: 5 })),
  })
  .chain((search) => when.map((w) => ({ ...search, ...w })));

describe("the address", () => {
  test("comes back unchanged for every valid search", () => {
    fc.assert(
      fc.property(valid, (search) => {
        const url = stringifySearch(search);
        const once = read(teamsShape, url);
        expect(once.dropped).toEqual([]);
        expect(stringifySearch(once.search)).toBe(stringifySearch(read(teamsShape, stringifySearch(once.search)).search));
        expect(once.search).toEqual(JSON.parse(JSON.stringify(search)));
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test("never throws, whatever it holds", () => {
    const raw = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string())));
    fc.assert(
      fc.property(raw, fc.constantFrom(teamsShape, exploreShape, healthShape, signInShape), (search, shape) => {
        const { search: good, dropped } = readSearch(shape, search);
        expect([...Object.keys(good), ...dropped].length).toBeLessThanOrEqual(Object.keys(search).length);
      }),
      { seed: 13, numRuns: 300 },
    );
  });

  test("is readable", () => {
    expect(stringifySearch({ range: "90d", f: ["Tags/env:in:prod,dev"], scope: "a b", none: undefined })).toBe("?range=90d&f=Tags/env:in:prod,dev&scope=a+b");
    expect(stringifySearch({})).toBe("");
  });
});

describe("a link that is not understood in part", () => {
  test("keeps the rest and names what was left out", () => {
    expect(read(teamsShape, "?range=99d&metric=EffectiveCost&colour=red")).toEqual({ search: { metric: "EffectiveCost" }, dropped: ["range", "colour"] });
  });

  test("half a window, or one that ends before it starts, is no window", () => {
    expect(read(teamsShape, "?from=2026-01-01")).toEqual({ search: {}, dropped: ["from"] });
    expect(read(teamsShape, "?from=2026-02-01&to=2026-01-01")).toEqual({ search: {}, dropped: ["from", "to"] });
    expect(read(teamsShape, "?from=2026-02-30&to=2026-03-01").dropped).toEqual(["from", "to"]);
  });

  test("names from the prototype are not parameters", () => {
    expect(read(teamsShape, "?constructor=1&toString=2").dropped).toEqual(["constructor", "toString"]);
  });

  test("a filter without an operator is left out", () => {
    expect(read(exploreShape, "?f=x_TeamId:a").dropped).toEqual(["f"]);
  });
});

test("values that are the default anyway do not stay in the address", () => {
  expect(read(teamsShape, "?range=30d&metric=BilledCost")).toEqual({ search: {}, dropped: [] });
});

test("own dates push out a preset", () => {
  expect(read(teamsShape, "?range=7d&from=2026-01-01&to=2026-01-31").search).toEqual({ from: "2026-01-01", to: "2026-01-31" });
});

test("repeated values become one", () => {
  expect(read(exploreShape, "?group=x_TeamId&group=x_TeamId").search.group).toEqual(["x_TeamId"]);
});

test("after sign-in only a path of this app is followed", () => {
  expect(read(signInShape, "?next=/cost/teams?range%3D7d").search.next).toBe("/cost/teams?range=7d");
  for (const bad of ["//evil.example", "/\\evil", "https://evil.example", "cost"]) {
    expect(read(signInShape, `?next=${encodeURIComponent(bad)}`).dropped).toEqual(["next"]);
  }
});

test("a change of page keeps only what all cost pages share", () => {
  expect(keepShared({ scope: "bg", open: ["a"], range: "7d", sort: "name" })).toEqual({ scope: "bg", range: "7d" });
  expect(Object.keys(keepShared({ scope: 1, range: 2, from: 3, to: 4, metric: 5, cur: 6, f: 7, frozen: 8 }))).toEqual(Object.keys(sharedShape));
});
