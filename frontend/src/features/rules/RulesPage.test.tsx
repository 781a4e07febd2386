import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SESSION } from "@/test/answers";
import { at, json, openApp, problem, server } from "@/test/screen";

const DOCUMENT = "rules:\n  - id: a\n    assign: {team: t-1}\n  - id: b\n    assign: {team_from_account: true}\n";
const MATCHED = { periods: ["2026-11"], missing_periods: [], rules: [{ rule_id: "a", currency: "USD", metric: "BilledCost", amount: "12.50", keys: 1 }] };

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const answer = (permissions: string[]): void =>
  server.use(
    http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions })),
    http.get(at("attribution/v1/rule-sets/active"), () => json({ version: 7, document: DOCUMENT, rules: [] })),
    http.get(at("attribution/v1/rule-sets/active/matched"), () => json(MATCHED)),
    http.get(at("attribution/v1/hierarchy"), () => json({ version: 3, as_of: "2026-11-24", nodes: [] })),
  );

test("who may only read sees rules in words, and nothing to change them with", async () => {
  answer(["ownership:read"]);
  openApp("/admin/rules");
  const [first] = within(await screen.findByRole("list", { name: "Rules in order" })).getAllByRole("listitem") as [HTMLElement];
  expect(await within(first).findByText("For every record: team Payments.")).toBeVisible();
  expect(await within(first).findByText("1 kind of charge")).toBeVisible();
  expect(screen.getByText("takes nothing")).toBeVisible();
  expect(screen.queryByRole("button", { name: /^(?:Edit|Remove|Move|Add)/ })).toBeNull();
  expect(screen.getByRole("button", { name: "Publish" })).toBeDisabled();
});

test("who may import nothing sees why", async () => {
  answer(["ownership:read"]);
  openApp("/admin/hierarchy");
  expect(await screen.findByTitle("You may see the hierarchy, not change it")).toBeDisabled();
});

test("who may not see rules is told so, with the trace id", async () => {
  answer(["costs:read"]);
  server.use(http.get(at("attribution/v1/rule-sets/active"), () => problem(403)));
  openApp("/admin/rules");
  expect(await screen.findByText("You may not see the rules")).toBeVisible();
  expect(screen.getByText("trace-42")).toBeVisible();
});

test("what was tried is forgotten as soon as the text is another, and publishing names the version it replaces", async () => {
  answer(["ownership:read", "ownership:write"]);
  const sent: (string | null)[] = [];
  const moved = { periods: ["2026-11"], missing_periods: [], moved: [], teams: [], unattributable_before: {}, unattributable_after: {} };
  server.use(
    http.post(at("attribution/v1/rule-sets/test"), () => json(moved)),
    http.put(at("attribution/v1/rule-sets/active"), async ({ request }) => {
      sent.push(request.headers.get("if-match"), request.headers.get("content-type"), await request.text());
      return json({ version: 8, ...moved });
    }),
  );
  openApp("/admin/rules");
  const user = userEvent.setup();
  const publish = await screen.findByRole("button", { name: "Publish" });
  await user.click(await screen.findByRole("button", { name: "Move a down" }));
  await user.click(screen.getByRole("button", { name: "Dry run" }));
  expect(await screen.findByText("No cost would move")).toBeVisible();
  expect(publish).toBeEnabled();
  await user.click(screen.getByRole("button", { name: "Remove b" }));
  expect(publish).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Dry run" }));
  await screen.findByText("No cost would move");
  await user.click(publish);
  await expect.poll(() => sent).toEqual(['"7"', "application/yaml", "rules:\n  - id: a\n    assign: {team: t-1}\n"]);
});
