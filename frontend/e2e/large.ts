/** Answers as large as the largest company's, made up of its own numbers so that every run measures the same. */
import type { Page, Route } from "@playwright/test";
import { addDays } from "../src/lib/period";

const API_MS = 100;
const usd = (n: number) => ({ amount: n.toFixed(2), currency: "USD" });

/** Repeatable noise between 0 and 1. */
const noise = (seed: number): number => (Math.imul(seed ^ (seed >>> 15), 2246822519) >>> 0) / 2 ** 32;

const META = {
  as_of: "2026-11-23", data_through: "2026-11-23", partial_from: null, refreshed_at: "2026-11-24T04:10:00Z", cost_metric: "BilledCost", currency: "USD",
  other_currencies: [], scope_path: [], unallocated_amount: usd(0), not_included: false, ownership_version: 1, restated: [], pending: [], late_sources: [],
  overlapping: [], warnings: [], filters: [], query_hash: "large",
};

const moved = (i: number, days: number) => {
  const cost = 1000 + noise(i) * 9000;
  return { cost: usd(cost), previous_cost: usd(cost * 0.9), change: usd(cost * 0.1), change_percent: 11.1, share_percent: 0.3, series: Array.from({ length: days }, (_, d) => (cost / days + noise(i * 7919 + d) * 10).toFixed(2)) };
};

/** `teams` teams in groups of ten units each, with a series of `days` days. */
export function teamsAnswer(teams: number, days: number): object {
  const to = META.as_of;
  const from = addDays(to, 1 - days);
  const unitOf = (i: number): number => Math.floor(i / 10);
  const units = Math.ceil(teams / 10);
  const groups = Math.ceil(units / 10);
  const range = (end: string) => ({ from: addDays(end, 1 - days), to: end });
  return {
    meta: META, days, range: { from, to }, previous_range: range(addDays(from, -1)),
    total: usd(teams * 5000), previous_total: usd(teams * 4500), change: usd(teams * 500), change_percent: 11.1,
    teams: Array.from({ length: teams }, (_, i) => ({
      team_id: `t-${i}`, team: `Team ${noise(i).toString(36).slice(2, 8)} ${i}`, business_unit_id: `bu-${unitOf(i)}`, business_unit: `Unit ${unitOf(i)}`,
      business_group_id: `bg-${Math.floor(unitOf(i) / 10)}`, business_group: `Group ${Math.floor(unitOf(i) / 10)}`, ...moved(i, days),
    })),
    groups: Array.from({ length: groups }, (_, i) => ({ id: `bg-${i}`, name: `Group ${i}`, ...moved(i + 50_000, days) })),
    units: Array.from({ length: units }, (_, i) => ({ id: `bu-${i}`, name: `Unit ${i}`, business_group_id: `bg-${Math.floor(i / 10)}`, ...moved(i + 60_000, days) })),
  };
}

/** `rows` teams over `days` days, a point a day. */
export function costsAnswer(rows: number, days: number): object {
  const to = META.as_of;
  const from = addDays(to, 1 - days);
  const periods = Array.from({ length: days }, (_, d) => addDays(from, d));
  return {
    meta: META, range: { from, to }, previous_range: null, grain: "day", group_by: ["x_TeamId"], periods, total: usd(rows * 5000), previous_total: null, change: null,
    change_percent: null, series_total: periods.map((_, d) => (1000 + noise(d) * 100).toFixed(2)), other: null,
    rows: Array.from({ length: rows }, (_, i) => ({ keys: { x_TeamId: `t-${i}` }, labels: { x_TeamId: `Team ${i}` }, ...moved(i, days), previous_cost: null, change: null, change_percent: null })),
  };
}

/** Answers requests after the 100 ms that every answer takes in these tests; `before` runs when the answer is about to leave. */
export async function stub(page: Page, url: RegExp, answer: (asked: URL) => object | null, before: (body: object) => Promise<void> = async () => undefined): Promise<void> {
  const made = new Map<object, string>();
  await page.route(url, async (route: Route) => {
    const body = answer(new URL(route.request().url()));
    if (!body) return route.fallback();
    if (!made.has(body)) made.set(body, JSON.stringify(body));
    await new Promise((resolve) => setTimeout(resolve, API_MS));
    await before(body);
    return route.fulfill({ status: 200, contentType: "application/json", body: made.get(body) as string });
  });
}
