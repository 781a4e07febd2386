/** How a FinOps person shapes hierarchy and rules from the app alone. */
import { REAL, amounts, expect, expectAccessible, open, settled, sum, test } from "./support";

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

test("a rule is moved with the keyboard, tried, and published @quick", async ({ page }) => {
  await open(page, "/admin/rules");
  const ids = () => page.locator("[data-rule]").evaluateAll((all) => all.map((e) => (e as HTMLElement).dataset.rule));
  const before = await ids();
  await expect(page.getByRole("button", { name: "Publish" })).toBeDisabled();
  await page.getByRole("button", { name: /^Rule 1, / }).focus();
  await page.keyboard.press("Alt+ArrowDown");
  await expect(page.getByRole("button", { name: new RegExp(`^Rule 2, ${before[0]}`) })).toBeFocused();
  expect(await ids()).toEqual([before[1], before[0], ...before.slice(2)]);
  await expect(page.getByText("Unsaved changes")).toBeVisible();

  await page.getByRole("link", { name: "Hierarchy" }).click();
  await page.getByRole("dialog", { name: "Leave without publishing?" }).getByRole("button", { name: "Stay" }).click();
  await expect(page.locator(".mantine-Modal-overlay")).toHaveCount(0);
  await expect(page).toHaveURL(/\/admin\/rules$/);
  await expect(page.getByRole("button", { name: "Publish" })).toBeDisabled();
  await page.getByRole("button", { name: "Dry run" }).press("Enter");
  const changes = page.getByRole("table", { name: "Change by team" });
  await expect(changes).toContainText("Unattributable");
  expect(sum(await amounts(page, "[aria-label='Dry run'] table:has(caption:text-is('Change by team'))"))).toBe(0n);
  await expect(page.getByText("Gains and losses cancel out exactly")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Publish" }).press("Enter");
  await expect(page.getByText("The rules are published.")).toBeVisible();
  expect(await ids()).toEqual([before[1], before[0], ...before.slice(2)]);
  await page.locator(`[data-rule=${before[0]}]`).dragTo(page.locator(`[data-rule=${before[1]}]`));
  expect(await ids()).toEqual(before);
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page.getByRole("table", { name: "Versions" }).locator("tbody tr").first()).toContainText("Active");
});

test("what somebody else published meanwhile is not overwritten unseen @quick", async ({ page }) => {
  await open(page, "/admin/rules?edit=text");
  const text = page.getByRole("textbox", { name: "Rule document" });
  const mine = (await text.inputValue()).replace("prefix: AWS Support", "prefix: AWS Premium Support");
  await text.fill(mine);
  await page.getByRole("button", { name: "Dry run" }).click();
  await expect(page.getByRole("table", { name: "Moves" })).toBeVisible();
  const theirs = mine.replace("Support goes to the platform", "Support goes to Kubernetes");
  await page.request.put("/api/attribution/v1/rule-sets/active", { data: theirs, headers: { "Content-Type": "application/yaml" } });
  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText(/^Not published: admin published another version on/)).toBeVisible();
  await page.getByRole("button", { name: "Keep mine, compare with theirs" }).click();
  await expect(text).toHaveValue(mine);
  await page.getByRole("button", { name: "Dry run" }).click();
  await expect(page.getByRole("button", { name: "Publish" })).toBeEnabled();
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(text).toHaveValue(theirs);
});

test("mistakes in the rules are named by line, by the page and by the server @quick", async ({ page }) => {
  await open(page, "/admin/rules?edit=text");
  const text = page.getByRole("textbox", { name: "Rule document" });
  await text.fill("rules:\n  - id: a\n    assign: {squad: x}\n");
  await expect(page.getByRole("list", { name: "Mistakes in Rule document" })).toContainText("Line 3");
  await expect(page.getByRole("button", { name: "Dry run" })).toBeDisabled();
  await text.fill("rules:\n  - id: a\n    assign: {team: nobody}\n");
  await page.getByRole("button", { name: "Dry run" }).click();
  await expect(page.getByRole("list", { name: "Mistakes in Rule document" })).toContainText("the team 'nobody' is not in the hierarchy");
  await page.getByRole("button", { name: "Discard" }).click();
});

test("an earlier version is used again as a draft @quick", async ({ page }) => {
  await open(page, "/admin/rules?view=versions");
  await page.getByRole("table", { name: "Versions" }).locator("tbody tr").last().getByRole("button").click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Use again" }).click();
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await expect(page.locator("[data-rule]")).toHaveCount(4);
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.locator("[data-rule]")).toHaveCount(6);
});

