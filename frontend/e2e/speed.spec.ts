/**
 * P3: first paint of the landing page and of Cost by team, with every answer of the API held back by 100 ms; best run of
 * several. Where others use the machine, wall time says nothing: then the main thread's own CPU time is judged alone.
 */
import { cpuClock, cpuMs, isCrowded, judge } from "./measure";
import { REAL, settled, test } from "./support";

/** Wall time moves threefold when others use the machine; the first run that is fast enough ends the measuring. */
const RUNS = 6;
const LIMIT_MS = 1500;
/** All work of the main thread until the page is drawn, chart included; about 600 ms on two cores of 2024. */
const CPU_LIMIT_MS = 1200;

interface Paint {
  lcp: number;
  cls: number;
  longest: number;
  cpu: number;
}

test.skip(REAL, "measures against a server of known speed");

for (const [path, width] of [["/", 1280], ["/", 390], ["/cost/teams", 1280], ["/cost/teams", 390]] as const) {
  test(`${path} paints within 1.5 s and stays still at ${width} @quick`, async ({ browser, baseURL }) => {
    test.setTimeout(150_000);
    const results: Paint[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const context = await browser.newContext({ viewport: { width, height: width === 390 ? 844 : 860 }, baseURL: baseURL as string });
      await context.addCookies([{ name: "fixture", value: "slow", url: baseURL as string }]);
      const page = await context.newPage();
      await page.addInitScript(() => {
        const paint = { lcp: 0, cls: 0, longest: 0 };
        Object.assign(globalThis, { paint });
        new PerformanceObserver((list) => {
          for (const e of list.getEntries()) paint.lcp = e.startTime;
        }).observe({ type: "largest-contentful-paint", buffered: true });
        new PerformanceObserver((list) => {
          for (const e of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) if (!e.hadRecentInput) paint.cls += e.value;
        }).observe({ type: "layout-shift", buffered: true });
      });
      const client = await cpuClock(page);
      await page.goto(path);
      await settled(page);
      const cpu = await cpuMs(client);
      await page.evaluate(() => {
        const paint = (globalThis as unknown as { paint: Paint }).paint;
        new PerformanceObserver((list) => {
          for (const e of list.getEntries()) paint.longest = Math.max(paint.longest, e.duration);
        }).observe({ type: "longtask" });
      });
      await page.waitForTimeout(500);
      results.push({ ...(await page.evaluate(() => (globalThis as unknown as { paint: Paint }).paint)), cpu });
      await context.close();
      if (run >= 4 && (isCrowded() || results.some((p) => p.lcp < LIMIT_MS))) break;
    }
    const judged = (what: string, pick: (p: Paint) => number, limit: number, unit: "ms" | "ms CPU" | ""): void => {
      const runs = results.map(pick);
      judge({ check: "P3", name: `${path} at ${width}: ${what}`, value: unit === "" ? Math.max(...runs) : Math.min(...runs), limit, unit, runs });
    };
    judged("largest contentful paint", (p) => p.lcp, LIMIT_MS, "ms");
    judged("main thread until drawn", (p) => p.cpu, CPU_LIMIT_MS, "ms CPU");
    judged("layout shift", (p) => p.cls, 0.05, "");
    judged("longest task after load", (p) => p.longest, 200, "ms");
  });
}
