/** From the largest sum to the single record, by keyboard and by mouse, from table and chart. */
import type { Locator } from "@playwright/test";
import { expect, open, settled, test } from "./support";

test("from a group down to single records, keeping range and metric @quick", async ({ page }) => {
  await open(page, "/cost/explore?range=7d&metric=EffectiveCost");
  for (const level of ["x_BusinessUnitId", "x_TeamId", "x_ServiceId"]) {
    await page.locator(".table tbody tr").first().getByRole("link").click();
    await expect(page).toHaveURL(new RegExp(`group=${level}`));
    await settled(page);
  }
  await page.locator(".table tbody tr").first().getByRole("link").click();
  await expect(page.getByRole("table", { name: "Resources" })).toBeVisible();
  await page.locator(".table tbody tr").first().getByRole("link").first().click();
  await expect(page.getByRole("table", { name: "Records" })).toBeVisible();
  await expect(page).toHaveURL(/range=7d/);
  await expect(page).toHaveURL(/metric=EffectiveCost/);
  await expect(page.getByRole("columnheader", { name: "BilledCost" })).toBeVisible();
  for (let i = 0; i < 5; i += 1) await page.goBack();
  await expect(page).toHaveURL(/\/cost\/explore\?range=7d&metric=EffectiveCost$/);
});

for (const way of ["keyboard", "mouse"] as const) {
  test(`from Cost by team down to single records by ${way}, and all the way back @quick`, async ({ page }) => {
    const follow = async (link: Locator): Promise<void> => {
      if (way === "mouse") return link.click();
      await link.focus();
      await expect(link).toBeFocused();
      await page.keyboard.press("Enter");
    };
    const row = (table: RegExp, at = 0) => page.getByRole("table", { name: table }).locator("tbody tr").nth(at).getByRole("link").first();
    await open(page, "/cost/teams?range=7d&metric=EffectiveCost");
    const start = page.url();
    const steps: [RegExp, RegExp][] = [
      [/^Cost by team$/, /group=x_BusinessUnitId/],
      [/^Cost by Business unit$/, /group=x_TeamId/],
      [/^Cost by Team$/, /group=x_ServiceId/],
      [/^Cost by Service$/, /view=resources/],
      [/^Resources$/, /view=records/],
    ];
    for (const [table, address] of steps) {
      await follow(row(table));
      await expect(page).toHaveURL(address);
      await settled(page);
      expect(page.url()).toMatch(/(?=.*range=7d)(?=.*metric=EffectiveCost)/);
    }
    await expect(page.getByRole("table", { name: "Records" }).locator("tbody tr").first()).toBeVisible();
    for (let i = 0; i < steps.length; i += 1) await page.goBack();
    await expect(page).toHaveURL(start);
  });
}

test("a chart is drilled by keyboard and by mouse, and what has no team leads to its records too @quick", async ({ page }) => {
  await open(page, "/cost/teams?range=7d");
  const chart = page.getByRole("img", { name: /^Daily cost by business group/ });
  await chart.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/scope=\w/);
  const group = page.url();
  await settled(page);
  const units = page.getByRole("img", { name: /^Daily cost by business unit/ });
  const box = (await units.boundingBox()) as { x: number; y: number; width: number; height: number };
  await page.mouse.click(box.x + box.width / 2, box.y + box.height - 60);
  await expect(page).not.toHaveURL(group);
  await expect(page).toHaveURL(/scope=\w/);

  await open(page, "/cost/teams?range=7d");
  await page.getByRole("table", { name: "Cost by team" }).getByRole("link", { name: "Unattributable" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Explore" })).toBeVisible();
  await settled(page);
  await page.locator(".table tbody tr").first().getByRole("link").click();
  await expect(page).toHaveURL(/x_TeamId:in:/);
  await settled(page);
});
