/** What every browser test shares: the server, the page listener, axe, and reading money off the screen. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Page, expect, test as base } from "@playwright/test";

export const REAL = process.env.FINCC_E2E_URL !== undefined;
export type Mode = "" | "empty" | "error" | "signed-out" | "slow" | "clean" | "differs" | "refusing" | "costs-only" | "waiting" | "no-ingestion" | "no-attribution" | "no-cockpit" | "no-bill" | "all-tagged" | "stale";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/** Faults that a test expects, because it asked the server to fail. */
const EXPECTED: Partial<Record<Mode, RegExp>> = { error: /status of 500/, "signed-out": /status of 401/, refusing: /status of 4(?:04|12|22)/, "no-ingestion": /status of 503/, "no-attribution": /status of 503/, "no-cockpit": /status of 503/ };

interface Fixtures {
  mode: Mode;
  setMode: (mode: Mode) => Promise<void>;
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern
  baseURL: async ({}, use) => use(process.env.FINCC_E2E_BASE),
  // oxlint-disable-next-line no-empty-pattern
  storageState: async ({}, use) => use(process.env.FINCC_E2E_STATE),
  mode: ["", { option: true }],
  setMode: async ({ context, baseURL }, use) => {
    await use(async (mode) => {
      await context.clearCookies({ name: "fixture" });
      if (mode) await context.addCookies([{ name: "fixture", value: mode, url: baseURL as string }]);
    });
  },
  page: async ({ page, baseURL, mode, setMode }, use) => {
    if (mode) await setMode(mode);
    const faults: string[] = [];
    const expected = EXPECTED[mode];
    page.on("console", (m) => {
      if (["error", "warning"].includes(m.type()) && !expected?.test(m.text())) faults.push(`console ${m.type()}: ${m.text()}`);
    });
    page.on("pageerror", (e) => faults.push(`page error: ${e.message}`));
    page.on("request", (r) => {
      if (!r.url().startsWith(baseURL as string) && !/^(?:data|blob):/.test(r.url())) faults.push(`third-party request: ${r.url()}`);
    });
    page.on("requestfailed", (r) => {
      const reason = r.failure()?.errorText ?? "";
      // A newer query cancels the one before it, and a download ends the navigation that started it.
      if (reason !== "net::ERR_ABORTED") faults.push(`failed request: ${r.url()} ${reason}`);
    });
    await use(page);
    expect(faults, "no console errors, failed requests or third-party requests").toEqual([]);
  },
});

export { expect };

/** The page has answered: no skeleton, no bar of loading, chart drawn where there is one. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1, [role=main] form").first().waitFor();
  await expect(page.locator("[aria-busy=true], .refetch, .mantine-Skeleton-root")).toHaveCount(0);
  for (const area of await page.locator(".chart-area").all()) await area.locator("svg, canvas").first().waitFor({ state: "attached" });
  await page.evaluate(() => document.fonts.ready);
}

export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

interface AxeResult {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
  incomplete: { id: string; nodes: { html: string; target: string[] }[] }[];
}

export async function axe(page: Page): Promise<AxeResult> {
  await page.evaluate(AXE);
  return page.evaluate(
    (tags) => (globalThis as unknown as { axe: { run: (o: object) => Promise<AxeResult> } }).axe.run({ runOnly: tags, resultTypes: ["violations", "incomplete"] }) as Promise<AxeResult>,
    AXE_TAGS,
  );
}

const CALM_MS = 200;

export async function expectAccessible(page: Page): Promise<void> {
  // What still fades in has the contrast of neither state; what moves without end, such as a skeleton, has no text.
  // A dialog begins to fade in some frames after it is there, so nothing may have moved for a while.
  await page.waitForFunction((calm) => {
    const at = globalThis as { movedAt?: number };
    const moves = document.getAnimations().some((a) => a.playState === "running" && a.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    const fades = [...document.querySelectorAll("[role=dialog]")].some((dialog) => Number(getComputedStyle(dialog).opacity) < 1);
    if (moves || fades || at.movedAt === undefined) at.movedAt = performance.now();
    if (performance.now() - at.movedAt < calm) return false;
    at.movedAt = undefined;
    return true;
  }, CALM_MS);
  const result = await axe(page);
  const found = result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.failureSummary ?? ""}`));
  expect(found, "axe violations").toEqual([]);
  const nodes = result.incomplete.filter((i) => i.id === "color-contrast").flatMap((i) => i.nodes);
  const unsure = await page.evaluate(dimmedLeftOut, nodes.map((n) => ({ html: n.html.slice(0, 120), selector: String(n.target[0]) })));
  expect(unsure.filter((html) => !REVIEWED.some((known) => known.test(html))), "contrast that axe could not judge and nobody has reviewed").toEqual([]);
}

/**
 * While a dialog is open the page behind it is dimmed on purpose and cannot be used. And what lies in part under a bar
 * that stays in place, or is scrolled out of its box, cannot be judged where it is; its like that is in view is. Such a
 * bar has an opaque ground of its own.
 */
