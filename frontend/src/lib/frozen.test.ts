import * as fc from "fast-check";
import { expect, test } from "vitest";
import { freeze, thaw } from "./frozen";
import { PRESETS, addDays, resolveRange, teamWindow } from "./period";
import { type SharedSearch, readSearch, teamsShape } from "./search";
import { parseSearch, stringifySearch } from "./url";
import { baseParams } from "./view";

const maybe = <T,>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const day = fc.integer({ min: 0, max: 3000 }).map((n) => addDays("2020-01-01", n));
const when = fc.oneof(
  fc.tuple(day, fc.integer({ min: 0, max: 400 })).map(([from, n]) => ({ from, to: addDays(from, n) })),
  fc.constantFrom(...PRESETS).map((range) => ({ range })),
  fc.constant({}),
);
const searches = fc
  .record({ scope: maybe(fc.constant("bg-1")), metric: maybe(fc.constant("EffectiveCost" as const)), cur: maybe(fc.constantFrom("EUR", "GBP")), f: maybe(fc.constant(["RegionId:in:eu"])) })
  .chain((s) => when.map((w) => readSearch(teamsShape, { ...s, ...w }).search));

/** What a link says once it has been opened. */
const opened = (search: SharedSearch) => readSearch(teamsShape, parseSearch(stringifySearch(search)));

test("a frozen link shows tomorrow, and in a year, what is shown today", () => {
  fc.assert(
    fc.property(searches, day, fc.integer({ min: 0, max: 400 }), (search, today, later) => {
      const link = opened(freeze(search, today, "USD"));
      expect(link.dropped).toEqual([]);
      const then = addDays(today, later);
      expect(resolveRange(link.search, then)).toEqual(resolveRange(search, today));
      expect(baseParams(link.search, then)).toEqual({ ...baseParams(search, today), metric: search.metric ?? "BilledCost", currency: search.cur ?? "USD" });
      const [now, before] = [teamWindow(link.search, then), teamWindow(search, today)];
      expect(now?.comparison).toBe(before?.comparison);
      if (now?.days && before?.days) expect(now.days).toBe(before.days);
      expect(now?.as_of).toBe(resolveRange(search, today).to);
    }),
    { seed: 23, numRuns: 300 },
  );
});

test("thirty days that happen to be a month compare with the thirty days before, frozen or not", () => {
  for (const search of [{}, { range: "30d" as const }]) {
    expect(teamWindow(opened(freeze(search, "2026-11-30", "USD")).search, "2026-12-04")).toEqual({ days: 30, as_of: "2026-11-30", comparison: "days" });
  }
  expect(teamWindow({ from: "2026-11-01", to: "2026-11-30" }, "2026-12-04")?.comparison).toBe("month");
});

test("thawing leads back to the view that was frozen, and freezing twice is freezing once", () => {
  fc.assert(
    fc.property(searches, day, (search, today) => {
      const frozen = opened(freeze(search, today, "USD")).search;
      expect(freeze(frozen, addDays(today, 9), "EUR")).toEqual(frozen);
      expect(opened(thaw(frozen, "USD")).search).toEqual(search);
    }),
    { seed: 29, numRuns: 300 },
  );
});

test("a link that is frozen at no days is not frozen, and says so", () => {
  expect(readSearch(teamsShape, { frozen: "2026-11-28", range: "7d" })).toEqual({ search: { range: "7d" }, dropped: ["frozen"] });
});
