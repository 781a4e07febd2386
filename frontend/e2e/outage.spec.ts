/** U9: one service down. What it answers says so with a trace id, everything else is live, and it heals without a reload. */
import { type Mode, REAL, expect, expectAccessible, settled, test } from "./support";

test.skip(REAL, "stops services of the fixture company");

interface Case {
  down: Mode;
  path: string;
  /** Texts of what the service that is down answers, and of what others do. */
  failed: RegExp[];
  live: RegExp[];
}

const CASES: Case[] = [
  { down: "no-ingestion", path: "/", failed: [/could not be loaded/], live: [/^Billed cost$/, /^What moved most$/, /^Daily cost$/] },
  { down: "no-ingestion", path: "/admin/connectors", failed: [/could not be loaded/], live: [/^Connectors$/] },
  { down: "no-ingestion", path: "/cost/teams", failed: [], live: [/^Billed cost$/, /^Teams$/] },
  { down: "no-ingestion", path: "/admin/data-health", failed: [], live: [/^Difference to the bill$/] },
  { down: "no-attribution", path: "/admin/rules", failed: [/could not be loaded/], live: [] },
  { down: "no-attribution", path: "/admin/hierarchy", failed: [/could not be loaded/], live: [] },
  { down: "no-attribution", path: "/cost/explore", failed: [], live: [/^Business group$/] },
  { down: "no-cockpit", path: "/", failed: [/could not be loaded/], live: [/^Overview$/] },
  { down: "no-cockpit", path: "/cost/teams", failed: [/could not be loaded/], live: [/How far the data goes is not known/] },
  { down: "no-cockpit", path: "/admin/connectors", failed: [], live: [/^main bill$/] },
  { down: "no-cockpit", path: "/admin/data-health?view=runs", failed: [], live: [/^Runs$/] },
];

for (const { down, path, failed, live } of CASES) {
  test.describe(`${down} on ${path}`, () => {
    test.use({ mode: down });

    test(`with ${down} only its own panels of ${path} fail @quick`, async ({ page, setMode }) => {
      await page.goto(path);
      await settled(page);
      const panels = page.getByRole("alert");
      for (const text of failed) await expect(panels.filter({ hasText: text }).first()).toBeVisible();
      if (failed.length === 0) await expect(panels).toHaveCount(0);
      for (const panel of await panels.filter({ hasText: /could not be loaded/ }).all()) {
        await expect(panel).toContainText(/Trace id [0-9a-f]{32}/);
        await expect(panel.getByRole("button", { name: "Retry" })).toBeVisible();
      }
      for (const text of live) await expect(page.getByText(text).locator("visible=true").first()).toBeVisible();
      await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
      await page.screenshot({ path: `test-results/screens/outage-${down}-${path.replace(/\W+/g, "-")}.png`, fullPage: true });
      await expectAccessible(page);

      await setMode("");
      for (let left = await panels.count(); left > 0; left -= 1) {
        if ((await page.getByRole("button", { name: "Retry" }).count()) === 0) break;
        await page.getByRole("button", { name: "Retry" }).first().click();
        await settled(page);
      }
      await expect(panels).toHaveCount(0);
    });
  });
}
