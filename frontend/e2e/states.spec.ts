/** U7, the states that the grid of routes does not have: first load, and filters that match nothing. */
import { REAL, expect, expectAccessible, open, test } from "./support";

test.skip(REAL, "states are made by the fixture server");

const PAGES = { overview: "/", teams: "/cost/teams", explore: "/cost/explore", resources: "/cost/explore?view=resources", records: "/cost/explore?view=records", connectors: "/admin/connectors", hierarchy: "/admin/hierarchy", rules: "/admin/rules", health: "/admin/data-health", runs: "/admin/data-health?view=runs", status: "/admin/status", access: "/admin/access", audit: "/admin/audit" };
const COST = { overview: "/?f=RegionId:in:moon", teams: "/cost/teams?f=RegionId:in:moon", explore: "/cost/explore?f=RegionId:in:moon", resources: "/cost/explore?view=resources&f=RegionId:in:moon", records: "/cost/explore?view=records&f=RegionId:in:moon" };
const SCREENS = [[1280, "light"], [390, "dark"]] as const;

for (const [width, theme] of SCREENS) {
  test.describe(`at ${width} ${theme}`, () => {
    test.use({ viewport: { width, height: 860 }, colorScheme: theme });

    for (const [name, path] of Object.entries(PAGES)) {
      test.describe(`${name} at first load`, () => {
        test.use({ mode: "waiting" });

        test(`${name} has its title while nothing has come yet, at ${width} ${theme}${name === "teams" ? " @quick" : ""}`, async ({ page }) => {
          await page.goto(path);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          await expect(page.locator(".mantine-Skeleton-root, [aria-busy=true]").first()).toBeVisible();
          await page.screenshot({ path: `test-results/screens/waiting-${name}-${width}-${theme}.png`, fullPage: true });
          await expectAccessible(page);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        });
      });
    }

    for (const [name, path] of Object.entries(COST)) {
      test(`${name} says which filter to take off when nothing matches, at ${width} ${theme}${name === "explore" ? " @quick" : ""}`, async ({ page }) => {
        await open(page, path);
        await page.screenshot({ path: `test-results/screens/nothing-${name}-${width}-${theme}.png`, fullPage: true });
        await expect(page.getByText("No cost in this view")).toBeVisible();
        await expectAccessible(page);
        await page.getByRole("button", { name: "Clear scope and filters" }).click();
        await expect(page).not.toHaveURL(/f=/);
        await expect(page.getByRole("table").first()).toBeVisible();
      });
    }
  });
}
