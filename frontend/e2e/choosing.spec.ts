/** Findings chosen and given to a team with single keys, what has no value as a filter, and a finding as an address. */
import type { Locator, Page } from "@playwright/test";
import { REAL, expect, expectAccessible, open, readCsv, settled, test } from "./support";

test.skip(REAL, "assigns findings that only the fixture server has");

const findings = (page: Page): Locator => page.getByRole("table", { name: "Findings" });
const count = (page: Page): Locator => page.locator(".finder-count");

test.describe("with single keys", () => {
  test("rows are walked, selected, given to a team at once, and given back @quick", async ({ page }) => {
    await open(page, "/governance/untagged?team=unknown");
    const all = await findings(page).locator("tbody tr[data-row]").count();
    const names = await findings(page).locator("tbody .open-row").allInnerTexts();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("x");
    await expect(findings(page).locator("tbody .open-row").nth(1)).toBeFocused();
    const bar = page.getByRole("region", { name: "Selected findings" });
    await expect(bar).toContainText("2 findings selected");

    await bar.getByRole("button", { name: "Assign…" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Assign 2 findings" });
    await expect(dialog.getByRole("combobox", { name: "Team" })).toBeFocused();
    await page.keyboard.type("Lakeh");
    await expect(page.getByRole("option", { name: "Lakehouse" })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(dialog.getByRole("combobox", { name: "Team" })).toHaveValue("Lakehouse");
    // The list is closed by now, so Enter sends the form.
    await page.keyboard.press("Enter");
    await expect(page.getByText("2 findings belong to Lakehouse now.")).toBeVisible();
    await expect(count(page)).toHaveText(new RegExp(`^${all - 2} findings`));
    await expect(page.getByRole("button", { name: "Undo" })).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.press("Enter");
    await expect(page.getByText("2 findings are as before.")).toBeVisible();
    await expect(count(page)).toHaveText(new RegExp(`^${all} findings`));
    await settled(page);

    // Enter opens the row that is walked to; its link opens it again, and Back closes what was opened.
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog", { name: names[0] as string })).toBeVisible();
    await expect(page).toHaveURL(/&finding=f-\d+$/);
    const link = page.url();
    await page.goBack();
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await open(page, link);
    await expect(page.getByRole("dialog", { name: names[0] as string })).toBeVisible();
  });
});

test("findings without a region are one more value to narrow by, and its CSV says so @quick", async ({ page }) => {
  await open(page, "/governance/untagged");
  await page.getByRole("region", { name: "Region" }).getByRole("button", { name: /^\(none\)/ }).click();
  await expect(page).toHaveURL(/\?region=$/);
  await expect(findings(page).locator("tbody tr[data-row]")).toHaveCount(4);
  await settled(page);
  await page.reload();
  await expect(page.getByRole("button", { name: "Remove filter: Region: (none)" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Region" }).getByRole("button", { pressed: true })).toHaveText(/^\(none\)/);
  const { rows } = readCsv(await (await page.request.get((await page.getByRole("link", { name: "CSV", exact: true }).getAttribute("href")) as string)).text());
  expect(rows.map((r) => r.region)).toEqual(["", "", "", ""]);
});
