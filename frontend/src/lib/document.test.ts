import { expect, test } from "vitest";
import { lineProblems, lineSpan } from "./document";

test("a mistake with a line is told apart from one with a place in words", () => {
  expect(lineProblems([{ field: "line 12", message: "unknown team" }, { field: "rules[0]", message: "needs an id" }, { field: "rule a", message: "rule a: no" }])).toEqual([
    { line: 12, message: "unknown team" },
    { line: null, message: "rules[0]: needs an id" },
    { line: null, message: "rule a: no" },
  ]);
  expect(lineProblems(undefined)).toEqual([]);
});

test("the span of a line leaves its break out, and a line beyond the end is the end", () => {
  const text = "ab\ncde\n";
  expect([lineSpan(text, 1), lineSpan(text, 2), lineSpan(text, 3), lineSpan(text, 9)]).toEqual([[0, 2], [3, 6], [7, 7], [7, 7]]);
});
