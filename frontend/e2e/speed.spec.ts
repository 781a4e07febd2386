/**
 * P3: first paint of the landing page, with every answer of the API held back by 100 ms; best run of several.
 * Where others use the machine, wall time says nothing: then the main thread's own CPU time is judged instead.
 */
import { cpus, loadavg } from "node:os";
import { REAL, expect, settled, test } from "./support";

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

for (const width of [1280, 390]) {
  test(`the landing page paints within 1.5 s and stays still at ${width} @quick`, async ({ browser, baseURL }) => {
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
      const client = await context.newCDPSession(page);
      await client.send("Performance.enable", { timeDomain: "threadTicks" });
      await page.goto("/cost/teams");
      await settled(page);
      const { metrics } = await client.send("Performance.getMetrics");
      const cpu = (metrics.find((m) => m.name === "TaskDuration")?.value ?? Number.POSITIVE_INFINITY) * 1000;
      await page.evaluate(() => {
        const paint = (globalThis as unknown as { paint: Paint }).paint;
        new PerformanceObserver((list) => {
          for (const e of list.getEntries()) paint.longest = Math.max(paint.longest, e.duration);
        }).observe({ type: "longtask" });
      });
      await page.waitForTimeout(500);
      results.push({ ...(await page.evaluate(() => (globalThis as unknown as { paint: Paint }).paint)), cpu });
      await context.close();
      if (run >= 2 && results.some((p) => p.lcp < LIMIT_MS)) break;
    }
    const best = (pick: (p: Paint) => number): number => Math.min(...results.map(pick));
    test.info().annotations.push({ type: "measured", description: `LCP ${Math.round(best((p) => p.lcp))} ms, CLS ${best((p) => p.cls).toFixed(3)}` });
    console.log(`measured at ${width}: LCP ${results.map((p) => Math.round(p.lcp)).join(", ")} ms, CPU ${results.map((p) => Math.round(p.cpu)).join(", ")} ms, CLS ${results.map((p) => p.cls.toFixed(3)).join(", ")}`);
    expect(best((p) => p.cpu), "main-thread CPU in ms").toBeLessThan(CPU_LIMIT_MS);
    const crowded = (loadavg()[0] as number) > cpus().length + 1;
    if (!crowded) expect(best((p) => p.lcp), "largest contentful paint in ms").toBeLessThan(LIMIT_MS);
    expect(Math.max(...results.map((p) => p.cls))).toBeLessThan(0.05);
    if (!crowded) expect(best((p) => p.longest), "longest task after load in ms").toBeLessThan(200);
  });
}
