import { expect, test } from "vitest";
import { costSentence } from "./sentence";

const usd = (amount: string) => ({ amount, currency: "USD" });
const DATA = {
  range: { from: "2026-10-25", to: "2026-11-23" },
  previous_range: { from: "2026-09-25", to: "2026-10-24" },
  total: usd("120"), change: usd("-7.5"), change_percent: -5.9,
};

test("the sentence says how much and against what", () => {
  expect(costSentence(DATA, null)).toBe("All teams together cost $120 in 25 Oct – 23 Nov 2026, down $7.50 (−5.9 %) on 25 Sep – 24 Oct 2026.");
  expect(costSentence(DATA, "Cards")).toMatch(/^Cards cost/);
  expect(costSentence({ ...DATA, previous_range: null }, null)).toBe("");
  expect(costSentence({ ...DATA, change: usd("0"), change_percent: null }, null)).toMatch(/, the same as 25 Sep – 24 Oct 2026\.$/);
});
