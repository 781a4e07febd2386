/** Signing in with the company account, in front of a certified provider; `tests/e2e/test_company_account.py` starts both. */
import { type Page, expect, test } from "@playwright/test";
import { expectAccessible } from "./support";

test.skip(process.env.FINCC_E2E_PROVIDER === undefined, "needs a platform and its identity provider: FINCC_E2E_PROVIDER");
test.setTimeout(120_000);
test.use({ baseURL: process.env.FINCC_E2E_URL });

async function signInAs(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: "Sign in with Example ID" }).click();
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("who has no role is told so, who has one sees the page they asked for, and signing out ends both sessions", async ({ page }) => {
  await page.goto("/cost/teams?range=90d");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in with Example ID" })).toBeVisible();
  await expect(page.getByLabel("Password")).toHaveCount(0);
  await expectAccessible(page);

  await signInAs(page, "ann");
  await expect(page.getByRole("heading", { name: "No access yet" })).toBeVisible();
  await expect(page.getByText("Ann Example")).toBeVisible();
  await expect(page.getByText("Ask #finops-help for access.")).toBeVisible();
  await expect(page.getByText("everybody")).toBeVisible();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/cost/teams?range=90d");
  await expectAccessible(page);

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: /^Yes/ }).click();
  await expect(page.getByRole("link", { name: "Sign in with Example ID" })).toBeVisible();
  expect((await page.request.get("/api/gateway/v1/session")).status()).toBe(401);

  await signInAs(page, "boss");
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
  await page.goto("/account");
  await expect(page.getByRole("table", { name: "Sessions" }).getByText("This one")).toBeVisible();
  await expect(page.getByLabel("Password now")).toHaveCount(0);
  await expectAccessible(page);
});
