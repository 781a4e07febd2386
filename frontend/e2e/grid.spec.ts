/** The whole grid: every route in every state, both themes, both widths; axe, no sideways scroll, targets, a picture of each. */
import { REAL, type Mode, expect, expectAccessible, open, test } from "./support";

const ROUTES: Record<string, string> = {
  teams: "/cost/teams",
  "teams-flat": "/cost/teams?rows=flat&range=90d",
  "teams-scope": "/cost/teams?scope=bg-retail-banking&chart=line",
  explore: "/cost/explore?group=ServiceName&group=RegionId",
  resources: "/cost/explore?view=resources",
  records: "/cost/explore?view=records",
  connectors: "/admin/connectors",
  "connector-kinds": "/admin/connectors?add=kind",
  "connector-form": "/admin/connectors?add=aws_cur",
  connector: "/admin/connectors/src-main",
  "connector-running": "/admin/connectors/src-markets",
  "connector-failing": "/admin/connectors/src-old",
  health: "/admin/data-health",
  runs: "/admin/data-health?view=runs",
  run: "/admin/data-health?view=runs&run=run-6",
  letters: "/admin/data-health?view=dead-letters",
  status: "/admin/status",
  audit: "/admin/audit",
  "audit-filtered": "/admin/audit?service=gateway&who=ann&since=2026-11-01",
  "audit-entry": "/admin/audit?entry=compliance-2",
  overview: "/",
  hierarchy: "/admin/hierarchy",
  "hierarchy-import": "/admin/hierarchy?view=import",
  rules: "/admin/rules",
  "rules-text": "/admin/rules?edit=text",
  "rules-unmatched": "/admin/rules?view=unmatched",
  "rules-versions": "/admin/rules?view=versions",
  "rules-version": "/admin/rules?view=versions&v=1763000000000000",
  "rules-explain": "/admin/rules?explain=key-17",
  untagged: "/governance/untagged",
  "untagged-exempt": "/governance/untagged?state=exempt&min=1",
  finding: "/governance/untagged?finding=f-2",
  policy: "/governance/policy",
  "policy-text": "/governance/policy?edit=text",
  "policy-versions": "/governance/policy?view=versions",
  "policy-version": "/governance/policy?view=versions&v=2",
  clouds: "/governance/clouds",
  "clouds-add": "/governance/clouds?add=aws",
  cloud: "/governance/clouds?open=inv-2",
  access: "/admin/access",
  "access-filtered": "/admin/access?role=viewer&node=bu-lending",
  "access-give": "/admin/access?add=role",
  "access-users": "/admin/access?view=users",
  "access-add-user": "/admin/access?view=users&add=user",
  "access-why": "/admin/access?view=why&user=grace&node=bu-lending",
  account: "/account",
  "sign-in": "/sign-in",
  missing: "/nowhere",
};
const STATES: Mode[] = ["", "empty", "error"];
const WIDTHS = [1280, 390] as const;
const THEMES = ["light", "dark"] as const;
const QUICK = new Set(["teams 1280 light ", "teams 390 dark ", "explore 1280 dark ", "health 390 light ", "status 1280 light ", "status 390 dark ", "connectors 1280 light ", "connector 390 dark ", "connector-form 390 light ", "teams 1280 light error", "teams 390 light empty", "sign-in 390 light ", "hierarchy 1280 light ", "hierarchy 390 light empty", "rules 1280 dark ", "rules 390 light error", "rules-explain 390 dark ", "overview 1280 light ", "overview 390 dark empty", "untagged 1280 light ", "untagged 390 dark ", "untagged 390 light empty", "finding 390 light ", "policy 1280 dark ", "clouds 390 light ", "cloud 1280 dark ", "access 1280 light ", "access 390 dark ", "access 390 light error", "access-give 390 light ", "access-users 1280 dark ", "access-why 390 light ", "audit 1280 light ", "audit 390 dark ", "audit-entry 390 light ", "audit-entry 1280 dark "]);

test.skip(REAL, "states are made by the fixture server");

for (const [name, path] of Object.entries(ROUTES)) {
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      for (const state of STATES) {
        const tag = QUICK.has(`${name} ${width} ${theme} ${state}`) ? " @quick" : "";
        test.describe(`${name} at ${width} ${theme} ${state || "loaded"}`, () => {
          test.use({ viewport: { width, height: width === 390 ? 844 : 860 }, colorScheme: theme, mode: state });

          test(`is accessible, fits, and can be hit${tag}`, async ({ page }) => {
            await open(page, path);
            await page.screenshot({ path: `test-results/screens/${name}-${width}-${theme}-${state || "loaded"}.png`, fullPage: true });
            await expectAccessible(page);
            expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), "no page-level sideways scroll").toBeLessThanOrEqual(0);
            expect(await smallTargets(page), "targets of at least 24 px").toEqual([]);
            expect(await cutColumns(page, width), "the first three columns are fully visible").toEqual([]);
          });
        });
      }
    }
  }
}

/** Buttons and links under 24 px, except links inside a sentence (WCAG 2.5.8). */
async function smallTargets(page: import("@playwright/test").Page): Promise<string[]> {
  return page.locator("button, a[href], input, select").evaluateAll((all) =>
    all
      .filter((e) => {
        const box = e.getBoundingClientRect();
        const inline = e.tagName === "A" && getComputedStyle(e).display === "inline";
        // A hidden radio of a segmented control is hit through its label.
        const hidden = e.tagName === "INPUT" && (e as HTMLInputElement).type === "radio";
        return !inline && !hidden && box.width > 0 && box.height > 0 && (box.width < 24 || box.height < 24);
      })
      .map((e) => `${e.tagName} ${e.getAttribute("aria-label") ?? e.textContent} ${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)}`),
  );
}

/** Visible header cells, three at most, that reach beyond the screen or their own box. */
async function cutColumns(page: import("@playwright/test").Page, width: number): Promise<string[]> {
  return page.locator(".table").evaluateAll(
    (tables, screen) =>
      tables.flatMap((table) =>
        [...table.querySelectorAll("thead th")]
          .filter((th) => getComputedStyle(th).display !== "none")
          .slice(0, 3)
          .filter((th) => {
            const box = th.getBoundingClientRect();
            const holder = (table.parentElement as Element).getBoundingClientRect();
            return box.width > 0 && (box.right > screen + 0.5 || box.right > holder.right + 0.5);
          })
          .map((th) => th.textContent ?? ""),
      ),
    width,
  );
}
