/** The palette: everything by name, with the keyboard alone. */
import type { Page } from "@playwright/test";
import { REAL, expect, expectAccessible, open, settled, test } from "./support";

test.skip(REAL, "looks for names of the fixture company");

const field = (page: Page) => page.getByRole("combobox", { name: /^Page, team, service/ });
const chosen = (page: Page) => page.getByRole("listbox", { name: "What fits" }).getByRole("option", { selected: true });

async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press("ControlOrMeta+k");
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(text);
}

test("a page, a team and a question are reached by a few letters, keeping the range @quick", async ({ page }) => {
  await open(page, "/?range=90d");
  await find(page, "explo");
  await expect(chosen(page)).toHaveText(/^Explore/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/cost\/explore\?range=90d$/);
  await settled(page);

  await find(page, "retail");
  await expect(chosen(page)).toContainText("Retail");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/cost\/teams\?(?=.*range=90d)(?=.*scope=bg-retail-banking)/);
  await settled(page);

  await find(page, "changed most");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/cost\/explore\?group=x_TeamId&sort=-change$/);
  await expect(page.getByRole("heading", { level: 1, name: "Explore" })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/scope=bg-retail-banking/);
});

test("arrows walk round the list, and what was chosen lately comes first @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  await find(page, "rules");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Rules" })).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await expect(field(page)).toBeFocused();
  await expect(page.getByRole("option", { name: "Rules" })).toHaveCount(1);
  const recent = page.getByRole("group", { name: "Recent" });
  await expect(recent.getByRole("option")).toHaveText(["Rules"]);
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("option").last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("option").first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a resource id leads to its records, whether a list names it or not @quick", async ({ page }) => {
  await open(page, "/cost/teams?range=7d");
  const listed = ((await (await page.request.get("/api/cockpit/v1/dimensions/values?dimension=ResourceId&q=&limit=1")).json()) as { items: { id: string }[] }).items[0]?.id as string;
  await find(page, listed);
  await expect(page.getByRole("group", { name: "Resources" }).getByRole("option").first()).toContainText(listed);
  await expect(chosen(page)).toContainText(listed);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("table", { name: "Records" })).toBeVisible();
  await expect(page).toHaveURL(/range=7d/);
  await find(page, "i-0123456789");
  await expect(chosen(page)).toContainText("Records of resource “i-0123456789”");
  await page.keyboard.press("Enter");
  await expect(page.getByText("No cost in this view")).toBeVisible();
});

test("letters typed while the palette is still on its way do nothing else @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  await page.route(/Palette-.*\.js/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  let downloads = 0;
  page.on("download", () => (downloads += 1));
  await page.keyboard.press("ControlOrMeta+k");
  await page.keyboard.type("eg");
  await expect(field(page)).toBeFocused();
  await expect(page).toHaveURL(/\/cost\/teams$/);
  expect(downloads).toBe(0);
});

test("actions act on the page that is open: theme, export, shortcuts @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  await find(page, "dark theme");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  const downloading = page.waitForEvent("download");
  await find(page, "export");
  await page.keyboard.press("Enter");
  expect((await downloading).url()).toMatch(/cost-by-team\?.*format=csv/);
  await find(page, "shortcuts");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await expect(page.getByText("Ctrl K")).toHaveCount(2);
});

test.describe("without rights", () => {
  test.use({ mode: "costs-only" });

  test("what one may not see is not offered @quick", async ({ page }) => {
    await open(page, "/cost/teams");
    await page.keyboard.press("ControlOrMeta+k");
    await expect(page.getByRole("group", { name: "Pages" }).getByRole("option")).toHaveText(["Overview", "Cost by team", "Explore"]);
    await page.keyboard.type("match the bill");
    await expect(page.getByText("Nothing is called like this")).toBeVisible();
  });
});

for (const width of [1280, 390]) {
  for (const scheme of ["light", "dark"] as const) {
    test.describe(`at ${width} ${scheme}`, () => {
      test.use({ viewport: { width, height: 844 }, colorScheme: scheme });

      test(`the palette is accessible, empty and with a word typed, at ${width} ${scheme} @quick`, async ({ page }) => {
        await open(page, "/cost/teams");
        await page.getByRole("button", { name: "Go to", exact: true }).click();
        await expect(field(page)).toBeFocused();
        await expect(page.getByRole("group", { name: "Questions" })).toBeVisible();
        await page.screenshot({ path: `test-results/screens/palette-${width}-${scheme}.png` });
        await expectAccessible(page);
        await page.keyboard.type("card");
        await expect(page.getByRole("group", { name: "Hierarchy" })).toBeVisible();
        await expect(page.getByText(/searching/i)).toHaveCount(0);
        await page.screenshot({ path: `test-results/screens/palette-typed-${width}-${scheme}.png` });
        await expectAccessible(page);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("button", { name: "Go to", exact: true })).toBeFocused();
      });
    });
  }
}
