/** Names as bills write them, in a browser that really lays out text in both directions. */
import type { Locator } from "@playwright/test";
import { expect, open, test } from "./support";

const HEBREW = { team: "צוות תשלומים", business_group: "קבוצה", business_unit: "יחידה" };

/** Where a word of a text is drawn. */
const leftOf = async (part: Locator, word: string): Promise<number> =>
  part.evaluate((e, sought) => {
    const texts = document.createTreeWalker(e, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const at = texts.currentNode.textContent?.indexOf(sought) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(texts.currentNode, at);
      range.setEnd(texts.currentNode, at + sought.length);
      return range.getBoundingClientRect().left;
    }
    throw new Error(`${sought} is not there`);
  }, word);

test("a right-to-left team, its group, its unit and its cost stand in this order @quick", async ({ page }) => {
  await page.route("**/api/cockpit/v1/cost-by-team*", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { teams: Record<string, unknown>[] };
    Object.assign(body.teams[0] as object, HEBREW);
    await route.fulfill({ response: answer, json: body });
  });
  await open(page, "/cost/teams?rows=flat");
  const row = page.getByRole("table", { name: "Cost by team" }).locator("tbody tr").filter({ hasText: HEBREW.team });
  const places = await Promise.all([HEBREW.team, HEBREW.business_group, HEBREW.business_unit, "$"].map((word) => leftOf(row, word)));
  expect(places, "team, group, unit, cost from left to right").toEqual([...places].sort((a, b) => a - b));
});
