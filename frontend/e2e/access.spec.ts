/** How an admin gives, takes and explains roles; and, on a platform of its own, what somebody with one unit sees. */
import type { Page } from "@playwright/test";
import { expect, expectAccessible, open, settled, test } from "./support";

const UNIT = process.env.FINCC_E2E_UNIT;

async function pickPlace(page: Page, label: string, name: string): Promise<void> {
  await page.getByRole("button", { name: /^(?:Place|Node): / }).last().click();
  await page.getByRole("textbox", { name: label }).fill(name);
  await page.getByRole("option", { name: new RegExp(`^${name} ?Unit`) }).click();
}

test.describe("with the fixture", () => {
  test.skip(process.env.FINCC_E2E_URL !== undefined, "would give roles on a real instance");
  // A name that nobody has is sent on purpose.
  test.use({ mode: "refusing" });

  test("a role is given, found by its filters, taken and given back @quick", async ({ page }) => {
    await open(page, "/admin/access");
    await page.getByRole("link", { name: "Give a role" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "Give a role" });
    await dialog.getByLabel("User name").fill("nobody");
    await dialog.getByLabel("Role").selectOption("engineer");
    await pickPlace(page, "Find a place", "Treasury");
    await expect(dialog.getByText(/does not give what is about the whole installation/)).toBeVisible();
    await dialog.getByRole("button", { name: "Give the role" }).click();
    await expect(dialog.getByText(/there is no user 'nobody'/)).toBeVisible();
    await expectAccessible(page);
    await dialog.getByLabel("User name").fill("grace");
    await dialog.getByRole("button", { name: "Give the role" }).press("Enter");
    await expect(page.getByText("Grace Hopper is now Engineer at Markets and Treasury › Treasury.")).toBeVisible();
    await page.getByLabel("Person or group").selectOption("Grace Hopper");
    await pickPlace(page, "Find a node", "Treasury");
    await expect(page).toHaveURL(/user=usr-grace/);
    await expect(page).toHaveURL(/node=bu-treasury/);
    const table = page.getByRole("table", { name: "Roles given" });
    await expect(table.locator("tbody tr")).toHaveCount(1);
    await table.getByRole("button", { name: "Remove Engineer of Grace Hopper" }).press("Enter");
    await expect(page.getByText("No role matches these filters.")).toBeVisible();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(table).toContainText("Markets and Treasury › Treasury");
  });

  test("why somebody sees a team is told by address @quick", async ({ page }) => {
    await open(page, "/admin/access?view=why&user=grace&node=team-mortgages");
    await expect(page.getByRole("region", { name: "Why" })).toContainText("Engineer at Retail Banking › Lending, as an own role; from there down to Lending › Mortgages");
    await page.getByLabel("May they").selectOption("health:read");
    await expect(page.getByText("no role of grace allows this there")).toBeVisible();
  });

  test("a token of some permissions at a node is made, and another is rotated @quick", async ({ page }) => {
    await open(page, "/account");
    await page.getByLabel("Name", { exact: true }).fill("report");
    await page.getByLabel("May do").first().selectOption("some");
    await page.getByLabel("costs:read").check();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Make a token" }).click();
    await expect(page.getByText("fin_fixture_only_shown_once")).toBeVisible();
    await page.getByRole("button", { name: "Rotate nightly report" }).click();
    await expect(page.getByText("fin_fixture_the_new_secret")).toBeVisible();
  });
});

test.describe("on a platform of its own", () => {
  test.skip(UNIT === undefined, "needs a platform with a bill and the name of a business unit: FINCC_E2E_UNIT");

  test("a new user with the viewer role on one unit signs in and sees that unit only", async ({ page, browser, baseURL }) => {
    await open(page, "/admin/access?view=users");
    await page.getByRole("link", { name: "Add a user" }).click();
    await page.getByLabel("User name").fill("grace");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    const initial = await page.locator(".command").innerText();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Roles" }).click();
    await page.getByRole("link", { name: "Give a role" }).click();
    await page.getByLabel("User name").fill("grace");
    await pickPlace(page, "Find a place", UNIT as string);
    await page.getByRole("button", { name: "Give the role" }).click();
    await expect(page.getByRole("table", { name: "Roles given" })).toContainText(UNIT as string);

    const context = await browser.newContext({ baseURL: baseURL as string, storageState: { cookies: [], origins: [] } });
    const hers = await context.newPage();
    await hers.goto("/");
    await hers.getByLabel("User name").fill("grace");
    await hers.getByLabel("Password", { exact: true }).fill(initial);
    await hers.getByRole("button", { name: "Sign in" }).click();
    await expect(hers.getByText(/Your password is an initial one/)).toBeVisible();
    await hers.getByLabel("Password now").fill(initial);
    await hers.getByLabel("New password", { exact: true }).fill("a password of her own");
    await hers.getByLabel("New password again").fill("a password of her own");
    await hers.getByRole("button", { name: "Change password" }).click();
    await expect(hers.getByRole("region", { name: "API tokens" })).toBeVisible();

    await hers.goto("/cost/teams");
    await settled(hers);
    await expect(hers.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Access" })).toHaveCount(0);
    const seen = (await (await hers.request.get("/api/cockpit/v1/cost-by-team")).json()) as { teams: { business_unit: string | null }[]; total: { amount: string } };
    expect(new Set(seen.teams.map((t) => t.business_unit).filter((u) => u !== null))).toEqual(new Set([UNIT]));
    const all = (await (await page.request.get("/api/cockpit/v1/cost-by-team")).json()) as { units: { name: string; cost: { amount: string } }[] };
    expect(seen.total.amount).toBe(all.units.find((u) => u.name === UNIT)?.cost.amount);
    await hers.goto("/admin/access");
    await expect(hers.getByText("You may not see the roles")).toBeVisible();
    await context.close();
  });
});
