import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, type JsonBodyType, http } from "msw";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Source } from "@/api/types";
import { SESSION } from "@/test/answers";
import { at, json, openApp, problem, server } from "@/test/screen";

const SOURCE: Source = {
  id: "src-1", kind: "paper", name: "bill", location: "/bills", options: {}, secrets: [], created_at: "2026-11-01T00:00:00Z", state: "ok", reason: null, paused: false,
  poll_every_s: null, looks_every_s: 3600, next_look_at: "2126-11-24T05:00:00Z", last_success_at: "2026-11-24T03:00:00Z",
  newest_period: null, job: null, last_run: null, periods: [],
};
const KIND = {
  kind: "paper", title: "A bill on paper", description: "Any", gives: "costs",
  options: { required: ["location"], properties: { location: { type: "string" }, tray: { type: "integer", default: 1 } } },
};

const list = (...items: Source[]) => server.use(http.get(at("ingestion/v1/sources"), () => json({ items } as unknown as JsonBodyType)));
const may = (...permissions: string[]) => server.use(http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions })));
const refuse = (status: number, title: string, detail: string, errors: { field: string; message: string }[] = []) => () =>
  HttpResponse.json({ title, status, detail, errors }, { status, headers: { "Content-Type": "application/problem+json" } });

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  may("sources:read", "sources:write");
  server.use(
    http.get(at("ingestion/v1/kinds"), () => json({ items: [KIND] })),
    http.get(at("ingestion/v1/runs"), () => json({ items: [], next_cursor: null })),
    http.get(at("ingestion/v1/sources/src-1"), () => json(SOURCE as unknown as JsonBodyType)),
  );
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** The form filled in, checked and planned, up to the step that saves. */
async function upToSave(): Promise<void> {
  server.use(
    http.post(at("ingestion/v1/checks"), () => json({ ok: true, steps: [{ step: "reachable", ok: true, detail: "it lies here" }] })),
    http.post(at("ingestion/v1/plans"), () => json({ periods: [{ billing_period: "2026-10", files: 1, bytes: 10, verdict: "new", reason: null }], bytes_to_read: 10, duration_s: null, duration_reason: "nothing has been read here yet", metrics: null })),
  );
  openApp("/admin/connectors?add=paper");
  await userEvent.type(await screen.findByLabelText("Name"), "bill");
  await userEvent.type(screen.getByLabelText("Location"), "/bills");
  await userEvent.click(screen.getByRole("button", { name: "Check it" }));
  await userEvent.click(await screen.findByRole("button", { name: "See what will be read" }));
  await screen.findByText("1 billing period, 10 bytes. How long it takes cannot be said: nothing has been read here yet.");
}

test("without a source the page says what to do first", async () => {
  list();
  openApp("/admin/connectors");
  expect(await screen.findByText("No source yet")).toBeVisible();
  expect(screen.getByText("fincc demo")).toBeVisible();
  expect(screen.getAllByRole("link", { name: "Add a source" })).toHaveLength(1);
});

test("who may only look is offered nothing to change", async () => {
  may("sources:read");
  list(SOURCE);
  openApp("/admin/connectors?add=kind");
  expect(await screen.findByRole("table", { name: "Sources" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "Add a source" })).toBeNull();
  await userEvent.click(screen.getByRole("link", { name: "bill" }));
  expect(await screen.findByRole("region", { name: "Schedule" })).toHaveTextContent("Every hour, as this installation is set.");
  for (const name of ["Pause", "Look now", "Show the plan", "Remove this source…"]) expect(screen.queryByRole("button", { name })).toBeNull();
});

test("who may not even look is told so", async () => {
  may("costs:read");
  server.use(http.get(at("ingestion/v1/sources"), () => problem(403)));
  openApp("/admin/connectors");
  expect(await screen.findByText("You may not see the sources")).toBeVisible();
});

test("a failing source is named with its reason above the list", async () => {
  list(SOURCE, { ...SOURCE, id: "src-2", name: "lost", state: "failing", reason: "the role may not list the bucket" });
  openApp("/admin/connectors");
  expect(await screen.findByRole("region", { name: "What fails" })).toHaveTextContent("lost: the role may not list the bucket");
  expect(screen.getByText("2 sources: 1 fails.")).toBeVisible();
});

