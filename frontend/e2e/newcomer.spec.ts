/** From an empty installation to the untagged list of one team, in the app alone; `tests/e2e/test_newcomer.py` starts the platform. */
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { exact, expect, open, readCsv, settled, sum, test } from "./support";

const FOLDER = process.env.FINCC_E2E_BILL;
test.skip(FOLDER === undefined, "needs an empty platform and the folder of a bill: FINCC_E2E_BILL");
test.setTimeout(240_000);

interface Suggested {
  periods: string[];
  unattributable: Record<string, string>;
  items: { column: string; value: string; team: string | null; amount: string; currency: string }[];
}

const suggested = async (page: Page): Promise<Suggested> => (await page.request.get("/api/attribution/v1/suggestions")).json() as Promise<Suggested>;

/** What the cost pages show without a team over whole months. */
async function unattributable(page: Page, periods: string[]): Promise<bigint> {
  const last = new Date(`${periods.toSorted().at(-1)}-01T00:00:00Z`);
  last.setUTCMonth(last.getUTCMonth() + 1, 0);
  const query = `group_by=x_TeamId&from=${periods.toSorted()[0]}-01&to=${last.toISOString().slice(0, 10)}`;
  const answer = (await (await page.request.get(`/api/cockpit/v1/costs?${query}`)).json()) as { rows: { keys: Record<string, string | null>; cost: { amount: string } }[] };
  return exact(answer.rows.find((r) => r.keys.x_TeamId === null)?.cost.amount ?? "0");
}

test("a bill, a hierarchy, three unmatched values and a tag policy, and every dollar stays where it belongs", async ({ page }) => {
  await open(page, "/");
  await page.goto("/admin/connectors?add=aws_cur");
  await page.getByLabel("Name").fill("our bill");
  await page.getByLabel("Location").fill(join(FOLDER as string, "cur"));
  await page.getByRole("button", { name: "Check it" }).click();
  await page.getByRole("button", { name: "See what will be read" }).click();
  await expect(page.getByText(/billing periods?, /).first()).toBeVisible();
  await page.getByRole("button", { name: "Save and start" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "our bill" })).toBeVisible();
  const state = page.getByRole("group", { name: "State" });
  await expect(state.getByRole("progressbar")).toBeVisible();
  await page.reload();
  await expect(state.getByText("Ok")).toBeVisible({ timeout: 120_000 });

  await open(page, "/admin/hierarchy");
  await page.getByRole("button", { name: "Import" }).first().click();
  await page.locator("input[type=file]").setInputFiles(join(FOLDER as string, "hierarchy.yaml"));
  await page.getByRole("button", { name: "Show what would change" }).click();
  await expect(page.getByRole("heading", { name: /^\d+ added$/ })).toBeVisible();
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("table", { name: "Hierarchy" })).toBeVisible();

  let before = 0n;
  await expect(async () => {
    const { unattributable: said, periods } = await suggested(page);
    before = exact(said.USD as string);
    expect(await unattributable(page, periods)).toBe(before);
  }).toPass({ timeout: 30_000 });
  const { items, periods } = await suggested(page);
  const chosen = items.filter((i) => i.team !== null && i.column.startsWith("Tags/") && i.currency === "USD").slice(0, 3);
  expect(chosen).toHaveLength(3);
  await open(page, "/admin/rules?view=unmatched");
  for (const { column, value } of chosen) {
    const name = `Tag ${column.slice("Tags/".length)} “${value}”`;
    await page.getByRole("table", { name: "Unmatched costs" }).getByRole("button", { name, exact: true }).click();
    await page.getByRole("dialog", { name }).getByRole("button", { name: "Give to this team" }).click();
    await expect(page.getByRole("status").filter({ hasText: "moved from Unattributable to" })).toBeVisible();
    await expect(page.getByRole("table", { name: "Unmatched costs" }).getByRole("button", { name, exact: true })).toHaveCount(0);
  }
  const moved = sum(chosen.map((i) => i.amount));
  await expect(async () => {
    const after = await unattributable(page, periods);
    expect(after + moved).toBe(before);
    expect(exact((await suggested(page)).unattributable.USD as string)).toBe(after);
  }).toPass({ timeout: 30_000 });

  await open(page, "/governance/untagged");
  await expect(page.getByText("No tag policy yet")).toBeVisible();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const publish = page.getByRole("button", { name: "Publish" });
  await expect(publish).toBeEnabled({ timeout: 30_000 });
  await publish.click();
  await expect(page.getByRole("table", { name: "Findings" }).locator("tbody tr[data-row]").first()).toBeVisible({ timeout: 60_000 });
  await settled(page);
  await page.getByRole("button", { name: "CSV per owner" }).click();
  const owner = page.getByRole("menuitem").nth(1);
  const [team, said] = [await owner.innerText(), await owner.locator("data").getAttribute("value")];
  const { rows } = readCsv(await (await page.request.get((await owner.getAttribute("href")) as string)).text());
  expect(team).toContain(`${rows.length} finding`);
  expect(sum(rows.map((r) => r.cost_30d).filter((c): c is string => c !== ""))).toBe(exact(said as string));

  await open(page, "/admin/data-health");
  const reconciliation = (await (await page.request.get("/api/cockpit/v1/reconciliation")).json()) as { ok: boolean; items: { difference: string | null }[] };
  expect(reconciliation.ok).toBe(true);
  expect(reconciliation.items.length).toBeGreaterThan(0);
});
