/** Every view is its address: deep link, reload and Back give the same page; a bad link never breaks it. */
import * as fc from "fast-check";
import { addDays } from "../src/lib/period";
import { stringifySearch } from "../src/lib/url";
import { expect, open, settled, test } from "./support";

const maybe = <T>(a: fc.Arbitrary<T>) => fc.option(a, { nil: undefined });
const when = fc.oneof(
  fc.constantFrom("7d", "90d", "mtd", "last-month").map((range) => ({ range })),
  fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 3, max: 40 })).map(([a, n]) => ({ from: addDays("2026-08-01", a), to: addDays("2026-08-01", a + n) })),
);
const teams = fc
  .record({ metric: maybe(fc.constant("EffectiveCost")), chart: maybe(fc.constant("line")), sort: maybe(fc.constantFrom("name", "-change", "share")), rows: maybe(fc.constant("flat")) })
  .chain((s) => when.map((w) => `/cost/teams${stringifySearch({ ...w, ...s })}`));
const explore = fc
  .record({ cmp: maybe(fc.constant("none")), chart: maybe(fc.constantFrom("line", "area", "table")), top: maybe(fc.constantFrom("5", "50")), group: fc.uniqueArray(fc.constantFrom("ServiceName", "RegionId", "SubAccountId"), { minLength: 1, maxLength: 2 }) })
  .chain((s) => when.map((w) => `/cost/explore${stringifySearch({ ...w, ...s })}`));
const hierarchy = fc
  .record({ view: maybe(fc.constant("import")), on: maybe(fc.constantFrom("2025-12-31", "2027-02-01")), q: maybe(fc.constantFrom("cards", "a & b=c", "é%")), closed: maybe(fc.uniqueArray(fc.constantFrom("bg-retail-banking", "bu-trading"), { minLength: 1 })) })
  .map((s) => `/admin/hierarchy${stringifySearch(s)}`);
const rules = fc
  .oneof(fc.record({ edit: maybe(fc.constant("text")) }), fc.record({ view: fc.constant("versions") }), fc.record({ explain: fc.constantFrom("key-3", "0123456789abcdef0123456789abcdef") }), fc.record({ view: fc.constant("explain") }))
  .map((s) => `/admin/rules${stringifySearch(s)}`);

const untagged = fc
  .record({ state: maybe(fc.constantFrom("exempt", "closed")), missing: maybe(fc.uniqueArray(fc.constantFrom("team", "env"), { minLength: 1 })), team: maybe(fc.constantFrom("unknown", "team-lakehouse").map((t) => [t])), region: maybe(fc.constant("eu-west-1")), min: maybe(fc.constantFrom("5", "0.50")), age: maybe(fc.constantFrom("30", "41")), q: maybe(fc.constantFrom("vol-0", "a & b=c", "é%")), sort: maybe(fc.constantFrom("-age", "resource")) })
  .map((s) => `/governance/untagged${stringifySearch(s)}`);

const params = (url: string): string[] => [...new URL(url, "http://x").searchParams].map(([k, v]) => `${k}=${v}`).toSorted();

test("a deep link opens as itself, survives a reload, and Back returns to it @quick", async ({ page }) => {
  test.setTimeout(120_000);
  const links = fc.sample(fc.oneof(teams, explore, hierarchy, rules, untagged), { seed: 17, numRuns: process.env.FINCC_E2E_LINKS ? Number(process.env.FINCC_E2E_LINKS) : 8 });
  for (const link of links) {
    await open(page, link);
    expect(params(page.url()), link).toEqual(params(link));
    await page.reload();
    await settled(page);
    expect(params(page.url()), `reload of ${link}`).toEqual(params(link));
    await page.getByRole("link", { name: "Data health" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Data health" })).toBeVisible();
    await page.goBack();
    await settled(page);
    expect(params(page.url()), `back to ${link}`).toEqual(params(link));
  }
});

test("a link that makes no sense opens the plain page and says what was left out @quick", async ({ page }) => {
  await open(page, "/cost/teams?range=eternity&metric=%00&from=2026-99-99&f=::&open=&sort=;drop&__proto__=1");
  await expect(page.getByRole("table", { name: "Cost by team" })).toBeVisible();
  await expect(page.getByText(/not understood and left out/)).toBeVisible();
  expect(new URL(page.url()).search).toBe("");
});

test("an unknown address says so and keeps the menu @quick", async ({ page }) => {
  await open(page, "/no/such/page");
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.getByRole("link", { name: "Go to the Overview" }).click();
  await expect(page.getByRole("table", { name: "Top movers" })).toBeVisible();
});

test("a change of page keeps scope and range, and drops what only the old page knows @quick", async ({ page }) => {
  await open(page, "/cost/teams?range=90d&rows=flat&sort=name");
  await page.getByRole("link", { name: "Explore", exact: true }).click();
  await expect(page).toHaveURL(/\/cost\/explore\?range=90d$/);
});
