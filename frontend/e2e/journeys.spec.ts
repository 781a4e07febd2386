/** What people do, from the first page to the single record. */
import { readFile } from "node:fs/promises";
import { REAL, expect, expectAccessible, open, settled, test } from "./support";

test("with the keyboard alone: pick a scope, change the range, collapse a row, drill, export @quick", async ({ page }) => {
  await open(page, "/cost/teams");
  const focusSeen = async (): Promise<void> => {
    const outline = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement as Element);
      return style.outlineStyle !== "none" || style.boxShadow !== "none" || style.borderColor !== "";
    });
    expect(outline, "the focus is visible").toBe(true);
  };
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let i = 0; i < 80; i += 1) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
      if (name.test(label)) return focusSeen();
    }
    throw new Error(`Tab never reached ${name}`);
  };

  await page.keyboard.press(".");
  await expect(page.getByRole("textbox", { name: "Find a scope" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/scope=/);
  await settled(page);

  await tabTo(/^Time: Last 30 days/);
  await page.keyboard.press("Enter");
  // The focus moves into what opened a moment later; whoever tabs before that is taken back to its first entry.
  await expect(page.getByRole("dialog").locator(":focus")).toHaveCount(1);
  await tabTo(/^Last 90 days$/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=90d/);
  await settled(page);

  await tabTo(/^Collapse (?!all)/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/open=/);
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(/open=/);

  const downloading = page.waitForEvent("download");
  await page.keyboard.press("e");
  expect((await downloading).url()).toMatch(/cost-by-team\?.*scope=.*format=csv/);

  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Explore" })).toBeVisible();
  await expect(page).toHaveURL(/range=90d/);
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await expect(page.getByRole("heading", { level: 1, name: "Data health" })).toBeVisible();
});

test("brackets move the window, and the later one stops at the newest day @quick", async ({ page }) => {
  await open(page, "/cost/teams?range=mtd");
  await page.keyboard.press("[");
  await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\d&to=|to=.*from=/);
  const url = page.url();
  await page.keyboard.press("]");
  await expect(page).not.toHaveURL(url);
  const newest = page.url();
  await page.keyboard.press("]");
  await expect(page).toHaveURL(newest);
});

test("a filter is found by typing and is taken off again @quick", async ({ page }) => {
  await open(page, "/cost/explore");
  await page.keyboard.press("/");
  const form = page.getByRole("dialog", { name: "Add filter" });
  await form.getByRole("combobox", { name: "Where" }).click();
  await form.getByRole("option", { name: "Region", exact: true }).click();
  await form.getByRole("checkbox").first().check();
  await form.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/f=RegionId:in:/);
  await page.getByRole("button", { name: /^Remove filter: Region is/ }).click();
  await expect(page).not.toHaveURL(/f=/);
});

for (const scheme of ["light", "dark"] as const) {
  test(`a chart can be taken away as a picture that explains itself, ${scheme} @quick`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await open(page, "/cost/teams");
    const save = async (format: string): Promise<{ name: string; content: Buffer }> => {
      const downloading = page.waitForEvent("download");
      await page.getByRole("button", { name: /^Save Daily cost by/ }).click();
      await page.getByRole("menuitem", { name: new RegExp(`^${format}`) }).click();
      const download = await downloading;
      return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
    };
    const svg = await save("SVG");
    expect(svg.name).toMatch(/^daily-cost-by-[a-z-]+-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.svg$/);
    const text = svg.content.toString();
    for (const part of [/Daily cost by/, /Billed cost in [A-Z]{3}, .* \d{4}/, /Scope: Everything/, /Unattributable/, /Data through \d+ \w+ \d{4}/, /Made \d+ \w+ \d{4} \d\d:\d\d UTC/]) expect(text).toMatch(part);
    expect(text).toContain(scheme === "dark" ? "#14171c" : "#ffffff");
    const png = await save("PNG");
    expect(png.content.subarray(1, 4).toString()).toBe("PNG");
    expect(png.content.readUInt32BE(16)).toBe(2400);
    // Decoded: the ground is the theme's, and many other colours stand on it.
    const seen = await page.evaluate(async (bytes) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: "image/png" }));
      const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d") as OffscreenCanvasRenderingContext2D;
      canvas.drawImage(image, 0, 0);
      const pixels = new Uint32Array(canvas.getImageData(0, 0, image.width, image.height).data.buffer);
      return { ground: pixels[0], colours: new Set(pixels).size };
    }, [...png.content]);
    expect(seen.ground?.toString(16)).toBe(scheme === "dark" ? "ff1c1714" : "ffffffff");
    expect(seen.colours).toBeGreaterThan(100);
  });
}

