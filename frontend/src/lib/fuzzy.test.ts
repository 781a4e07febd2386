import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fuzzyScore } from "./fuzzy";

const best = (typed: string, texts: string[]): string | undefined =>
  texts
    .flatMap((text) => {
      const score = fuzzyScore(typed, text);
      return score === null ? [] : [{ text, score }];
    })
    .toSorted((a, b) => b.score - a.score)[0]?.text;

test("a text always fits itself, and every text fits nothing typed", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]+( [a-z]+)*$/), (text) => {
      expect(fuzzyScore(text, text)).not.toBeNull();
      expect(fuzzyScore("", text)).not.toBeNull();
    }),
    { seed: 3 },
  );
});

test("the start of a word comes before its middle, its middle before scattered letters", () => {
  expect(best("pay", ["Repayment", "Card payments", "Plan a year"])).toBe("Card payments");
  expect(best("pay", ["Plan a year", "Repayment"])).toBe("Repayment");
});

test("words come in any order, accents and case do not matter, letters may be missing", () => {
  expect(fuzzyScore("team cost", "Cost by team")).not.toBeNull();
  expect(fuzzyScore("MUNCHEN", "Büro München")).not.toBeNull();
  expect(fuzzyScore("cbt", "Cost by team")).not.toBeNull();
  expect(fuzzyScore("tradng", "Trading desk")).not.toBeNull();
});

test("what is not there does not fit", () => {
  expect(fuzzyScore("xyz", "Cost by team")).toBeNull();
  expect(fuzzyScore("ost", "Cost by team")).not.toBeNull();
  expect(fuzzyScore("zcost", "Cost by team")).toBeNull();
  expect(fuzzyScore("match", "What do teams cost with commitments spread over what used them?")).toBeNull();
});

test("of two that fit alike the shorter one is first", () => {
  expect(best("cards", ["Cards of the retail bank", "Cards"])).toBe("Cards");
});