test("a stored source is checked where it is configured", async () => {
  server.use(http.post(at("ingestion/v1/sources/src-1/check"), () => json({ ok: false, steps: [{ step: "readable", ok: false, detail: "access denied to part-1" }] })));
  openApp("/admin/connectors/src-1");
  await userEvent.click(await screen.findByRole("button", { name: "Check it" }));
  expect(await screen.findByText("Can be read: no")).toBeVisible();
  expect(screen.getByText("access denied to part-1")).toBeVisible();
});

test("a delivery that shrank waits until a person takes it all the same", async () => {
  const counts = { files: 1, rows_read: 3, rows_mapped: 3, rows_folded: 0, rows_added: 0, rows_quarantined: 0, rows_published: 3, billed: null, quarantined_billed: null };
  const noticed = { restated: null, unknown_columns: [], unused_columns: [], unknown_line_item_types: [], warnings: [], metrics: null };
  const run = { id: "run-1", source_id: "src-1", source: "bill", billing_period: "2026-10", state: "waiting", reason: "it shrank", version: 1, token: "t", job_id: null, started_at: "2026-11-24T03:00:00Z", finished_at: null, ...counts, ...noticed };
  const asked: unknown[] = [];
  server.use(
    http.get(at("ingestion/v1/runs/run-1"), () => json(run)),
    http.post(at("ingestion/v1/sources/src-1/ingest"), async ({ request }) => (asked.push(await request.json()), json({ job_id: "job-1" }, 202))),
  );
  openApp("/admin/connectors/src-1?run=run-1");
  await userEvent.click(await screen.findByRole("button", { name: "Take it all the same" }));
  expect(await screen.findByText("Queued.")).toBeVisible();
  expect(asked).toEqual([{ period: "2026-10", now: true, accept_shrink: true, quiet: false }]);
});

test("a source that does not exist is said, with the way back", async () => {
  server.use(http.get(at("ingestion/v1/sources/nope"), refuse(404, "There is no such source", "no source 'nope'; there are: bill")));
  openApp("/admin/connectors/nope");
  expect(await screen.findByText(/no source 'nope'; there are: bill/)).toBeVisible();
  expect(within(screen.getByRole("navigation", { name: "Up" })).getByRole("link", { name: "Connectors" })).toBeVisible();
});

test("what the form can tell by itself is said without asking the server", async () => {
  openApp("/admin/connectors?add=paper");
  await userEvent.clear(await screen.findByLabelText("Tray"));
  await userEvent.type(screen.getByLabelText("Tray"), "two");
  await userEvent.click(screen.getByRole("button", { name: "Check it" }));
  expect(await screen.findByText("A whole number is expected")).toBeVisible();
  expect(screen.getAllByText("Needed")).toHaveLength(2);
});

test("the server's refusal stands at its field", async () => {
  server.use(http.post(at("ingestion/v1/checks"), refuse(422, "The source's configuration is not valid", "tray: there are two", [{ field: "tray", message: "there are two" }])));
  openApp("/admin/connectors?add=paper");
  await userEvent.type(await screen.findByLabelText("Name"), "bill");
  await userEvent.type(screen.getByLabelText("Location"), "/bills");
  await userEvent.click(screen.getByRole("button", { name: "Check it" }));
  expect(await screen.findByText("There are two")).toBeVisible();
  expect(screen.getByLabelText("Tray")).toBeInvalid();
});

test("a secret where none belongs is refused with the server's reason", async () => {
  const reason = "option password: a source of this kind has no such secret; those it has: none";
  server.use(http.post(at("ingestion/v1/checks"), refuse(422, "The source's configuration is not valid", reason)));
  openApp("/admin/connectors?add=paper");
  await userEvent.type(await screen.findByLabelText("Name"), "bill");
  await userEvent.type(screen.getByLabelText("Location"), "/bills");
  await userEvent.click(screen.getByRole("button", { name: "Check it" }));
  expect(await screen.findByText(reason)).toBeVisible();
});

test("a name that is taken leads back to the name", async () => {
  await upToSave();
  server.use(http.post(at("ingestion/v1/sources"), refuse(409, "A source of this name exists", "a source named 'bill' exists; choose another name")));
  await userEvent.click(screen.getByRole("button", { name: "Save and start" }));
  expect(await screen.findByText("a source named 'bill' exists; choose another name")).toBeVisible();
  expect(screen.getByLabelText("Name")).toBeInvalid();
});