test("a view is saved, found again, renamed, deleted and brought back @quick", async ({ page }) => {
  const name = `Ninety days of ${test.info().workerIndex}`;
  await open(page, "/cost/explore?range=90d&group=ServiceName");
  await page.getByRole("button", { name: "Save or change views" }).click();
  const dialog = page.getByRole("dialog", { name: "Saved views" });
  await dialog.getByLabel("Name of the present view").fill(name);
  await dialog.getByRole("button", { name: "Save view" }).click();
  await expect(dialog.getByText(name)).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "Cost by team" }).first().click();
  await expect(page).toHaveURL(/\/cost\/teams/);
  const saved = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name });
  await saved.click();
  await expect(page).toHaveURL(/\/cost\/explore\?range=90d&group=ServiceName$/);
  await expect(saved).toHaveAttribute("aria-current", "page");

  await page.getByRole("button", { name: "Save or change views" }).click();
  await dialog.getByRole("button", { name: `Rename ${name}` }).click();
  await dialog.getByLabel(`New name of ${name}`).fill(`${name}, renamed`);
  await dialog.getByRole("button", { name: "Rename", exact: true }).click();
  await dialog.getByRole("button", { name: `Delete ${name}, renamed` }).click();
  await expect(dialog.getByText(/is deleted/)).toBeVisible();
  await expect(dialog.getByRole("button", { name: `Delete ${name}, renamed` })).toHaveCount(0);
  await dialog.getByRole("button", { name: "Undo" }).click();
  await dialog.getByRole("button", { name: `Delete ${name}, renamed` }).click();
  await expect(dialog.getByText(/is deleted/)).toBeVisible();
});

test("a restated month is named where the picker covers it, and only there @quick", async ({ page }) => {
  const answer = await page.request.get("/api/ingestion/v1/runs?limit=100");
  const runs = ((await answer.json()) as { items: { billing_period: string; restated: object | null }[] }).items;
  const period = runs.find((r) => r.restated !== null)?.billing_period as string;
  expect(period, "a run that restated a month").toBeDefined();
  const notice = page.getByText(/was restated by/);
  for (const path of ["/cost/teams", "/cost/explore?group=x_TeamId"]) {
    await open(page, `${path}${path.includes("?") ? "&" : "?"}from=${period}-01&to=${period}-28`);
    await expect(notice).toHaveCount(1);
    await expect(notice).toContainText(period.slice(0, 4));
  }
  await open(page, "/cost/teams?range=7d");
  await expect(page.getByRole("table", { name: "Cost by team" })).toBeVisible();
  await expect(notice).toHaveCount(0);
});