test("a rule is written as a form, read as text, and lost by nobody on the way @quick", async ({ page }) => {
  await open(page, "/admin/rules");
  await page.getByRole("button", { name: "Add a rule" }).press("Enter");
  const form = page.getByRole("dialog", { name: "New rule" });
  await form.getByRole("button", { name: "Add as the last rule" }).press("Enter");
  await expect(form.getByRole("alert")).toContainText("small letters");
  await form.getByLabel("Id", { exact: true }).fill("gpu");
  await form.getByLabel("Name, if it needs one").fill("GPU: only for models # yes");
  await form.getByLabel("Value", { exact: true }).fill("012");
  await form.getByRole("button", { name: "Add a group" }).press("Enter");
  const inner = form.getByRole("group", { name: "Any of these" });
  await inner.getByLabel("Column").selectOption("Tag");
  await inner.getByLabel("Tag key").fill("purpose");
  await inner.getByLabel("Comparison").selectOption("is one of");
  await inner.getByLabel("Values, one in a line").fill("training\nno");
  await inner.getByRole("button", { name: "not" }).last().press("Enter");
  await form.getByLabel("Team id").fill("team-machine-learning");
  await expectAccessible(page);
  await form.getByRole("button", { name: "Add as the last rule" }).press("Enter");
  const added = page.locator("[data-rule=gpu]");
  const words = "If ServiceName is “012” and not (tag purpose is one of “training”, “no”): team Machine Learning.";
  await expect(added).toContainText(words);

  await page.locator("label", { hasText: /^Text$/ }).click();
  const text = page.getByRole("textbox", { name: "Rule document" });
  await expect(text).toHaveValue(/- \{column: ServiceName, equals: "012"\}[^]*in: \[training, "no"\]/);
  await text.fill((await text.inputValue()).replace('equals: "012"', 'equals: "013"'));
  await page.locator("label", { hasText: /^List$/ }).click();
  await expect(added).toContainText(words.replace("012", "013"));
  await page.getByRole("button", { name: "Edit gpu" }).click();
  await page.getByRole("dialog", { name: "Rule gpu" }).getByRole("button", { name: "Take over" }).click();
  await page.getByRole("button", { name: "Remove gpu" }).click();
  await expect(added).toHaveCount(0);
  await expect(page.getByText("As published.")).toBeVisible();
});

test("what nobody owns is given to the team it looks like, and taken back @quick", async ({ page }) => {
  await open(page, "/admin/rules?view=unmatched");
  const table = page.getByRole("table", { name: "Unmatched costs" });
  await expect(table.locator("tbody tr")).toHaveCount(4);
  await table.getByRole("button", { name: "Tag team “kuberntes”" }).press("Enter");
  const group = page.getByRole("dialog", { name: "Tag team “kuberntes”" });
  await expect(group).toContainText("kuberntes looks like kubernetes (95%)");
  await expect(group.getByRole("combobox", { name: "Belongs to" })).toHaveValue("Kubernetes");
  await expectAccessible(page);
  await group.getByRole("button", { name: "Give to this team" }).press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "moved from Unattributable to Kubernetes" })).toBeVisible();
  await expect(table.locator("tbody tr")).toHaveCount(3);
  await page.getByRole("button", { name: "Undo" }).press("Enter");
  await expect(table.locator("tbody tr")).toHaveCount(4);

  await table.getByRole("button", { name: "No tag and no account" }).press("Enter");
  await expect(page.getByText("These charges say nothing that a rule could tell them by.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Give to this team" })).toHaveCount(0);
});

test("the way from a resource to the rule that gave it its team @quick", async ({ page }) => {
  await open(page, "/cost/explore?view=resources");
  await page.getByRole("table", { name: "Resources" }).getByRole("link", { name: /^(?:team-tag|Why\?|owner-tag-synonym|account-default|service-catalog|no-tag|unknown-team-value)$/ }).first().click();
  await expect(page).toHaveURL(/\/admin\/rules\?explain=key-\d+$/);
  await expect(page.getByText(/not understood/)).toHaveCount(0);
  const steps = page.getByRole("list", { name: "Rules in order" }).getByRole("listitem");
  await expect(steps.filter({ hasText: "matched" }).filter({ hasNotText: "not match" })).toContainText("ResourceType is 'Cluster'");
  await expect(steps.first()).toContainText("does not start with 'AWS Support'");
  await page.getByLabel("Attribution key").fill("xyz");
  await page.getByLabel("Attribution key").press("Enter");
  await expect(page.getByText("No charge has this key")).toBeVisible();
});
