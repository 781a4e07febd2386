/** The same number wherever it stands: KPI, table, API and CSV; parent and children. These run on real data too. */
import { readFile } from "node:fs/promises";
import { amounts, exact, expect, open, readCsv, sum, test } from "./support";

interface Money {
  amount: string;
}
interface Team {
  team_id: string | null;
  business_unit_id: string | null;
  business_group_id: string | null;
  cost: Money;
  change: Money;
  previous_cost: Money;
  series: string[];
}
interface Node {
  id: string | null;
  business_group_id?: string | null;
  cost: Money;
}
interface CostByTeam {
  total: Money;
  change: Money;
  previous_total: Money;
  teams: Team[];
  groups: Node[];
  units: Node[];
}

const VIEWS = ["/cost/teams", "/cost/teams?metric=EffectiveCost", "/cost/teams?range=mtd", "/cost/teams?range=90d&rows=flat"];

for (const view of VIEWS) {
  test(`KPI, table, API and CSV agree to the last digit on ${view} @quick`, async ({ page }) => {
    const waiting = page.waitForResponse((r) => /cost-by-team\?/.test(r.url()) && !/days=1(?:&|$)/.test(r.url()));
    await open(page, view);
    const answer = (await (await waiting).json()) as CostByTeam;
    const total = exact(answer.total.amount);

    const [kpi] = await amounts(page, ".kpi:first-child");
    const [footer] = await amounts(page, ".table tfoot");
    expect(exact(kpi as string)).toBe(total);
    expect(exact(footer as string)).toBe(total);
    expect(sum(answer.teams.map((t) => t.cost.amount))).toBe(total);

    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV" }).click();
    const csv = readCsv(await readFile(await (await downloading).path(), "utf8"));
    const cost = csv.columns.find((c) => /^(?:cost|billed_?cost|effective_?cost)$/i.test(c));
    expect(cost, `a cost column among ${csv.columns.join(", ")}`).toBeDefined();
    expect(sum(csv.rows.map((r) => r[cost as string] as string))).toBe(total);
    for (const part of ["scope", "range", "metric", "currency", "filters", "data_through", "refreshed_at", "query_hash"]) {
      expect(csv.head.filter((line) => line.startsWith(`# ${part}: `)), part).toHaveLength(1);
    }
  });
}

test("children and unattributed add up to their parent at every node @quick", async ({ page }) => {
  const waiting = page.waitForResponse((r) => /cost-by-team\?days=30/.test(r.url()));
  await open(page, "/cost/teams");
  const answer = (await (await waiting).json()) as CostByTeam;
  const real = answer.teams.filter((t) => t.team_id !== null);
  const rest = answer.teams.filter((t) => t.team_id === null);
  expect(rest).toHaveLength(1);
  expect(answer.teams.at(-1)?.team_id).toBeNull();

  expect(sum(answer.groups.filter((g) => g.id !== null).map((g) => g.cost.amount)) + exact((rest[0] as Team).cost.amount)).toBe(exact(answer.total.amount));
  for (const group of answer.groups.filter((g) => g.id !== null)) {
    const units = answer.units.filter((u) => u.business_group_id === group.id && u.id !== null);
    expect(sum(units.map((u) => u.cost.amount)), `units of ${group.id}`).toBe(exact(group.cost.amount));
  }
  for (const unit of answer.units.filter((u) => u.id !== null)) {
    expect(sum(real.filter((t) => t.business_unit_id === unit.id).map((t) => t.cost.amount)), `teams of ${unit.id}`).toBe(exact(unit.cost.amount));
  }
  for (const team of answer.teams) {
    expect(exact(team.cost.amount) - exact(team.previous_cost.amount)).toBe(exact(team.change.amount));
    expect(sum(team.series)).toBe(exact(team.cost.amount));
  }
  expect(exact(answer.total.amount) - exact(answer.previous_total.amount)).toBe(exact(answer.change.amount));
});

test("what the screen shows for groups and Unattributable adds up to the total on the screen @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  const values = async (rows: string): Promise<string[]> =>
    page.locator(`.table tbody tr${rows} td:nth-child(2) data`).evaluateAll((all) => all.map((e) => (e as HTMLDataElement).value));
  const [footer] = await amounts(page, ".table tfoot");
  expect(sum(await values("[data-depth='0']"))).toBe(exact(footer as string));
});

