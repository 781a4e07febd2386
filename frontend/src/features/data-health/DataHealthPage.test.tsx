import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { at, json, openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("a difference to the bill is the first thing that is said, with the hop where it begins", async () => {
  server.use(company("differs"));
  openApp("/admin/data-health");
  const table = await screen.findByRole("table", { name: "Reconciliation" });
  expect(within(table).getByTitle("The first difference appears here")).toHaveTextContent(/differs$/);
  expect(screen.getByText("Largest difference")).toBeVisible();
});

test("a bill that matches at every hop says so", async () => {
  server.use(company("clean"));
  openApp("/admin/data-health");
  expect(await screen.findByText("Difference to the bill")).toBeVisible();
  expect(screen.queryByTitle("The first difference appears here")).toBeNull();
});

test("runs are narrowed by state, and one is opened with what it set aside", async () => {
  server.use(company());
  const { router } = openApp("/admin/data-health?view=runs");
  const user = userEvent.setup();
  const table = await screen.findByRole("table", { name: "Runs" });
  const all = within(table).getAllByRole("row").length;
  await user.selectOptions(screen.getByRole("combobox", { name: "State" }), "Refused");
  await waitFor(() => expect(within(screen.getByRole("table", { name: "Runs" })).getAllByRole("row").length).toBeLessThan(all));
  expect(router.state.location.search).toEqual({ view: "runs", state: "refused" });
  await user.selectOptions(screen.getByRole("combobox", { name: "State" }), "All states");
  await waitFor(() => expect(within(screen.getByRole("table", { name: "Runs" })).getAllByRole("row")).toHaveLength(all));
  router.history.push("/admin/data-health?view=runs&run=run-6");
  const drawer = await screen.findByRole("dialog");
  const aside = await within(drawer).findByRole("region", { name: "Quarantine" });
  expect(await within(aside).findByText("focus-2026-10.csv, line 118")).toBeInTheDocument();
});

test("a dead letter says why it failed and is replayed", async () => {
  const changes: { method: string; path: string; body: unknown }[] = [];
  server.use(company("", changes));
  openApp("/admin/data-health?view=dead-letters");
  const table = await screen.findByRole("table", { name: "Dead letters" });
  await userEvent.setup().click(within(table).getAllByRole("button", { name: "Replay" })[0] as HTMLElement);
  await waitFor(() => expect(changes.map((c) => c.path)).toEqual([expect.stringMatching(/^ingestion\/v1\/dead-letters\/.+\/replay$/)]));
  expect(await within(table).findByText("Sent")).toBeInTheDocument();
});

test("a dead letter of the tag finder is there with the others", async () => {
  const letter = { id: "dl-9", topic: "ownership", key: null, kind: "OwnershipPart", reason: "it names a team that is not known", first_failed_at: "2026-11-23T10:00:00Z", attempts: 3 };
  server.use(http.get(at("compliance/v1/dead-letters"), () => json({ items: [letter] })), company());
  openApp("/admin/data-health?view=dead-letters");
  expect(await screen.findByText("it names a team that is not known")).toBeVisible();
});

test("before the first bill nothing is claimed to match", async () => {
  server.use(company("empty"));
  openApp("/admin/data-health");
  expect(await screen.findByText("Nothing to reconcile yet")).toBeVisible();
});
