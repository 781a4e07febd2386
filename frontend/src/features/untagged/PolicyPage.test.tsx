import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("a policy is changed in a form, tested, and published only after that", async () => {
  const changes: { method: string; path: string; body: unknown }[] = [];
  server.use(company("", changes));
  openApp("/governance/policy");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Edit cost-center" }));
  const form = within(await screen.findByRole("dialog", { name: "Required tag cost-center" }));
  const pattern = form.getByLabelText("Pattern that the whole value matches, if it has one");
  await user.clear(pattern);
  await user.type(pattern, "CC-(?=x)");
  await user.click(form.getByRole("button", { name: "Take over" }));
  expect(await screen.findByText("Unsaved changes")).toBeVisible();
  expect(screen.getByRole("button", { name: "Publish" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Test" }));
  const mistakes = await screen.findByRole("list", { name: "Mistakes in the policy" });
  expect(mistakes).toHaveTextContent("the pattern is no regular expression");
  expect(screen.getByRole("button", { name: "Publish" })).toBeDisabled();
  await user.click(within(mistakes).getByRole("button", { name: "See it in the text" }));
  const text = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Policy document" });
  expect(text.value).toContain("# Who pays.");
  const mine = text.value.replace(/pattern: .*/, "pattern: CC-1234");
  await user.clear(text);
  await user.click(text);
  await user.paste(mine);
  await user.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByRole("heading", { name: "223 findings instead of 211" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Publish" }));
  expect(await screen.findByText(/^The policy is published\./)).toBeVisible();
  expect(changes.at(-1)).toEqual({ method: "PUT", path: "compliance/v1/policies/active", body: mine });
});

test("a version of before is used again as a draft, which a click on the menu does not lose", async () => {
  server.use(company());
  const { router } = openApp("/governance/policy?view=versions");
  const user = userEvent.setup();
  const versions = await screen.findByRole("table", { name: "Versions" });
  await user.click(within(within(versions).getAllByRole("row").at(-1) as HTMLElement).getByRole("button"));
  await user.click(await screen.findByRole("button", { name: "Use again" }));
  expect(await screen.findByText("Unsaved changes")).toBeVisible();
  await user.click(screen.getByRole("link", { name: "Overview" }));
  const dialog = await screen.findByRole("dialog", { name: "Leave without publishing?" });
  await user.click(within(dialog).getByRole("button", { name: "Stay" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(router.state.location.pathname).toBe("/governance/policy");
});

test("without a policy one to begin with is offered, and a tag is asked for once only", async () => {
  server.use(company("empty"));
  openApp("/governance/untagged");
  const user = userEvent.setup();
  expect(await screen.findByText("No tag policy yet")).toBeVisible();
  await user.click(await screen.findByRole("button", { name: "Add a tag" }));
  const form = within(await screen.findByRole("dialog", { name: "New required tag" }));
  await user.type(form.getByLabelText("Key"), "Squad");
  await user.click(form.getByRole("button", { name: "Add it" }));
  expect(await form.findByRole("alert")).toHaveTextContent("belongs to another required tag already");
  await user.clear(form.getByLabelText("Key"));
  await user.type(form.getByLabelText("Key"), "env");
  await user.selectOptions(form.getByLabelText("What it may say"), "One of these values");
  await user.type(form.getByLabelText("Allowed values, one in a line"), "prod{Enter}no");
  await user.click(form.getByRole("button", { name: "Add it" }));
  expect(await screen.findByRole("list", { name: "Required tags" })).toHaveTextContent("One of “prod”, “no”. Asked of every resource.");
});
