/** Links that show the same tomorrow, and the way back to a page that moves along. */
import { expect, expectAccessible, open, settled, test } from "./support";

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

const PAGES = ["/?range=mtd", "/cost/teams?range=mtd", "/cost/teams?rows=flat&chart=line", "/cost/explore?group=ServiceName&cmp=none", "/cost/explore?range=7d&view=records"];

for (const path of PAGES) {
  test(`a frozen link of ${path} shows the same figures, says since when, and thaws @quick`, async ({ page }) => {
    await open(page, path);
    const figures = async (): Promise<string[]> => page.locator(".page data").evaluateAll((all) => all.map((e) => (e as HTMLDataElement).value));
    const shown = await figures();
    await page.getByRole("button", { name: "Link", exact: true }).click();
    await page.getByRole("menuitem", { name: /^Copy frozen link/ }).click();
    await expect(page.getByText("The frozen link is copied.")).toBeVisible();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(/(?=.*from=\d)(?=.*to=\d)(?=.*metric=BilledCost)(?=.*cur=[A-Z]{3})(?=.*frozen=\d)/);

    await page.goto(link);
    await settled(page);
    expect(page.url(), "the address stays as it was copied").toBe(link);
    expect(await figures()).toEqual(shown);
    const note = page.getByRole("note");
    await expect(note).toContainText(/Frozen at \d+ \w+ \d{4}/);
    await expectAccessible(page);
    await note.getByRole("link", { name: "See today" }).click();
    await expect(note).toHaveCount(0);
    await expect.poll(() => new URL(page.url()).search.slice(1).split("&").toSorted().join("&")).toBe(path.replace(/^[^?]*\?/, "").split("&").toSorted().join("&"));
  });
}

test("the plain link is the address itself, and moving the window of a frozen page unfreezes it @quick", async ({ page }) => {
  await open(page, "/cost/teams?range=90d&metric=EffectiveCost");
  await page.getByRole("button", { name: "Link", exact: true }).click();
  await page.getByRole("menuitem", { name: "Copy link", exact: true }).click();
  await expect(page.getByText("The link is copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
  const newest = /to=([\d-]+)/;
  await page.getByRole("button", { name: "Link", exact: true }).click();
  await page.getByRole("menuitem", { name: /^Copy frozen link/ }).click();
  await expect(page.getByText("The frozen link is copied.")).toBeVisible();
  await open(page, await page.evaluate(() => navigator.clipboard.readText()));
  const before = newest.exec(page.url())?.[1];
  await page.keyboard.press("[");
  await expect(page.getByRole("note")).toHaveCount(0);
  await expect.poll(() => newest.exec(page.url())?.[1]).not.toBe(before);
  expect(page.url()).not.toContain("frozen=");
});

test("a drill from a frozen page stays frozen @quick", async ({ page }) => {
  await open(page, "/cost/teams?from=2026-10-01&to=2026-10-20&frozen=2026-10-20&metric=BilledCost&cur=USD");
  await expect(page.getByRole("link", { name: "Unfreeze" })).toBeVisible();
  await page.locator(".table tbody tr").first().getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Explore" })).toBeVisible();
  await expect(page).toHaveURL(/frozen=2026-10-20/);
  await expect(page.getByRole("note")).toBeVisible();
});
