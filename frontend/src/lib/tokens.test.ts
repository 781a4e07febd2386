import { describe, expect, test } from "vitest";
import { TOKENS, type Theme, contrast } from "./tokens";

const THEMES: Theme[] = ["light", "dark"];

describe.each(THEMES)("%s theme", (theme) => {
  const t = TOKENS[theme];
  const grounds = { page: t.page, surface: t.surface, hover: t.hover };

  test.each([
    ["text", t.text],
    ["muted", t.muted],
    ["accent", t.accent],
    ["unfavourable", t.unfavourable],
    ["favourable", t.favourable],
    ["warn", t.warn],
  ])("%s is readable on page and surface", (_, color) => {
    for (const ground of [grounds.page, grounds.surface]) expect(contrast(color, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test("text and muted are readable on a hovered row", () => {
    expect(contrast(t.text, grounds.hover)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(t.muted, grounds.hover)).toBeGreaterThanOrEqual(4.5);
  });

  test.each([
    ["chosen item", t.accent, t.accentSoft],
    ["button", t.onAccent, t.accentFill],
    ["warning notice", t.text, t.warnSoft],
    ["warning icon", t.warn, t.warnSoft],
    ["error notice", t.text, t.errorSoft],
    ["error icon", t.unfavourable, t.errorSoft],
    ["good notice", t.text, t.okSoft],
  ])("%s is readable on its own ground", (_, color, ground) => {
    expect(contrast(color, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test("every series colour, the grey of Other and the edge of a control stand out from the page", () => {
    for (const color of [...t.series, t.other, t.controlBorder]) expect(contrast(color, t.page)).toBeGreaterThanOrEqual(3);
  });

  test("no text colour equals a ground it may stand on", () => {
    for (const color of [t.text, t.muted, t.accent]) {
      for (const ground of [t.page, t.surface, t.hover, t.accentSoft, t.warnSoft, t.errorSoft, t.okSoft]) expect(contrast(color, ground)).toBeGreaterThan(3);
    }
  });
});

test("contrast of black on white is 21", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#ffffff")).toBeGreaterThan(4.5);
});
