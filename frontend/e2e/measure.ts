/** CPU time of the page's main thread, and figures with their limits. */
import { cpus, loadavg } from "node:os";
import type { CDPSession, Page } from "@playwright/test";
import { expect, test } from "./support";

export const RUNS = 5;

export interface Figure {
  /** Row of the table of checks in docs/reference/screen-checks.md. */
  check: string;
  name: string;
  value: number;
  limit: number;
  unit: "ms" | "ms CPU" | "" | "rows";
  /** All runs, in their order. */
  runs: number[];
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Wall time says nothing while others use the machine; CPU time hardly moves. */
export const isCrowded = (): boolean => (loadavg()[0] as number) > cpus().length + 1;

/** How much slower than the machine of docs/benchmarks.md a machine may be before a test fails. */
const SLOWER = 1.5;

/** Writes a figure down for the report and judges it; wall time only on a machine that is free. */
export function judge(figure: Figure): void {
  test.info().annotations.push({ type: "figure", description: JSON.stringify(figure) });
  if (figure.unit === "ms" && isCrowded()) return;
  const most = figure.unit === "ms CPU" ? figure.limit * SLOWER : figure.limit;
  expect.soft(figure.value, `${figure.check} ${figure.name}, in ${figure.unit || "units"}: ${figure.runs.map((n) => n.toFixed(figure.unit ? 0 : 3)).join(", ")}`).toBeLessThan(most);
}

export async function cpuClock(page: Page): Promise<CDPSession> {
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  return client;
}

/** Main-thread milliseconds since the page was made. */
export async function cpuMs(client: CDPSession): Promise<number> {
  const { metrics } = await client.send("Performance.getMetrics");
  return (metrics.find((m) => m.name === "TaskDuration")?.value ?? Number.POSITIVE_INFINITY) * 1000;
}

/** Until so many elements are there; looks once a frame, since asking from outside would be work of the page that is measured. */
export async function untilCount(page: Page, selector: string, count: number): Promise<void> {
  await page.evaluate(
    ([wanted, n]) =>
      new Promise<void>((resolve) => {
        const look = (): void => (document.querySelectorAll(wanted).length === n ? resolve() : void requestAnimationFrame(look));
        look();
      }),
    [selector, count] as const,
  );
}

/** Until what was asked for is painted and nothing is left to do. */
export async function idle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => resolve())))));
}

/** Main-thread milliseconds that an action takes until it is painted, each of `RUNS` times; `again` leads back, unmeasured. */
export async function cpuOf(page: Page, client: CDPSession, action: () => Promise<unknown>, again?: () => Promise<unknown>): Promise<number[]> {
  const runs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await idle(page);
    const before = await cpuMs(client);
    await action();
    await idle(page);
    runs.push((await cpuMs(client)) - before);
    await again?.();
  }
  return runs;
}
