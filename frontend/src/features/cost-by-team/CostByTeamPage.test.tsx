import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { type JsonBodyType, delay, http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { TeamRow } from "@/api/types";
import { EMPTY_META, META, SESSION, costByTeam } from "@/test/answers";
import { at, json, openApp, problem, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const answer = (body: unknown) => server.use(http.get(at("cockpit/v1/cost-by-team"), () => json(body as JsonBodyType)));
const names = (): string[] => within(screen.getByRole("table", { name: "Cost by team" })).getAllByRole("rowheader").map((cell) => cell.textContent ?? "");

test("first load shows the title at once and then every team, Unattributable last, and the total", async () => {
  openApp("/cost/teams");
  expect(await screen.findByRole("heading", { level: 1, name: "Cost by team" })).toBeVisible();
  await screen.findByRole("table", { name: "Cost by team" });
  expect(names()).toEqual(["Retail", "Pay", "Payments", "Cards", "Find", "Search", "Markets", "Trade", "Trading", "Unattributable", "Total"]);
});

test("sorting by name the other way round leaves Unattributable last", async () => {
  openApp("/cost/teams?sort=-name&rows=flat");
  await screen.findByRole("table", { name: "Cost by team" });
  expect(names().map((n) => n.split(" ")[0])).toEqual(["Trading", "Search", "Payments", "Cards", "Unattributable", "Total"]);
});

test("collapsing a group is kept in the address", async () => {
  const { router } = openApp("/cost/teams");
  await userEvent.click(await screen.findByRole("button", { name: "Collapse Retail" }));
  await waitFor(() => expect(names()).not.toContain("Payments"));
  expect(router.state.location.href).toContain("open=");
});

test("a failing answer shows what failed, the trace id, and a retry that works", async () => {
  server.use(http.get(at("cockpit/v1/cost-by-team"), () => problem(500)));
  openApp("/cost/teams");
  expect(await screen.findByText("Cost by team could not be loaded")).toBeVisible();
  expect(screen.getByText("trace-42")).toBeVisible();
  server.resetHandlers();
  await userEvent.click(screen.getByRole("button", { name: "Retry" }));
  expect(await screen.findByRole("table", { name: "Cost by team" })).toBeVisible();
});

test("without any data the page says how to get some", async () => {
  answer(costByTeam({ meta: EMPTY_META, teams: [], groups: [], units: [], range: null, previous_range: null }));
  openApp("/cost/teams");
  expect(await screen.findByText("No cost data yet")).toBeVisible();
});

test("filters that match nothing offer to clear them", async () => {
  const zero = { amount: "0.00", currency: "USD" };
  answer(costByTeam({ total: zero, previous_total: zero, teams: [], groups: [], units: [] }));
  const { router } = openApp("/cost/teams?f=RegionId:in:moon");
  await userEvent.click(await screen.findByRole("button", { name: "Clear scope and filters" }));
  await waitFor(() => expect(router.state.location.href).toBe("/cost/teams"));
});

test("late, pending, overlapping and restated deliveries are said in words", async () => {
  answer(
    costByTeam({
      meta: {
        ...META,
        late_sources: [{ source: "old bill", data_through: "2026-11-18" }],
        pending: [{ source: "markets", billing_period: "2026-11", since: "2026-11-24T03:00:00Z", hop: "enriched" }],
        overlapping: [{ source: "copy", billing_period: "2026-10" }],
        restated: [{ source: "main", billing_period: "2026-09", at: "2026-11-20T09:00:00Z", difference: { amount: "-12.50", currency: "USD" } }],
      },
    }),
  );
  openApp("/cost/teams");
  const about = await screen.findByRole("region", { name: "About this data" });
  expect(about).toHaveTextContent("old bill has no data after 18 Nov 2026");
  expect(about).toHaveTextContent("markets for Nov 2026 waits at enriched");
  expect(about).toHaveTextContent("copy delivers accounts of Oct 2026");
  await userEvent.click(within(about).getByRole("button", { name: "1 more" }));
  expect(about).toHaveTextContent("Sep 2026 of main was restated by −$12.50");
});

test("who sees a part of the hierarchy is told which, and no amount of whole bills", async () => {
  const restated = [{ source: "main", billing_period: "2026-09", at: "2026-11-20T09:00:00Z", difference: null }];
  answer(costByTeam({ meta: { ...META, limited_to: [{ id: "cards", name: "Cards" }], unallocated_amount: null, restated } }));
  openApp("/cost/teams");
  const about = await screen.findByRole("region", { name: "About this data" });
  expect(about).toHaveTextContent("You see Cards. Costs of other teams and costs without a team are in no figure.");
  expect(about).toHaveTextContent("Sep 2026 of main was restated on 20 Nov 2026.");
});

test("a comparison that reaches back before the first bill says so", async () => {
  server.use(http.get(at("cockpit/v1/periods"), () => json({ items: [{ billing_period: "2026-10" }, { billing_period: "2026-11" }] })));
  openApp("/cost/teams");
  expect(await screen.findByText(/Bills begin on 1 Oct 2026: the comparison covers only part of 25 Sep – 24 Oct 2026/)).toBeVisible();
});

test("while newer data loads the old data stays", async () => {
  openApp("/cost/teams");
  await screen.findByRole("table", { name: "Cost by team" });
  server.use(http.get(at("cockpit/v1/cost-by-team"), async () => (await delay("infinite"), json({}))));
  await userEvent.click(screen.getByText("Effective"));
  expect(await screen.findByRole("progressbar", { name: "Loading cost by team" })).toBeVisible();
  expect(screen.getByRole("table", { name: "Cost by team" })).toBeVisible();
});

test("someone who is signed out is asked to sign in and comes back", async () => {
  server.use(http.get(at("cockpit/v1/cost-by-team"), () => problem(401)));
  const { router } = openApp("/cost/teams?range=90d");
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeVisible();
  server.resetHandlers();
  server.use(http.post(at("gateway/v1/session"), () => json({ ...SESSION, csrf_token: "t2" })));
  await userEvent.type(await screen.findByLabelText("User name"), "admin");
  await userEvent.type(screen.getByLabelText("Password"), "secret");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("table", { name: "Cost by team" })).toBeVisible();
  expect(router.state.location.href).toBe("/cost/teams?range=90d");
});

test("a link with a bad part opens without it and says so once", async () => {
  const { router } = openApp("/cost/teams?metric=EffectiveCost&range=99d");
  expect(await screen.findByText(/not understood and left out: range/)).toBeVisible();
  await waitFor(() => expect(router.state.location.href).toBe("/cost/teams?metric=EffectiveCost"));
  await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByText(/not understood/)).toBeNull();
});