function dimmedLeftOut(nodes: { html: string; selector: string }[]): string[] {
  const dialog = document.querySelector("[role=dialog][aria-modal=true]");
  const isCovered = (element: Element): boolean => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const corners = [[left + 1, top + 1], [right - 1, top + 1], [left + 1, bottom - 1], [right - 1, bottom - 1]] as const;
    return corners.some(([x, y]) => {
      const above = document.elementFromPoint(x, y);
      return above !== null && !element.contains(above) && !above.contains(element);
    });
  };
  const isClipped = (element: Element): boolean => {
    const [inner, box] = [element.getBoundingClientRect(), element.closest(".table-scroll")?.getBoundingClientRect()];
    return box !== undefined && (inner.bottom > box.bottom || inner.right > box.right || inner.top < box.top || inner.left < box.left);
  };
  return nodes
    .filter(({ selector }) => {
      const element = document.querySelector(selector);
      return element !== null && (!dialog || element.closest("[role=dialog]") !== null) && !element.closest(".action-bar") && !isCovered(element) && !isClipped(element);
    })
    .map((n) => n.html);
}

/** Reviewed by eye in both themes: text of the chart's own picture, and what is scrolled out of the records' and the palette's box. */
const REVIEWED = [/<text /, /<tspan/, /^<span class="num" title=/, /^<(?:span|div) class="palette-/];

/** Exact decimals behind the amounts in an element. */
export async function amounts(page: Page, selector: string): Promise<string[]> {
  return page.locator(`${selector} data`).evaluateAll((all) => all.map((e) => (e as HTMLDataElement).value));
}

const SCALE = 12;

/** Decimal string as an integer of 10⁻¹², so that sums in tests are exact. */
export function exact(decimal: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal);
  if (!match) throw new Error(`not a decimal: ${decimal}`);
  const [, sign, whole, fraction = ""] = match as unknown as [string, string, string, string?];
  const value = BigInt(whole) * 10n ** BigInt(SCALE) + BigInt(fraction.padEnd(SCALE, "0"));
  return sign ? -value : value;
}

export const sum = (decimals: readonly string[]): bigint => decimals.reduce((total, d) => total + exact(d), 0n);

/** Rows of a CSV with its comment lines apart. */
export function readCsv(text: string): { head: string[]; columns: string[]; rows: Record<string, string>[] } {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((l) => l !== "");
  const head = lines.filter((l) => l.startsWith("#"));
  const [names, ...rest] = lines.filter((l) => !l.startsWith("#")).map(cells);
  const columns = names ?? [];
  return { head, columns, rows: rest.map((r) => Object.fromEntries(columns.map((c, i) => [c, r[i] ?? ""]))) };
}

function cells(line: string): string[] {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1).map((m) => (m[1] ?? "").replace(/^"|"$/g, "").replaceAll('""', '"'));
}