test("Explore rows and Other add up to the total, and so does its CSV @quick", async ({ page }) => {
  await open(page, "/cost/explore?group=x_TeamId&top=5");
  const costs = await page.locator(".table tbody tr td:nth-child(2) data").evaluateAll((all) => all.map((e) => (e as HTMLDataElement).value));
  const [footer] = await amounts(page, ".table tfoot");
  expect(costs.length, "five teams, Other, and Unattributable, which is always shown").toBeLessThanOrEqual(7);
  expect(sum(costs)).toBe(exact(footer as string));
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const csv = readCsv(await readFile(await (await downloading).path(), "utf8"));
  const cost = csv.columns.find((c) => /^(?:cost|billed_?cost)$/i.test(c)) as string;
  expect(sum(csv.rows.map((r) => r[cost] as string))).toBe(exact(footer as string));
});

test("the file of a chart and the file of the overview add up to what is shown @quick", async ({ page }) => {
  const fileOf = async (press: () => Promise<void>) => {
    const downloading = page.waitForEvent("download");
    await press();
    return readCsv(await readFile(await (await downloading).path(), "utf8"));
  };
  await open(page, "/?range=7d");
  const moved = await fileOf(() => page.getByRole("link", { name: "CSV" }).click());
  const [total] = await amounts(page, "section[aria-label='Top movers'] tfoot td:nth-child(4)");
  expect(sum(moved.rows.map((r) => r.cost as string))).toBe(exact(total as string));
  await open(page, "/cost/teams?range=7d");
  const charted = await fileOf(async () => {
    await page.getByRole("button", { name: /^Save Daily cost by/ }).click();
    await page.getByRole("menuitem", { name: /^CSV/ }).click();
  });
  const [footer] = await amounts(page, ".table tfoot");
  expect(sum(charted.rows.map((r) => r.cost as string))).toBe(exact(footer as string));
});

test("the file of the reconciliation says what the screen says @quick", async ({ page }) => {
  await open(page, "/admin/data-health");
  const shown = await page.locator(".table tbody tr td:last-child data").evaluateAll((all) => all.map((e) => (e as HTMLDataElement).value));
  expect(shown.length).toBeGreaterThan(0);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const { rows } = readCsv(await readFile(await (await downloading).path(), "utf8"));
  const written = rows.map((r) => r.difference).filter((d) => d !== "");
  expect(written.map((d) => exact(d as string)).toSorted()).toEqual(shown.map(exact).toSorted());
  await expect(page.locator(".table tbody tr")).toHaveCount(rows.length);
});

test("the file of runs has the filter of the list @quick", async ({ page }) => {
  await open(page, "/admin/data-health?view=runs&state=complete");
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const { rows } = readCsv(await readFile(await (await waiting).path(), "utf8"));
  expect(new Set(rows.map((r) => r.state))).toEqual(new Set(["complete"]));
  await expect(page.getByRole("table", { name: "Runs" }).locator("tbody tr")).toHaveCount(Math.min(rows.length, 100));
});

test("a team costs the same on Cost by team and one level down @quick", async ({ page }) => {
  await open(page, "/cost/teams?rows=flat");
  const row = page.locator(".table tbody tr").first();
  const cost = await row.locator("td data").first().getAttribute("value");
  await row.getByRole("link").first().click();
  await expect(page).toHaveURL(/scope=.*group=x_ServiceId|group=x_ServiceId.*scope=/);
  await expect(page.getByRole("heading", { level: 1, name: "Explore" })).toBeVisible();
  await expect.poll(async () => (await amounts(page, ".table tfoot"))[0]).toBe(cost);
});

test("the chart's table holds the numbers that the table's total is made of @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  const area = page.getByRole("img", { name: /cost by business group/ });
  await area.focus();
  await page.keyboard.press("t");
  const rows = page.locator(".twin tbody tr");
  await expect(rows).toHaveCount(30);
});

test("what moved and the rest add up to the change of the total @quick", async ({ page }) => {
  await open(page, "/?range=90d");
  const rows = await amounts(page, "section[aria-label='Top movers'] tbody tr td:nth-child(2)");
  const [total] = await amounts(page, "section[aria-label='Top movers'] tfoot td:nth-child(2)");
  expect(rows.length).toBeGreaterThan(3);
  expect(sum(rows)).toBe(exact(total as string));
  await page.getByRole("table", { name: "Top movers" }).getByRole("link").first().press("Enter");
  await expect(page).toHaveURL(/\/cost\/teams\?(?=.*range=90d)(?=.*scope=)/);
});
