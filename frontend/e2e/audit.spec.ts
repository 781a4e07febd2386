/** The way of an auditor: what happened, before and after, is the record whole, take it away. */
import { REAL, expect, expectAccessible, open, test } from "./support";

test.skip(REAL, "the record of a fixed company");

test("an auditor narrows the record, looks into an entry, verifies the chains and takes the rest away @quick", async ({ page }) => {
  await open(page, "/admin/audit");
  const chains = page.getByRole("region", { name: "Hash chains" });
  await expect(chains.getByText("Not verified yet")).toHaveCount(5);
  await page.getByLabel("Service").selectOption("ingestion");
  await expect(page).toHaveURL(/service=ingestion/);
  await expect(page.getByRole("table", { name: "Entries" }).getByRole("button")).toHaveCount(2);
  await page.getByRole("button", { name: "Schedule of a source changed" }).click();
  const change = page.getByRole("region", { name: "poll_every_s" });
  await expect(change).toContainText("nothing");
  await expect(change).toContainText("3600");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/entry=/);
  await chains.getByRole("button", { name: "Verify all" }).click();
  await expect(chains.getByText("Verified up to entry 2")).toHaveCount(1);
  await expectAccessible(page);
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  expect(file.url()).toContain("service=ingestion");
});

test.describe("with a record somebody has touched", () => {
  test.use({ mode: "differs" });

  test("a broken chain is named with its entry", async ({ page }) => {
    await open(page, "/admin/audit");
    await page.getByRole("button", { name: "Verify all" }).click();
    await expect(page.getByText("Broken at entry 2: it is not what was written")).toBeVisible();
    await expectAccessible(page);
  });
});

test.describe("with a service down", () => {
  test.use({ mode: "no-cockpit" });

  test("the service whose entries are not there is named", async ({ page }) => {
    await open(page, "/admin/audit");
    await expect(page.getByRole("alert").filter({ hasText: "Not all of it: Cockpit did not answer" })).toBeVisible();
  });
});