test("a start that fails is tried again without storing the source twice", async () => {
  await upToSave();
  let stored = 0;
  server.use(
    http.post(at("ingestion/v1/sources"), () => ((stored += 1), json(SOURCE as unknown as JsonBodyType, 201))),
    http.post(at("ingestion/v1/sources/src-1/ingest"), () => problem(500), { once: true }),
    http.post(at("ingestion/v1/sources/src-1/ingest"), () => json({ job_id: "job-1" }, 202)),
  );
  await userEvent.click(screen.getByRole("button", { name: "Save and start" }));
  expect(await screen.findByText(/The source is stored, but it could not be started/)).toBeVisible();
  server.use(http.post(at("ingestion/v1/sources/src-1/ingest"), () => json({ job_id: "job-1" }, 202)));
  await userEvent.click(screen.getByRole("button", { name: "Save and start" }));
  expect(await screen.findByRole("heading", { level: 1, name: "bill" })).toBeVisible();
  expect(stored).toBe(1);
});

const METERS = { ...KIND, kind: "meters", title: "Meters", gives: "metrics" };
const usd = (amount: string) => ({ amount, currency: "USD" });

test.each([
  [{ monthly_charge: usd("0.60000"), reason: null }, /^AWS charges about \$0\.60 a month: 500 resources, 2,000 metrics requested once a day/],
  [{ monthly_charge: null, reason: "bring in a bill first" }, "What this costs cannot be said: bring in a bill first."],
])("what asking for metrics costs is said before it is stored", async (said, text) => {
  const metrics = { resources: 500, resources_cut: 20, series: 2000, pulls_per_month: 30, price_per_1000: usd("0.01"), days: 14, ...said };
  server.use(
    http.get(at("ingestion/v1/kinds"), () => json({ items: [METERS] })),
    http.post(at("ingestion/v1/checks"), () => json({ ok: true, steps: [{ step: "metrics", ok: true, detail: "metrics of account 1" }] })),
    http.post(at("ingestion/v1/plans"), () => json({ periods: [], bytes_to_read: 0, duration_s: null, duration_reason: "no files", metrics })),
  );
  openApp("/admin/connectors?add=meters");
  await userEvent.type(await screen.findByLabelText("Name"), "use");
  await userEvent.type(screen.getByLabelText("Location"), "aws://all");
  await userEvent.click(screen.getByRole("button", { name: "Check it" }));
  expect(await screen.findByText("Metrics can be read")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "See what will be read" }));
  expect(await screen.findByText(text)).toBeVisible();
});

test("a source of metrics says what it needs, what it asked for, and whose metrics there are none of", async () => {
  const metrics = { first_day: "2026-11-10", last_day: "2026-11-23", requested: 14, charge: usd("0.00014"), resources: 4, resources_cut: 3, not_evaluated: 1, not_evaluated_ids: ["vol-1"] };
  const noticed = { restated: null, unknown_columns: [], unused_columns: [], unknown_line_item_types: [], warnings: [] };
  const run = { id: "run-1", source_id: "src-1", source: "use", billing_period: "2026-11", state: "complete", reason: null, version: null, token: "t", job_id: null, started_at: "2026-11-24T03:00:00Z", finished_at: "2026-11-24T03:00:09Z", files: 0, rows_read: 336, rows_published: 336, billed: null, quarantined_billed: null, ...noticed, metrics };
  server.use(
    http.get(at("ingestion/v1/kinds"), () => json({ items: [METERS] })),
    http.get(at("ingestion/v1/sources/src-1"), () => json({ ...SOURCE, kind: "meters", name: "use", last_run: run } as unknown as JsonBodyType)),
    http.get(at("ingestion/v1/runs/run-1"), () => json(run)),
  );
  openApp("/admin/connectors/src-1?run=run-1");
  const needs = await screen.findByRole("region", { name: "What it needs", hidden: true });
  expect(needs).toHaveTextContent("cloudwatch:GetMetricData");
  expect(needs).toHaveTextContent("14 metrics of 4 resources, $0.00014");
  expect(screen.getByRole("group", { name: "Newest day", hidden: true })).toHaveTextContent("23 Nov 2026");
  expect(await screen.findByText("10 Nov 2026 to 23 Nov 2026")).toBeVisible();
  expect(screen.getByText("vol-1")).toBeInTheDocument();
});
