/** A source from nothing to paused, with the keyboard alone, and what happens when something is wrong on the way. */
import type { Page } from "@playwright/test";
import { REAL, expect, expectAccessible, open, settled, test } from "./support";

test.skip(REAL, "adds a source that only the fixture server has");

async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null;
      return at?.getAttribute("aria-label") ?? (at as HTMLInputElement | null)?.labels?.[0]?.textContent ?? at?.textContent ?? "";
    });
    if (name.test(label)) return;
  }
  throw new Error(`Tab never reached ${name}`);
}

test("with the keyboard alone: add a source, watch it load, reload meanwhile, pause it, remove it @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page.getByRole("heading", { level: 1, name: "Connectors" })).toBeVisible();
  await settled(page);

  await tabTo(page, /^Add a source$/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "What kind of source is it?" })).toBeFocused();
  await tabTo(page, /^FOCUS file/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Where does it lie/ })).toBeFocused();
  await tabTo(page, /^Name/);
  await page.keyboard.type("keyed bill");
  await tabTo(page, /^Location/);
  await page.keyboard.type("/bills/keyed");
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: "Can keyed bill be read?" })).toBeFocused();
  await expect(page.getByText("118 columns in part-0001.csv.gz")).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, /^See what will be read$/);
  await page.keyboard.press("Enter");
  await expect(page.getByText("3 billing periods, 9.6 MB. It takes about 2 minutes.")).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, /^Save and start$/);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1, name: "keyed bill" })).toBeVisible();
  const state = page.getByRole("group", { name: "State" });
  await expect(state.getByRole("progressbar")).toBeVisible();
  await page.reload();
  await expect(state.getByRole("progressbar")).toBeVisible();
  await expect(state.getByText("Ok")).toBeVisible();
  await expect(page.getByRole("group", { name: "Newest period" })).toContainText("Nov 2026");

  await tabTo(page, /^Pause$/);
  await page.keyboard.press("Enter");
  await expect(state.getByText("Paused")).toBeVisible();
  await expect(page.getByRole("button", { name: "Resume" })).toBeVisible();

  await tabTo(page, /^Remove this source/);
  await page.keyboard.press("Enter");
  await expectAccessible(page);
  await tabTo(page, /^Type keyed bill/);
  await page.keyboard.type("keyed bill");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Connectors" })).toBeVisible();
  await expect(page.getByRole("link", { name: "keyed bill" })).toHaveCount(0);
});

test("a step that fails says what to do and leads back to the fields, and nothing is stored @quick", async ({ page }) => {
  await open(page, "/admin/connectors?add=aws_cur");
  await page.getByRole("button", { name: "Check it" }).click();
  await expect(page.getByLabel("Name")).toBeFocused();
  await expect(page.getByLabel("Location")).toHaveAccessibleDescription(/Needed/);
  await page.getByLabel("Name").fill("lost bill");
  await page.getByLabel("Location").fill("/nowhere");
  await page.getByRole("button", { name: "Check it" }).click();
  await expect(page.getByText("Can be reached: no")).toBeVisible();
  await expect(page.getByText(/Usually the bucket, the region or the folder/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Change the fields" }).click();
  await expect(page.getByLabel("Location")).toHaveValue("/nowhere");
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByRole("table", { name: "Sources" })).toBeVisible();
  await expect(page.getByText("lost bill")).toHaveCount(0);
});

test("months of before are planned before they are read, and the schedule is kept", async ({ page }) => {
  await open(page, "/admin/connectors/src-main");
  await page.getByLabel("From", { exact: true }).fill("2026-08");
  await page.getByRole("button", { name: "Show the plan" }).click();
  await expect(page.getByRole("table", { name: "Plan" }).getByRole("row")).toHaveCount(4);
  await expect(page.getByRole("button", { name: "Start the back-fill" })).toBeVisible();
  await page.getByLabel("To, included").fill("2026-07");
  await page.getByRole("button", { name: "Show the plan" }).click();
  await expect(page.getByText("The last month lies before the first.")).toBeVisible();

  await page.getByLabel("Look for new deliveries").selectOption({ label: "Every day" });
  await page.getByRole("region", { name: "Schedule" }).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Looked at every day.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Look for new deliveries")).toHaveValue("86400");
  await page.getByLabel("Look for new deliveries").selectOption("");
  await page.getByRole("region", { name: "Schedule" }).getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Looked at every hour.")).toBeVisible();
});

test("a secret is typed blind, said to be set, replaced and removed, and never comes back @quick", async ({ page }) => {
  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.url().includes("/api/ingestion/")) answers.push(response.text().catch(() => ""));
  });
  await open(page, "/admin/connectors?add=focus_file");
  await page.getByLabel("Name", { exact: true }).fill("keyed bucket");
  await page.getByLabel("Location", { exact: true }).fill("s3://bills/keyed");
  await page.getByLabel("Access key ID").fill("AKIAEXAMPLE");
  await page.getByRole("textbox", { name: "Secret access key" }).fill("hush-hush-1");
  await expect(page.getByRole("textbox", { name: "Secret access key" })).toHaveAttribute("type", "password");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Check it" }).click();
  await page.getByRole("button", { name: "See what will be read" }).click();
  await page.getByRole("button", { name: "Save only" }).click();
  const access = page.getByRole("region", { name: "Access" });
  await expect(access.getByRole("group", { name: "Secret access key" })).toContainText(/Set \d/);
  await access.getByRole("button", { name: "Replace Secret access key" }).click();
  await expect(access.getByRole("textbox", { name: "Secret access key" })).toHaveValue("");
  await access.getByRole("textbox", { name: "Secret access key" }).fill("hush-hush-2");
  await expectAccessible(page);
  await access.getByRole("button", { name: "Save" }).click();
  await expect(access.getByText("Saved. Check it to see that it gets in.")).toBeVisible();
  await page.reload();
  await access.getByRole("button", { name: "Remove Secret access key" }).click();
  await access.getByLabel("Access key ID").fill("");
  await access.getByRole("button", { name: "Save" }).click();
  await expect(access.getByRole("group", { name: "Secret access key" })).toContainText("Not set");
  expect((await Promise.all(answers)).join("")).not.toContain("hush-hush");
  await page.getByRole("button", { name: "Remove this source…" }).click();
  await page.getByLabel("Type keyed bucket").fill("keyed bucket");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("link", { name: "keyed bucket" })).toHaveCount(0);
});

test("a source of metrics says what a month costs before it is stored @quick", async ({ page }) => {
  await open(page, "/admin/connectors?add=kind");
  await page.getByRole("button", { name: /^Amazon CloudWatch/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("usage by the hour");
  await page.getByLabel("Location", { exact: true }).fill("aws://all");
  await page.getByLabel("Max resources").fill("200");
  await page.getByRole("button", { name: "Check it" }).click();
  await expect(page.getByText("500 resources in 2 accounts, from the bill")).toBeVisible();
  await page.getByRole("button", { name: "See what will be read" }).click();
  await expect(page.getByText(/^AWS charges about \$0\.24 a month: 200 resources, 800 metrics requested once a day/)).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save only" }).click();
  await expect(page.getByRole("region", { name: "What it needs" })).toContainText("cloudwatch:GetMetricData");
  await expectAccessible(page);
});
