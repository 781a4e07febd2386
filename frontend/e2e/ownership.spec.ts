/** How a FinOps person shapes hierarchy and rules from the app alone. */
import { REAL, expect, open, settled, test } from "./support";

test.skip(REAL, "would change who owns the cost of a real instance");
// Mistakes and outdated versions are sent on purpose.
test.use({ mode: "refusing" });

test("a hierarchy is compared before it is applied, and mistakes are named by line @quick", async ({ page }) => {
  const downloaded = await (await page.request.get("/api/attribution/v1/hierarchy/document")).text();
  await open(page, "/admin/hierarchy");
  await page.getByRole("button", { name: "Import" }).click();
  const text = page.getByRole("textbox", { name: "Hierarchy document" });
  await text.fill("business_groups:\n  - id: a\n  name: [");
  await page.getByRole("button", { name: "Show what would change" }).click();
  await page.getByRole("button", { name: /^Line \d/ }).first().click();
  await expect(text).toBeFocused();

  await page.locator("input[type=file]").setInputFiles({ name: "hierarchy.yaml", mimeType: "application/yaml", buffer: Buffer.from(downloaded.replace('"Disputes"', '"Disputes and Chargebacks"')) });
  await page.getByRole("button", { name: "Show what would change" }).click();
  await expect(page.getByRole("heading", { name: "1 changed" })).toBeVisible();
  await expect(page.getByRole("row", { name: /team-disputes/ })).toContainText("Name: Disputes → Disputes and Chargebacks");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByRole("table", { name: "Hierarchy" })).toContainText("Disputes and Chargebacks");
});

test("the tree is read with the keyboard, searched, and dated by its address @quick", async ({ page }) => {
  await open(page, "/admin/hierarchy?on=2025-12-31");
  await expect(page.getByRole("row", { name: /^Order Routing/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Today" }).click();
  await expect(page.getByRole("row", { name: /^Order Routing/ })).toBeVisible();
  await page.getByRole("button", { name: "Collapse Markets and Treasury" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/closed=bg-markets-and-treasury/);
  await expect(page.getByRole("row", { name: /^Order Routing/ })).toHaveCount(0);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("button", { name: "Collapse Trading" })).toBeFocused();
  await page.getByRole("searchbox", { name: "Find a node" }).fill("card-fraud");
  await expect(page.getByRole("table", { name: "Hierarchy" }).locator("tbody tr")).toHaveCount(3);
  await page.reload();
  await settled(page);
  await expect(page.getByRole("table", { name: "Hierarchy" }).locator("tbody tr")).toHaveCount(3);
});