test("the CSV link asks for exactly what the page shows", async () => {
  openApp("/cost/teams?metric=EffectiveCost&scope=bg-1&f=RegionId:in:eu");
  const link = await screen.findByRole("link", { name: "CSV" });
  expect(link).toHaveAttribute("href", "/api/cockpit/v1/cost-by-team?days=30&comparison=days&metric=EffectiveCost&scope=bg-1&filter=RegionId%3Ain%3Aeu&format=csv");
});

test("a right-to-left name turns neither its place in the hierarchy nor the costs around", async () => {
  const [first] = costByTeam().teams as [TeamRow];
  answer(costByTeam({ teams: [{ ...first, team: "צוות תשלומים", business_group: "קבוצה", business_unit: "\u202eUnit" }] }));
  openApp("/cost/teams?rows=flat");
  const table = await screen.findByRole("table", { name: "Cost by team" });
  const name = within(table).getByRole("rowheader", { name: /צוות/ });
  expect(name.querySelector("bdi")).toHaveTextContent("צוות תשלומים");
  expect(name).toHaveTextContent("\u2068קבוצה\u2069 › \u2068\u202eUnit\u2069");
});

test("three hundred teams are all in the table", async () => {
  const [first] = costByTeam().teams as [TeamRow];
  answer(costByTeam({ teams: Array.from({ length: 300 }, (_, i) => ({ ...first, team_id: `t-${i}`, team: `Team ${i}` })) }));
  openApp("/cost/teams?rows=flat");
  expect(await screen.findByRole("table", { name: "Cost by team" })).toHaveAttribute("aria-rowcount", "300");
});

test("a hierarchy of one team is a table too", async () => {
  const [first] = costByTeam().teams as [TeamRow];
  answer(costByTeam({ teams: [first], groups: [], units: [] }));
  openApp("/cost/teams");
  await screen.findByRole("table", { name: "Cost by team" });
  expect(names()).toEqual(["Payments", "Total"]);
});
