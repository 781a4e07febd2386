import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { type HttpResponse, type JsonBodyType, http } from "msw";
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
  first_seen: "2026-11-01", last_seen: "2026-11-23", seen_in: ["bill"], owner: null, owner_name: null, assignment: null, suggested_owner: null, suggested_owner_name: null, confidence: null, evidence: [],
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

test("who sees a part of the hierarchy is told which, and is offered nothing that is about the whole", async () => {
  answer(["findings:read", "findings:write"]);
  server.use(
    http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions: ["findings:read", "findings:write"], limited: ["findings:read", "findings:write"] })),
    http.get(at("compliance/v1/coverage"), () => problem(403)),
    http.get(at("compliance/v1/findings"), () => json({ ...LIST, meta: { ...META, limited_to: ["Cards"] } })),
  );
  openApp("/governance/untagged");
  expect(await screen.findByText("You see Cards. Findings of other teams and findings without a team are in no figure.")).toBeVisible();
  expect(await screen.findByRole("checkbox", { name: "Select all shown" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "Cloud accounts" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Scan now" })).toBeNull();
  expect(screen.queryByText("Tagged as the policy asks, by cost")).toBeNull();
  expect(screen.queryByRole("link", { name: "Rules" })).toBeNull();
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

const TEAMS = { as_of: "2026-11-23", version: 1, nodes: [{ id: "t-1", name: "Payments", type: "team", parent_id: null }, { id: "t-2", name: "Cards", type: "team", parent_id: null }] };
const WRITER = ["findings:read", "findings:write"];

/** Answers assignments with `reply` and notes what was sent. */
const assignments = (...replies: (() => HttpResponse<JsonBodyType>)[]): unknown[] => {
  const sent: unknown[] = [];
  server.use(
    http.get(at("cockpit/v1/hierarchy"), () => json(TEAMS)),
    http.post(at("compliance/v1/findings/assignments"), async ({ request }) => {
      sent.push(await request.json());
      return (replies[sent.length - 1] ?? replies.at(-1))!();
    }),
  );
  return sent;
};

test("what is selected is given to a team at once, what a rule has given stays, and undo sends back what was before", async () => {
  answer(WRITER);
  const before = [{ team: null, ids: ["a"] }, { team: "t-2", ids: ["c"] }];
  const sent = assignments(() => json({ changed: 2, before }), () => json({ changed: 2, before: [] }));
  server.use(http.get(at("compliance/v1/findings"), () => json({ ...LIST, items: [finding("a", "0.10"), { ...finding("b", "0.20"), owner: "t-1", owner_name: "Payments" }, finding("c", null)] })));
  openApp("/governance/untagged");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  await user.click(screen.getByRole("button", { name: "Assign…" }));
  const dialog = await screen.findByRole("dialog", { name: "Assign 3 findings" });
  expect(dialog).toHaveTextContent("1 of them has an owner by the attribution rules, and keeps it.");
  await user.click(within(dialog).getByRole("button", { name: "Assign" }));
  expect(within(dialog).getByRole("combobox", { name: "Team" })).toHaveAccessibleDescription("Choose a team");
  await user.click(within(dialog).getByRole("combobox", { name: "Team" }));
  await user.click(await screen.findByRole("option", { name: "Cards", hidden: true }));
  await user.click(within(dialog).getByRole("button", { name: "Assign" }));
  expect(await screen.findByText("2 findings belong to Cards now.")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Undo" })).toHaveFocus();
  await user.click(screen.getByRole("button", { name: "Undo" }));
  expect(await screen.findByText("2 findings are as before.")).toBeInTheDocument();
  expect(sent).toEqual([{ assignments: [{ team: "t-2", ids: ["a", "c"] }] }, { assignments: before }]);
});

test("a finding in the way is named and left out, and the others are tried again", async () => {
  answer(WRITER);
  const why = "vol-b is closed";
  const sent = assignments(
    () => json({ title: "Closed", status: 409, detail: `${why}; nothing was changed`, errors: [{ field: "b", message: why }] }, 409),
    () => json({ changed: 2, before: [] }),
  );
  server.use(http.get(at("compliance/v1/findings"), () => json({ ...LIST, items: LIST.items.map((f) => ({ ...f, suggested_owner: "t-1", suggested_owner_name: "Payments", confidence: 0.8 })) })));
  openApp("/governance/untagged");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("checkbox", { name: "Select all shown" }));
  await user.click(screen.getByRole("button", { name: "Assign…" }));
  const dialog = await screen.findByRole("dialog", { name: "Assign 3 findings" });
  // All of them are guessed to be of one team, which is filled in.
  await waitFor(() => expect(within(dialog).getByRole("combobox", { name: "Team" })).toHaveValue("Payments"));
  await user.click(within(dialog).getByRole("button", { name: "Assign" }));
  expect(await within(dialog).findByText(`${why}; nothing was changed`)).toBeInTheDocument();
  expect(screen.getByRole("dialog", { name: "Assign 2 findings" })).toBeInTheDocument();
  await user.click(within(dialog).getByRole("button", { name: "Assign" }));
  expect(await screen.findByText("2 findings belong to Payments now.")).toBeInTheDocument();
  expect(sent.at(-1)).toEqual({ assignments: [{ team: "t-1", ids: ["a", "c"] }] });
});

test("an assignment is said with who made it, and taken back from the finding", async () => {
  answer(WRITER);
  const assigned = { ...finding("a", "0.10"), assignment: { team: "t-2", team_name: "Cards", by: "ada", at: "2026-11-02T09:00:00Z" } };
  const sent = assignments(() => json({ changed: 1, before: [{ team: "t-2", ids: ["a"] }] }));
  server.use(http.get(at("compliance/v1/findings/a"), () => json({ ...assigned, tags: {}, candidates: [], history: [], proposal: null })));
  openApp("/governance/untagged?finding=a");
  expect(await screen.findByText("Cards, assigned by ada")).toBeInTheDocument();
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Assign…" }));
  const dialog = await screen.findByRole("dialog", { name: "Assign this finding" });
  await user.click(within(dialog).getByRole("combobox", { name: "Team" }));
  await user.click(await screen.findByRole("option", { name: "Nobody: take the assignment back", hidden: true }));
  await user.click(within(dialog).getByRole("button", { name: "Assign" }));
  expect(await screen.findByText("1 assignment is taken back.")).toBeInTheDocument();
  expect(sent).toEqual([{ assignments: [{ team: null, ids: ["a"] }] }]);
});

test("all that match are selected, also those that are not on screen", async () => {
  answer(WRITER);
  const asked: string[] = [];
  const sent: { ids: string[] }[] = [];
  server.use(
    http.get(at("compliance/v1/findings"), ({ request }) => {
      const q = new URL(request.url).searchParams;
      asked.push(`${q.get("limit")} from ${q.get("cursor") ?? "the start"} of ${q.getAll("missing").join()}`);
      const start = Number(q.get("cursor") ?? 0);
      const size = q.get("limit") === "100" ? 2 : 3;
      const items = ["0.10", "0.20", "0.30", "0.40", "0.50"].map((cost, i) => finding(`f${i}`, cost)).slice(start, start + size);
      return json({ ...LIST, items, total: 5, next_cursor: start + size < 5 ? String(start + size) : null });
    }),
    http.post(at("compliance/v1/findings/exemptions"), async ({ request }) => {
      sent.push((await request.json()) as { ids: string[] });
      return json({ changed: 5 });
    }),
  );
  openApp("/governance/untagged?missing=team");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("checkbox", { name: "Select vol-f0" }));
  expect(screen.queryByRole("button", { name: "Select all 5" })).toBeNull();
  await user.click(screen.getByRole("checkbox", { name: "Select all shown" }));
  await user.click(screen.getByRole("button", { name: "Select all 5" }));
  const bar = screen.getByRole("region", { name: "Selected findings" });
  await waitFor(() => expect(bar).toHaveTextContent("5 findings selected, $1.50 in 30 days"));
  expect(asked.filter((a) => a.startsWith("1000"))).toEqual(["1000 from the start of team", "1000 from 3 of team"]);
  await user.click(within(bar).getByRole("button", { name: "Exempt…" }));
  await user.type(await screen.findByLabelText("Reason"), "moved{Enter}");
  expect(await screen.findByText(/^5 findings are exempt until/)).toBeInTheDocument();
  expect(sent[0]?.ids).toEqual(["f0", "f1", "f2", "f3", "f4"]);
});

test("rows are walked and selected with single keys, unless those are turned off", async () => {
  answer(WRITER);
  openApp("/governance/untagged");
  await screen.findByRole("checkbox", { name: "Select all shown" });
  const user = userEvent.setup();
  await user.keyboard("j");
  expect(screen.getByRole("button", { name: "vol-b" })).toHaveFocus();
  await user.keyboard("jjjk");
  expect(screen.getByRole("button", { name: "vol-a" })).toHaveFocus();
  await user.keyboard("x");
  expect(screen.getByRole("checkbox", { name: "Select vol-a" })).toBeChecked();
  await user.keyboard("kx");
  expect(screen.getByRole("region", { name: "Selected findings" })).toHaveTextContent("2 findings selected, $0.30");
  await user.keyboard("x");
  expect(screen.getByRole("checkbox", { name: "Select vol-b" })).not.toBeChecked();
  localStorage.setItem("fincc-single-keys", "off");
  await user.keyboard("x");
  expect(screen.getByRole("checkbox", { name: "Select vol-b" })).not.toBeChecked();
  localStorage.removeItem("fincc-single-keys");
});

test("findings without a region are asked for like any others", async () => {
  answer(WRITER);
  const asked: string[][] = [];
  server.use(http.get(at("compliance/v1/findings"), ({ request }) => {
    asked.push(new URL(request.url).searchParams.getAll("region"));
    return json({ ...LIST, facets: { region: [{ value: "eu-west-1", name: null, findings: 2, cost_30d: "0.30" }, { value: null, name: null, findings: 1, cost_30d: "0.00" }] } });
  }));
  const { router } = openApp("/governance/untagged");
  const user = userEvent.setup();
  const region = await screen.findByRole("region", { name: "Region" });
  await user.click(within(region).getByRole("button", { name: /^\(none\)/ }));
  await waitFor(() => expect(asked.at(-1)).toEqual([""]));
  await waitFor(() => expect(router.state.location.searchStr).toBe("?region="));
  expect(await screen.findByRole("button", { name: "Remove filter: Region: (none)" })).toBeVisible();
  await user.click(within(region).getByRole("button", { name: /^\(none\)/ }));
  await waitFor(() => expect(router.state.location.searchStr).toBe(""));
});

test("a link opens its finding, and Back closes what was opened", async () => {
  answer(["findings:read"]);
  server.use(http.get(at("compliance/v1/findings/:id"), ({ params }) => json({ ...finding(String(params.id), "0.10"), tags: {}, candidates: [], history: [], proposal: null })));
  const { router } = openApp("/governance/untagged?finding=b");
  expect(await screen.findByRole("dialog", { name: "vol-b" })).toBeInTheDocument();
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: "Close" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await user.click(screen.getByRole("button", { name: "vol-a" }));
  expect(await screen.findByRole("dialog", { name: "vol-a" })).toBeInTheDocument();
  expect(router.state.location.searchStr).toBe("?finding=a");
  router.history.back();
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(router.state.location.searchStr).toBe("");
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
