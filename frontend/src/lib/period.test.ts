import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  PRESETS, addDays, addMonths, agoText, autoGrain, cutText, dayText, daysIn, instantText, isDay, monthEnd, monthText, periodText, rangeText, resolvePreset,
  resolveRange, shiftRange, teamWindow,
} from "./period";

const AS_OF = "2026-11-23";

test.each([
  ["7d", "2026-11-17", AS_OF],
  ["30d", "2026-10-25", AS_OF],
  ["90d", "2026-08-26", AS_OF],
  ["mtd", "2026-11-01", AS_OF],
  ["last-month", "2026-10-01", "2026-10-31"],
  ["qtd", "2026-10-01", AS_OF],
  ["ytd", "2026-01-01", AS_OF],
  ["12m", "2025-11-24", AS_OF],
  ["5y", "2021-11-24", AS_OF],
] as const)("%s ends at the newest complete day it may include", (preset, from, to) => {
  expect(resolvePreset(preset, AS_OF)).toEqual({ from, to });
});

test("five years are 1,826 days", () => {
  expect(daysIn(resolvePreset("5y", AS_OF))).toBe(1826);
});

test("months respect leap days and short months", () => {
  expect(addMonths("2024-01-31", 1)).toBe("2024-02-29");
  expect(addMonths("2023-03-31", -1)).toBe("2023-02-28");
  expect(addMonths("2026-01-15", -1)).toBe("2025-12-15");
  expect(monthEnd("2024-02-10")).toBe("2024-02-29");
});

test("a day must exist", () => {
  expect(isDay("2024-02-29")).toBe(true);
  for (const bad of ["2023-02-29", "2023-13-01", "20230101", "2023-1-1", ""]) expect(isDay(bad)).toBe(false);
});

test("own dates win over a preset", () => {
  expect(resolveRange({ from: "2026-01-01", to: "2026-01-31", range: "7d" }, AS_OF)).toEqual({ from: "2026-01-01", to: "2026-01-31" });
  expect(resolveRange({}, AS_OF)).toEqual(resolvePreset("30d", AS_OF));
});

test.each([
  [7, "day"],
  [120, "day"],
  [121, "week"],
  [731, "week"],
  [732, "month"],
] as const)("%i days are drawn per %s", (days, grain) => {
  expect(autoGrain({ from: addDays(AS_OF, 1 - days), to: AS_OF })).toBe(grain);
});

describe("shifting", () => {
  test("a month moves to the month before, whatever its length", () => {
    expect(shiftRange({ from: "2026-03-01", to: "2026-03-31" }, -1)).toEqual({ from: "2026-02-01", to: "2026-02-28" });
  });

  test("there and back again is where it was", () => {
    const day = fc.integer({ min: 0, max: 3000 }).map((n) => addDays("2020-01-01", n));
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 400 }), (from, length) => {
        const range = { from, to: addDays(from, length) };
        const moved = shiftRange(range, -1);
        expect(daysIn(moved) === daysIn(range) || moved.to === monthEnd(moved.from)).toBe(true);
        if (daysIn(moved) === daysIn(range)) expect(addDays(moved.to, 1)).toBe(range.from);
      }),
      { seed: 7 },
    );
  });
});

describe("the query of cost by team", () => {
  test("presets that count back leave the newest day to the server", () => {
    expect(teamWindow({}, null)).toEqual({ days: 30, comparison: "days" });
    expect(teamWindow({ range: "90d" }, null)).toEqual({ days: 90, comparison: "days" });
    expect(teamWindow({ range: "mtd" }, null)).toEqual({ comparison: "month" });
  });

  test("other presets wait until the newest day is known", () => {
    expect(teamWindow({ range: "qtd" }, null)).toBeNull();
    expect(teamWindow({ range: "qtd" }, AS_OF)).toEqual({ days: 54, as_of: AS_OF, comparison: "days" });
  });

  test("a whole month is compared with the month before it", () => {
    expect(teamWindow({ range: "last-month" }, AS_OF)).toEqual({ as_of: "2026-10-31", comparison: "month" });
    expect(teamWindow({ from: "2026-09-01", to: "2026-09-30" }, AS_OF)).toEqual({ as_of: "2026-09-30", comparison: "month" });
  });

  test("every preset has a query of at least one day", () => {
    for (const range of PRESETS) expect(teamWindow({ range }, AS_OF)?.days ?? 1).toBeGreaterThan(0);
  });
});

test("dates read as people write them", () => {
  expect(dayText("2026-11-03")).toBe("3 Nov 2026");
  expect(monthText("2026-09")).toBe("Sep 2026");
  expect(instantText("2026-11-24T04:10:00Z")).toBe("24 Nov 2026 04:10 UTC");
  expect(rangeText({ from: "2026-10-25", to: AS_OF })).toBe("25 Oct – 23 Nov 2026");
  expect(rangeText({ from: "2025-12-30", to: "2026-01-02" })).toBe("30 Dec 2025 – 2 Jan 2026");
  expect(rangeText({ from: "2026-10-01", to: "2026-10-31" })).toBe("Oct 2026");
  expect(rangeText({ from: AS_OF, to: AS_OF })).toBe("23 Nov 2026");
  expect(periodText("2026-11-02", "week")).toBe("Week of 2 Nov");
  expect(periodText("2026-11-01", "month")).toBe("Nov 2026");
  expect(periodText("2026-11-01", "day")).toBe("1 Nov");
});

test("weeks and months that the range cuts are named", () => {
  const monday = "2026-11-02";
  expect(cutText({ from: monday, to: "2026-11-15" }, "week")).toBe("");
  expect(cutText({ from: monday, to: AS_OF }, "week")).toBe(", the last week only in part");
  expect(cutText({ from: "2026-10-31", to: AS_OF }, "month")).toBe(", the first and last month only in part");
  expect(cutText({ from: "2026-10-31", to: AS_OF }, "day")).toBe("");
});

test("age is told in the largest unit that fits", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  expect(agoText("2026-11-24T11:59:50Z", now)).toBe("just now");
  expect(agoText("2026-11-24T11:30:00Z", now)).toBe("30 min ago");
  expect(agoText("2026-11-24T02:00:00Z", now)).toBe("10 h ago");
  expect(agoText("2026-11-20T12:00:00Z", now)).toBe("4 d ago");
});