test("Data health names the difference to the bill and every hop @quick", async ({ page }) => {
  await open(page, "/admin/data-health");
  await expect(page.getByRole("group", { name: /ifference/ })).toBeVisible();
  for (const name of ["Source", "Quarantined", "Raw", "Enriched", "Cockpit", "Difference"]) {
    await expect(page.getByRole("columnheader", { name, exact: true })).toBeVisible();
  }
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("table", { name: "Runs" }).getByRole("button").first().click();
  await expect(page.getByRole("dialog", { name: "Run" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("Status says of each service whether it is ready, and leads to what waits @quick", async ({ page }) => {
  await open(page, "/");
  await page.getByRole("link", { name: "Status", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Status" })).toBeVisible();
  for (const name of ["Gateway", "Universal Connector", "Attribution Engine", "Cockpit", "Tagging Compliance Engine"]) {
    await expect(page.getByRole("table", { name: "Services" }).getByText(name, { exact: true })).toBeVisible();
  }
  await expect(page.getByRole("table", { name: "Processes" }).locator("tbody tr[data-row]").first()).toBeVisible();
});

test("a link to a view of Data health from when it stood under Status leads there @quick", async ({ page }) => {
  await open(page, "/admin/status?view=dead-letters");
  await expect(page).toHaveURL(/\/admin\/data-health\?view=dead-letters/);
  await expect(page.getByRole("heading", { level: 1, name: "Data health" })).toBeVisible();
});

test.describe("with the fixture company", () => {
  test("a service that is not ready says why, and one that cannot be reached has no figures @quick", async ({ page }) => {
    test.skip(REAL, "needs faults that a healthy instance does not have");
    await open(page, "/admin/status");
    await expect(page.getByText("2 of 5 services are not ready: Cockpit, Tagging Compliance Engine.")).toBeVisible();
    const services = page.getByRole("table", { name: "Services" });
    await expect(services.getByText("waiting for the store").first()).toBeVisible();
    const down = services.getByRole("row", { name: /Tagging Compliance Engine/ });
    await expect(down).not.toContainText("0");
    await services.getByRole("link", { name: "1", exact: true }).click();
    await expect(page.getByRole("table", { name: "Dead letters" })).toBeVisible();
  });

  test.skip(REAL, "needs faults that a healthy instance does not have");

  test("a cent of difference is the headline, with its hop @quick", async ({ page, setMode }) => {
    await setMode("differs");
    await open(page, "/admin/data-health");
    await expect(page.getByRole("group", { name: "Largest difference" })).toContainText("$0.01");
    await expect(page.getByText(/does not match the bill.*first difference appears at cockpit/)).toBeVisible();
  });

  test("quarantined lines can be read and downloaded @quick", async ({ page }) => {
    await open(page, "/admin/data-health?view=runs&run=run-6");
    await expect(page.getByText("BilledCost: expected a number, found text")).toBeVisible();
    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download all" }).click();
    expect((await downloading).url()).toContain("/runs/run-6/quarantine?format=csv");
  });

  test("a token is shown once and a password change needs the same word twice @quick", async ({ page }) => {
    await open(page, "/account");
    await page.getByLabel("Name", { exact: true }).fill("pipeline");
    await page.getByRole("button", { name: "Make a token" }).click();
    await expect(page.getByText("fin_fixture_only_shown_once")).toBeVisible();
    await page.getByLabel("Password now").fill("a");
    await page.getByLabel("New password", { exact: true }).fill("b");
    await page.getByLabel("New password again").fill("c");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("This is not the same as the new password")).toBeVisible();
  });

  test("a dark page does not flash light @quick", async ({ browser, baseURL }) => {
    const context = await browser.newContext({ colorScheme: "dark", baseURL: baseURL as string });
    const page = await context.newPage();
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      const watch = (): void => {
        if (document.body) seen.push(getComputedStyle(document.documentElement).backgroundColor);
        requestAnimationFrame(watch);
      };
      requestAnimationFrame(watch);
    });
    await page.goto("/cost/teams");
    await settled(page);
    const grounds = await page.evaluate(() => [...new Set((globalThis as unknown as { seen: string[] }).seen)]);
    expect(grounds).toEqual(["rgb(20, 23, 28)"]);
    await context.close();
  });
});

test.describe("signed out", () => {
  test.skip(REAL, "would end the session that the other tests share");
  test.use({ mode: "signed-out" });

  test("sign in leads back to the page that was asked for @quick", async ({ page }) => {
    await page.goto("/cost/explore?range=90d&group=ServiceName");
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await page.getByLabel("User name").fill("admin");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("User name and password do not match.")).toBeVisible();
    await page.getByLabel("Password", { exact: true }).fill("correct horse");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/cost\/explore\?range=90d&group=ServiceName$/);
    await settled(page);
    await expect(page.getByRole("table")).toBeVisible();
  });
});
