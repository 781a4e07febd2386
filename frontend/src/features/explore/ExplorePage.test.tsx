import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("cost is grouped, sorted, and drilled down to the records of a resource", async () => {
  server.use(company());
  const { router } = openApp("/cost/explore?group=ServiceName");
  const user = userEvent.setup();
  const table = await screen.findByRole("table", { name: /^Cost by / });
  const rows = within(table).getAllByRole("row");
  expect(rows.at(-1)).toHaveTextContent(/^Total/);
  const first = within(rows[1] as HTMLElement).getByRole("link");
  const service = first.textContent;
  await user.click(within(table).getByRole("button", { name: "Change" }));
  await waitFor(() => expect(router.state.location.search).toMatchObject({ sort: "-change" }));
  await user.click(screen.getByRole("link", { name: service }));
  expect(await screen.findByRole("button", { name: new RegExp(`Remove filter.*${service}`) })).toBeVisible();

  await user.click(screen.getByRole("link", { name: "Resources" }));
  const resources = await screen.findByRole("table", { name: "Resources" });
  const one = within(within(resources).getAllByRole("row")[1] as HTMLElement).getAllByRole("link")[0] as HTMLElement;
  const id = one.title;
  await user.click(one);
  expect(await screen.findByRole("table", { name: "Records" })).toBeVisible();
  expect(router.state.location.search).toMatchObject({ view: "records", res: id });
  await user.click(screen.getByRole("link", { name: "Show all that match" }));
  expect(await screen.findByText("All that match")).toBeVisible();
  expect(router.state.location.search).not.toHaveProperty("res");
});

test("a filter is made of a dimension, a comparison and values that the server knows", async () => {
  server.use(company());
  const { router } = openApp("/cost/explore");
  const user = userEvent.setup();
  await screen.findByRole("table", { name: /^Cost by / });
  await user.click(screen.getByRole("button", { name: "Add filter" }));
  const form = within(await screen.findByRole("dialog"));
  expect(form.getByRole("button", { name: "Apply" })).toBeDisabled();
  await user.click(form.getByRole("combobox", { name: "Where" }));
  await user.click(await form.findByRole("option", { name: "Region", hidden: true }));
  await user.selectOptions(form.getByLabelText("Comparison"), "is not");
  await user.click(await form.findByRole("checkbox", { name: "eu-central-1" }));
  await user.click(form.getByRole("button", { name: "Apply" }));
  await waitFor(() => expect(router.state.location.search).toEqual({ f: "RegionId:not_in:eu-central-1" }));
  await user.click(await screen.findByRole("button", { name: /^Remove filter: .*eu-central-1/ }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

test("two dimensions and the number of groups are kept in the address", async () => {
  server.use(company());
  const { router } = openApp("/cost/explore?group=ServiceName");
  const user = userEvent.setup();
  await screen.findByRole("table", { name: /^Cost by / });
  await user.click(screen.getByRole("combobox", { name: "then by" }));
  const options = await screen.findAllByRole("option", { name: "Region", hidden: true });
  await user.click(options.at(-1) as HTMLElement);
  await waitFor(() => expect(router.state.location.search).toEqual({ group: ["ServiceName", "RegionId"] }));
  await user.selectOptions(screen.getByRole("combobox", { name: "Rows" }), "5");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ top: "5" }));
  expect((await screen.findAllByText(/^Other \(/)).length).toBeGreaterThan(0);
});

test("a view that nothing matches says which filter to take off", async () => {
  server.use(company());
  const { router } = openApp("/cost/explore?view=resources&f=RegionId:in:moon");
  expect(await screen.findByText("No cost in this view")).toBeVisible();
  await userEvent.setup().click(screen.getByRole("button", { name: "Clear scope and filters" }));
  expect(await screen.findByRole("table", { name: "Resources" })).toBeVisible();
  expect(router.state.location.search).toEqual({ view: "resources" });
});

test("before the first bill there is a way to connect one", async () => {
  server.use(company("empty"));
  openApp("/cost/explore");
  expect(await screen.findByRole("link", { name: /Connectors|Connect/ })).toBeVisible();
  expect(screen.queryByRole("table")).toBeNull();
});
