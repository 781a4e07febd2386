import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("a range is chosen from the list or by its days, and moved with brackets", async () => {
  server.use(company());
  const { router } = openApp("/cost/teams");
  const user = userEvent.setup();
  await screen.findByRole("table", { name: /Cost by|teams/i });
  await user.click(screen.getByRole("button", { name: /^Time: / }));
  const panel = await screen.findByRole("group", { name: "Range" });
  await user.click(within(panel).getByRole("button", { name: "Last 7 days" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ range: "7d" }));
  await user.click(screen.getByRole("button", { name: "Time: Last 7 days" }));
  await user.clear(await screen.findByLabelText("First day"));
  await user.type(screen.getByLabelText("First day"), "2026-11-20");
  await user.clear(screen.getByLabelText("Last day"));
  await user.type(screen.getByLabelText("Last day"), "2026-11-10");
  await user.click(screen.getByRole("button", { name: "Apply" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The first day lies after the last one.");
  await user.clear(screen.getByLabelText("First day"));
  await user.type(screen.getByLabelText("First day"), "2026-11-01");
  await user.click(screen.getByRole("button", { name: "Apply" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ from: "2026-11-01", to: "2026-11-10" }));
  await waitFor(() => expect(screen.queryByLabelText("First day")).toBeNull());
  await user.keyboard("[[");
  await waitFor(() => expect(router.state.location.search).toEqual({ from: "2026-10-22", to: "2026-10-31" }));
});

test("a scope is found by a part of its name, and taken off again", async () => {
  server.use(company());
  const { router } = openApp("/cost/teams");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Scope: Everything" }));
  await user.type(await screen.findByRole("textbox", { name: "Find a scope" }), "kubern");
  await user.click(await screen.findByRole("option", { name: /^Kubernetes/ }));
  await waitFor(() => expect(router.state.location.search).toEqual({ scope: "team-kubernetes" }));
  await user.click(await screen.findByRole("button", { name: "Scope: Kubernetes" }));
  await user.click(await screen.findByRole("option", { name: "Everything" }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});
