import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("what nobody owns is given to the team that it looks like, and taken back", async () => {
  server.use(company());
  openApp("/admin/rules?view=unmatched");
  const user = userEvent.setup();
  const table = await screen.findByRole("table", { name: "Unmatched costs" });
  const rows = (): number => within(screen.getByRole("table", { name: "Unmatched costs" })).getAllByRole("row").length;
  const before = rows();
  await user.click(within(table).getByRole("button", { name: "Tag team “kuberntes”" }));
  const group = await screen.findByRole("dialog", { name: "Tag team “kuberntes”" });
  await waitFor(() => expect(within(group).getByRole("combobox", { name: "Belongs to" })).toHaveValue("Kubernetes"));
  await user.click(within(group).getByRole("button", { name: "Give to this team" }));
  expect(await screen.findByText(/moved from Unattributable to Kubernetes/)).toBeVisible();
  await waitFor(() => expect(rows()).toBe(before - 1));
  await user.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(rows()).toBe(before));
});

test("charges that say nothing are given to nobody", async () => {
  server.use(company());
  openApp("/admin/rules?view=unmatched");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "No tag and no account" }));
  expect(await screen.findByText(/^These charges say nothing that a rule could tell them by/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Give to this team" })).toBeNull();
});

test("an owner is explained rule by rule, and an unknown key is said to be one", async () => {
  server.use(company());
  openApp("/admin/rules?explain=key-1");
  const steps = await screen.findByRole("list", { name: "Rules in order" });
  expect(within(steps).getAllByRole("listitem").length).toBeGreaterThan(3);
  const user = userEvent.setup();
  await user.clear(screen.getByLabelText("Attribution key"));
  await user.type(screen.getByLabelText("Attribution key"), "xyz{Enter}");
  expect(await screen.findByText("No charge has this key")).toBeVisible();
});

test("a rule is written as a form, moved, tried with sums that cancel out, and published", async () => {
  server.use(company());
  openApp("/admin/rules");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Add a rule" }));
  const form = within(await screen.findByRole("dialog", { name: "New rule" }));
  await user.click(form.getByRole("button", { name: "Add as the last rule" }));
  expect(await form.findByRole("alert")).toHaveTextContent("small letters");
  await user.type(form.getByLabelText("Id"), "gpu");
  await user.type(form.getByLabelText("Value"), "012");
  await user.click(form.getByRole("button", { name: "Add a group" }));
  const inner = within(form.getByRole("group", { name: "Any of these" }));
  await user.selectOptions(inner.getByLabelText("Column"), "Tag");
  await user.type(inner.getByLabelText("Tag key"), "purpose");
  await user.selectOptions(inner.getByLabelText("Comparison"), "is one of");
  await user.type(inner.getByLabelText("Values, one in a line"), "training{Enter}no");
  await user.type(form.getByLabelText("Team id"), "team-machine-learning");
  await user.click(form.getByRole("button", { name: "Add as the last rule" }));
  const words = "If ServiceName is “012” and tag purpose is one of “training”, “no”: team Machine Learning.";
  expect(await screen.findByText(words)).toBeVisible();
  expect(screen.getByRole("button", { name: "Publish" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Dry run" }));
  const table = await screen.findByRole("table", { name: "Change by team" });
  const moved = [...table.querySelectorAll<HTMLDataElement>("tbody data")].map((d) => d.value);
  expect(moved.length).toBeGreaterThan(1);
  expect(screen.getByText(/Gains and losses cancel out exactly/)).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Publish" }));
  expect(await screen.findByText(/^The rules are published\./)).toBeVisible();
});

test("an earlier version of the rules is used again as a draft, and discarded", async () => {
  server.use(company());
  openApp("/admin/rules?view=versions");
  const user = userEvent.setup();
  const versions = await screen.findByRole("table", { name: "Versions" });
  await user.click(within(within(versions).getAllByRole("row").at(-1) as HTMLElement).getByRole("button"));
  await user.click(await screen.findByRole("button", { name: "Use again" }));
  expect(await screen.findByText("Unsaved changes")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Discard" }));
  expect(await screen.findByText("As published.")).toBeVisible();
});
