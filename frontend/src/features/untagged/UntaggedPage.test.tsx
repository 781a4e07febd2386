import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SESSION } from "@/test/answers";
import { at, json, openApp, problem, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const SCAN = { state: "current", why: null, scanned_at: "2026-11-24T05:10:00Z", duration_s: 4, resources: 12, data_through: "2026-11-23", policy_version: 3, missing: [] };
const META = { scan: SCAN, currency: "USD", other_currencies: [], range: null, filters: [] };
const finding = (id: string, cost: string | null) => ({
  id, resource_id: `vol-${id}`, resource_name: null, resource_type: "ec2:volume", service: "EC2", account: "210000000001", account_name: null, region: null,
  missing_keys: ["team"], violations: [{ key: "team", verdict: "missing", found_key: null, found_value: null }], cost_30d: cost === null ? null : { amount: cost, currency: "USD" },
  first_seen: "2026-11-01", last_seen: "2026-11-23", seen_in: ["bill"], owner: null, owner_name: null, suggested_owner: null, suggested_owner_name: null, confidence: null, evidence: [],
  state: "open", opened_at: "2026-11-01T00:00:00Z", closed_at: null, closed_because: null, exemption: null,
});
const LIST = { meta: META, items: [finding("a", "0.10"), finding("b", "0.20"), finding("c", null)], total: 3, total_cost: { amount: "0.30", currency: "USD" }, facets: {}, next_cursor: null };

const answer = (permissions: string[]): void =>
  server.use(
    http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions })),
    http.get(at("compliance/v1/policies/active"), () => json({ version: 3, document: "", required: [], untaggable_types: [], untaggable_services: [], published_at: null, published_by: null })),
    http.get(at("compliance/v1/scan"), () => json(SCAN)),
    http.get(at("compliance/v1/coverage"), () => json({ meta: META, total: null, taggable: null, covered_percent: null, lines: [] })),
    http.get(at("compliance/v1/findings"), () => json(LIST)),
  );

test("who may only read sees findings, and nothing to change them with", async () => {
  answer(["findings:read"]);
  openApp("/governance/untagged");
  const table = await screen.findByRole("table", { name: "Findings" });
  expect(within(table).getByText("vol-a")).toBeVisible();
  expect(within(table).getByText("not in the bill yet")).toBeVisible();
  expect(screen.queryByRole("checkbox")).toBeNull();
  expect(screen.queryByRole("button", { name: "Scan now" })).toBeNull();
});

test("what is selected is summed exactly, and exempted with a day and a reason", async () => {
  answer(["findings:read", "findings:write"]);
  const sent: unknown[] = [];
  server.use(http.post(at("compliance/v1/findings/exemptions"), async ({ request }) => (sent.push(await request.json()), json({ changed: 3 }))));
  openApp("/governance/untagged");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  const bar = screen.getByRole("region", { name: "Selected findings" });
  expect(bar).toHaveTextContent("3 findings selected, $0.30 in 30 days, 1 not in the bill yet");
  await user.click(within(bar).getByRole("button", { name: "Exempt…" }));
  await user.type(await screen.findByLabelText("Reason"), "old  ");
  await user.clear(screen.getByLabelText("Until the end of"));
  await user.type(screen.getByLabelText("Until the end of"), "2099-12-31");
  await user.click(screen.getByRole("button", { name: "Exempt" }));
  expect(await screen.findByText("3 findings are exempt until 31 Dec 2099.")).toBeVisible();
  expect(sent).toEqual([{ ids: ["a", "b", "c"], until: "2099-12-31", reason: "old" }]);
  expect(screen.queryByRole("region", { name: "Selected findings" })).toBeNull();
});

test("an exempt finding says until when and why, and is opened again from there", async () => {
  answer(["findings:read", "findings:write"]);
  const exempt = { ...finding("a", "0.10"), state: "exempt", exemption: { until: "2027-03-31", reason: "moved", by: "ada", at: "2026-11-02T09:00:00Z" } };
  const sent: unknown[] = [];
  server.use(
    http.get(at("compliance/v1/findings/a"), () => json({ ...exempt, tags: {}, candidates: [], history: [], proposal: null })),
    http.post(at("compliance/v1/findings/exemptions/revoked"), async ({ request }) => (sent.push(await request.json()), json({ changed: 1 }))),
  );
  openApp("/governance/untagged?state=exempt&finding=a");
  expect(await screen.findByText("Exempt until 31 Mar 2027, by ada: moved")).toBeVisible();
  expect(screen.getByText("None at all.")).toBeVisible();
  await userEvent.setup().click(await screen.findByRole("button", { name: "End the exemption" }));
  expect(await screen.findByText("1 finding is open again.")).toBeInTheDocument();
  expect(sent).toEqual([{ ids: ["a"] }]);
});

test("findings that cannot be loaded leave the rest of the page, with the trace id", async () => {
  answer(["findings:read"]);
  server.use(http.get(at("compliance/v1/findings"), () => problem(500)));
  openApp("/governance/untagged");
  expect(await screen.findByText("The findings could not be loaded")).toBeVisible();
  expect(screen.getByText("trace-42")).toBeVisible();
  expect(screen.getByRole("region", { name: "Coverage" })).toBeVisible();
});

test("who sees a part of the company only has findings, and no share of the whole bill", async () => {
  answer(["findings:read"]);
  server.use(http.get(at("compliance/v1/coverage"), () => problem(422)));
  openApp("/governance/untagged");
  expect(await screen.findByRole("table", { name: "Findings" })).toBeVisible();
  expect(screen.queryByRole("region", { name: "Coverage" })).toBeNull();
});

test.each([
  ["scanning", "The first scan is running"],
  ["waiting", "Nothing has been judged yet"],
])("before the first scan is done nothing is claimed: %s", async (state, title) => {
  answer(["findings:read"]);
  server.use(http.get(at("compliance/v1/scan"), () => json({ ...SCAN, state, scanned_at: null, why: "the first scan is about to begin" })));
  openApp("/governance/untagged");
  expect(await screen.findByText(title)).toBeVisible();
  expect(screen.queryByRole("table")).toBeNull();
});

test("who may not see findings is told so", async () => {
  answer(["costs:read"]);
  server.use(http.get(at("compliance/v1/policies/active"), () => problem(403)), http.get(at("compliance/v1/coverage"), () => problem(403)));
  openApp("/governance/untagged");
  expect(await screen.findByText("You may not see the tag policy")).toBeVisible();
});
