import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { SESSION } from "@/test/answers";
import { at, json, openApp, problem, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const entry = (seq: number, over: object = {}) => ({
  service: "ingestion", seq, at: `2026-11-24T05:10:0${seq % 10}Z`, subject_id: "usr_1", subject_name: "Ann", address: "192.0.2.7", trace_id: "t", action: "source.schedule_changed",
  object_kind: "source", object_id: "src_1", before: { paused: false }, after: { paused: true }, previous_hash: "00", hash: "ab", ...over,
});
const VOCABULARY = { services: [{ name: "gateway", title: "Gateway" }, { name: "ingestion", title: "Universal Connector" }], actions: [{ name: "source.schedule_changed", title: "Schedule of a source changed" }] };
let asked: URLSearchParams[] = [];

function answer(list: object): void {
  server.use(
    http.get(at("gateway/v1/audit"), ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return json(list as never);
    }),
  );
}

beforeEach(() => {
  asked = [];
  server.use(
    http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions: ["audit:read"] })),
    http.get(at("gateway/v1/audit/vocabulary"), () => json(VOCABULARY)),
  );
});

test("entries are listed, and one shows what was before and what came after", async () => {
  answer({ items: [entry(2)], next_cursor: null, missing: [] });
  const { router } = openApp("/admin/audit");
  const table = await screen.findByRole("table", { name: "Entries" });
  await userEvent.setup().click(await within(table).findByRole("button", { name: "Schedule of a source changed" }));
  const field = await screen.findByRole("region", { name: "paused" });
  expect(field).toHaveTextContent("Beforefalse");
  expect(field).toHaveTextContent("Aftertrue");
  expect(router.state.location.search).toEqual({ entry: "ingestion-2" });
  expect(asked.at(-1)?.get("entry")).toBe("2");
});

test("filters are in the address, and go to the server and to the CSV", async () => {
  answer({ items: [], next_cursor: null, missing: [] });
  const { router } = openApp("/admin/audit?service=ingestion&since=2026-11-01");
  expect(await screen.findByText("No entry matches")).toBeVisible();
  const user = userEvent.setup();
  await user.type(screen.getByLabelText("Person"), "ann{Enter}");
  expect(router.state.location.search).toEqual({ service: "ingestion", since: "2026-11-01", who: "ann" });
  expect(Object.fromEntries(asked.at(-1) ?? [])).toEqual({ service: "ingestion", from: "2026-11-01", subject: "ann", limit: "100" });
  expect(screen.getByRole("link", { name: "CSV" })).toHaveAttribute("href", expect.stringMatching(/service=ingestion.*subject=ann.*format=csv/));
  await user.click(screen.getAllByRole("button", { name: "Clear filters" })[0] as HTMLElement);
  expect(router.state.location.search).toEqual({});
});

test("a service that did not answer is named, so that nobody takes a part for the whole", async () => {
  answer({ items: [entry(1)], next_cursor: null, missing: [{ service: "gateway", reason: "the service 'gateway' does not answer" }] });
  openApp("/admin/audit");
  expect(await screen.findByRole("alert")).toHaveTextContent("Not all of it: Gateway did not answer, so its entries are not in this list.");
});

test("a chain is said to be verified only after it was, with how far, and a broken one with where", async () => {
  answer({ items: [], next_cursor: null, missing: [] });
  const chain = { service: "gateway", entries: 7, verified: 7, head: "ab", broken: null, known_hash: null };
  server.use(
    http.get(at("gateway/v1/audit/verification"), () => json(chain)),
    http.get(at("ingestion/v1/audit/verification"), () => json({ ...chain, service: "ingestion", verified: 2, broken: { seq: 3, reason: "it is missing" } })),
  );
  openApp("/admin/audit");
  const chains = await screen.findByRole("region", { name: "Hash chains" });
  expect(await within(chains).findAllByText("Not verified yet")).toHaveLength(2);
  expect(within(chains).queryByText(/Verified up to/)).toBeNull();
  await userEvent.setup().click(within(chains).getByRole("button", { name: "Verify all" }));
  expect(await within(chains).findByText("Verified up to entry 7")).toBeVisible();
  expect(await within(chains).findByText("Broken at entry 3: it is missing")).toBeVisible();
});

test("the chain of any service that the server names can be verified", async () => {
  answer({ items: [], next_cursor: null, missing: [] });
  server.use(
    http.get(at("gateway/v1/audit/vocabulary"), () => json({ ...VOCABULARY, services: [{ name: "newcomer", title: "A newer service" }] })),
    http.get(at("newcomer/v1/audit/verification"), () => json({ service: "newcomer", entries: 7, verified: 7, head: "ab", broken: null, known_hash: null })),
  );
  openApp("/admin/audit");
  const chains = await screen.findByRole("region", { name: "Hash chains" });
  await within(chains).findByText("A newer service");
  await userEvent.setup().click(within(chains).getByRole("button", { name: "Verify all" }));
  expect(await within(chains).findByText("Verified up to entry 7")).toBeVisible();
});

test("a chain whose service does not answer is not said to be anything", async () => {
  answer({ items: [], next_cursor: null, missing: [] });
  server.use(
    http.get(at("gateway/v1/audit/verification"), () => problem(503)),
    http.get(at("ingestion/v1/audit/verification"), () => problem(503)),
  );
  openApp("/admin/audit");
  const chains = await screen.findByRole("region", { name: "Hash chains" });
  await userEvent.setup().click(within(chains).getByRole("button", { name: "Verify all" }));
  expect(await within(chains).findAllByText(/Could not be verified: The database did not answer/)).toHaveLength(2);
});

test("older entries follow on request", async () => {
  server.use(
    http.get(at("gateway/v1/audit"), ({ request }) => {
      const after = new URL(request.url).searchParams.get("after");
      return json(after ? { items: [entry(1)], next_cursor: null, missing: [] } : { items: [entry(2)], next_cursor: "c", missing: [] });
    }),
  );
  openApp("/admin/audit");
  await userEvent.setup().click(await screen.findByRole("button", { name: "Show older" }));
  expect(await screen.findByText("24 Nov 2026 05:10:01 UTC")).toBeVisible();
  expect(screen.getByText("24 Nov 2026 05:10:02 UTC")).toBeVisible();
});

test("nothing recorded and a failure are two different things", async () => {
  answer({ items: [], next_cursor: null, missing: [] });
  openApp("/admin/audit");
  expect(await screen.findByText("Nothing is recorded yet")).toBeVisible();
});

test("a failure says so, with its trace id", async () => {
  server.use(http.get(at("gateway/v1/audit"), () => problem(500)));
  openApp("/admin/audit");
  expect(await screen.findByText("The audit record could not be loaded")).toBeVisible();
  expect(screen.getByText("trace-42")).toBeVisible();
});

test("who may not read the record is not offered the page", async () => {
  server.use(http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions: ["costs:read"] })));
  openApp("/cost/teams");
  await waitFor(() => expect(screen.queryByRole("link", { name: "Audit" })).toBeNull());
  expect(screen.getByRole("link", { name: "Cost by team" })).toBeVisible();
});
