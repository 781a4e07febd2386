/** A5: what people set in their system or browser. Nothing is lost, nothing lies over anything else, nothing is told by colour alone. */
import type { Page } from "@playwright/test";
import { REAL, expect, expectAccessible, open, test } from "./support";

const PAGES = { overview: "/", teams: "/cost/teams", explore: "/cost/explore?group=ServiceName", records: "/cost/explore?view=records", connectors: "/admin/connectors", hierarchy: "/admin/hierarchy", rules: "/admin/rules", health: "/admin/data-health", status: "/admin/status", access: "/admin/access", audit: "/admin/audit", account: "/account" };
const QUICK = new Set(["teams", "explore", "rules"]);

test.skip(REAL, "pages of the fixture company");

/** Text that is cut off without a way to reach it: in a box that hides what does not fit, and without an ellipsis or a tooltip. */
const cutText = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const e of document.querySelectorAll<HTMLElement>("body *")) {
      const style = getComputedStyle(e);
      const text = [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent ?? "").join("").trim();
      const box = e.getBoundingClientRect();
      if (text === "" || box.width <= 1 || box.height <= 1 || style.clipPath !== "none" || e.closest("[aria-hidden=true], [inert], caption, select, svg")) continue;
      const hides = /hidden|clip/.test(style.overflowX) || /hidden|clip/.test(style.overflowY);
      if (hides && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && style.textOverflow !== "ellipsis") found.push(`cut: ${text.slice(0, 60)}`);
    }
    return found;
  });

/** Pairs of buttons, links and fields that lie over each other, dialogs apart. */
const overlaps = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll<HTMLElement>(".page button, .page a, .page select, .page input, .page h1, .page h2, .topbar button, .topbar a")].filter((e) => {
      const style = getComputedStyle(e);
      return e.getClientRects().length === 1 && style.clipPath === "none" && style.opacity !== "0" && !e.closest(".table-scroll, [role=img]");
    });
    const boxes = all.map((e) => ({ e, b: e.getBoundingClientRect() }));
    return boxes.flatMap(({ e, b }, i) =>
      boxes.slice(i + 1).flatMap(({ e: other, b: o }) => {
        const wide = Math.min(b.right, o.right) - Math.max(b.left, o.left);
        const high = Math.min(b.bottom, o.bottom) - Math.max(b.top, o.top);
        const oneField = e.closest(".mantine-Input-wrapper") !== null && e.closest(".mantine-Input-wrapper") === other.closest(".mantine-Input-wrapper");
        return wide > 1.5 && high > 1.5 && !oneField && !e.contains(other) && !other.contains(e) ? [`${e.textContent?.trim().slice(0, 30)} over ${other.textContent?.trim().slice(0, 30)}`] : [];
      }),
    );
  });

const sideways = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

for (const [name, path] of Object.entries(PAGES)) {
  const tag = QUICK.has(name) ? " @quick" : "";

  test.describe(`${name} at 200 %`, () => {
    // A window of 1280 × 1024 at 200 % has half as many of the page's own pixels.
    test.use({ viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 });

    test(`${name} at 200 % loses nothing${tag}`, async ({ page }) => {
      await open(page, path);
      await page.screenshot({ path: `test-results/screens/zoom-${name}.png` });
      expect(await sideways(page)).toBeLessThanOrEqual(0);
      expect(await cutText(page)).toEqual([]);
      expect(await overlaps(page)).toEqual([]);
    });
  });

  for (const width of [1280, 390]) {
    test.describe(`${name} with wide text at ${width}`, () => {
      test.use({ viewport: { width, height: 860 } });

      test(`${name} with the text spacing of WCAG 1.4.12 loses nothing at ${width}${tag}`, async ({ page }) => {
        await open(page, path);
        await page.addStyleTag({ content: "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }" });
        await page.screenshot({ path: `test-results/screens/spacing-${name}-${width}.png`, fullPage: true });
        expect(await sideways(page)).toBeLessThanOrEqual(0);
        expect(await cutText(page)).toEqual([]);
        expect(await overlaps(page)).toEqual([]);
      });
    });
  }

  test(`${name} in forced colours shows where one is and what is on${tag}`, async ({ page }) => {
    await page.emulateMedia({ forcedColors: "active" });
    await open(page, path);
    await page.screenshot({ path: `test-results/screens/forced-${name}.png`, fullPage: true });
    // A ground of its own is taken away here, so what is chosen needs another mark, one that what is not chosen lacks.
    const marks = (selector: string): Promise<string[]> => page.locator(selector).evaluateAll((all) => [...new Set(all.map((e) => {
      const s = getComputedStyle(e);
      return `${s.outlineStyle} ${s.borderBottomColor} ${s.borderBottomStyle} ${s.fontWeight} ${s.textDecorationLine} ${s.backgroundColor} ${s.color}`;
    }))]);
    for (const [on, off] of [[".nav-item[aria-current]", ".nav-item:not([aria-current])"], [".tabs [aria-current=page]", ".tabs a:not([aria-current])"], [".mantine-SegmentedControl-label[data-active]", ".mantine-SegmentedControl-label:not([data-active])"]] as const) {
      const chosen = await marks(on);
      const others = await marks(off);
      expect(chosen.filter((m) => others.includes(m)), `${on} differs from ${off}`).toEqual([]);
    }
    const swatches = await page.locator(".legend .swatch[data-kind=entity]").evaluateAll((all) => all.map((e) => getComputedStyle(e).backgroundColor));
    if (swatches.length > 1) expect(new Set(swatches).size, "swatches keep the colours of the lines").toBeGreaterThan(1);
  });
}

test("who asks for less motion gets none @quick", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, "/cost/teams");
  await page.route(/cost-by-team/, () => new Promise(() => undefined));
  await page.getByText("Effective").click();
  await expect(page.locator(".refetch")).toBeVisible();
  const moving = async (): Promise<string[]> =>
    page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running" && Number(a.effect?.getComputedTiming().duration) > 1).map((a) => `${(a as CSSAnimation).animationName ?? "transition"} on ${(a.effect as KeyframeEffect).target?.className}`));
  expect(await moving()).toEqual([]);
  await page.getByRole("button", { name: /^Time:/ }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await moving()).toEqual([]);
  await page.keyboard.press("Escape");
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a click on the page still reaches what the message over it is not @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox", { name: /^Page, team, service/ }).fill("copy link");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/The link/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByText(/The link/)).toHaveCount(0);
});
