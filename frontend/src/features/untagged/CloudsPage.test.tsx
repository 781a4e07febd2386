import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("what could not be read comes first, with the right that is missing, and leads to its steps", async () => {
  server.use(company());
  openApp("/governance/clouds");
  const faults = await screen.findByRole("region", { name: "What could not be read" });
  expect(faults).toHaveTextContent("allow tag:GetResources");
  // A paused list is not looked at, so its failure is no news.
  expect(faults).not.toHaveTextContent("Old platform");
  const user = userEvent.setup();
  await user.click(within(faults).getByRole("button", { name: "Steps of Trading accounts" }));
  const drawer = await screen.findByRole("dialog", { name: "Trading accounts" });
  await user.click(await within(drawer).findByRole("button", { name: "Pause" }));
  expect(await within(drawer).findByRole("button", { name: "Resume" })).toBeInTheDocument();
  await user.click(within(drawer).getByRole("button", { name: "Resume" }));
  expect(await within(drawer).findByRole("button", { name: "Pause" })).toBeInTheDocument();
});

test("accounts are checked before they are stored, and what is changed afterwards is checked again", async () => {
  const changes: { method: string; path: string; body: unknown }[] = [];
  server.use(company("", changes));
  const { router } = openApp("/governance/clouds?add=aws");
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Check them" }));
  expect(screen.getByLabelText("Name")).toHaveFocus();
  expect(changes).toEqual([]);
  await user.type(screen.getByLabelText("Name"), "Retail accounts");
  await user.type(screen.getByLabelText("Role name"), "nowhere");
  await user.type(screen.getByLabelText("Accounts"), "210000000008");
  await user.click(screen.getByRole("button", { name: "Check them" }));
  expect(await screen.findByRole("heading", { name: "They cannot be read in full" })).toHaveFocus();
  await user.clear(screen.getByLabelText("Role name"));
  expect(screen.queryByRole("heading", { name: "They cannot be read in full" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Check them" }));
  expect(await screen.findByRole("heading", { name: "They can be read" })).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.getByLabelText("Name")).toHaveAccessibleDescription(/exists; choose another name/));
  await user.type(screen.getByLabelText("Name"), " 2");
  await user.click(screen.getByRole("button", { name: "Check them" }));
  await user.click(await screen.findByRole("button", { name: "Save" }));
  const drawer = await screen.findByRole("dialog", { name: "Retail accounts 2" });
  expect(router.state.location.search).toEqual({ open: "inv-retail-accounts-2" });

  await user.click(within(drawer).getByRole("button", { name: "Remove…" }));
  await user.type(within(drawer).getByLabelText("Type Retail accounts 2 to remove it"), "Retail");
  expect(within(drawer).getByRole("button", { name: "Remove it" })).toBeDisabled();
  await user.type(within(drawer).getByLabelText("Type Retail accounts 2 to remove it"), " accounts 2");
  await user.click(within(drawer).getByRole("button", { name: "Remove it" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(changes.at(-1)).toMatchObject({ method: "DELETE", path: "compliance/v1/inventories/inv-retail-accounts-2" });
});

test("a secret of a cloud is said to be set, replaced and removed, and never shown", async () => {
  const changes: { method: string; path: string; body: unknown }[] = [];
  server.use(company("", changes));
  openApp("/governance/clouds?open=inv-1");
  const user = userEvent.setup();
  const drawer = await screen.findByRole("dialog", { name: "Retail accounts" });
  const access = within(await within(drawer).findByRole("region", { name: "Access" }));
  expect(access.getByRole("group", { name: "Secret access key" })).toHaveTextContent("Set 20 Nov 2026");
  expect(access.getByRole("group", { name: "External ID" })).toHaveTextContent("Not set");
  expect(access.getByLabelText("Access key ID")).toHaveValue("AKIARETAIL");
  expect(access.queryByLabelText("Secret access key", { selector: "input" })).toBeNull();

  await user.click(access.getByRole("button", { name: "Remove Secret access key" }));
  await user.click(access.getByRole("button", { name: "Save" }));
  expect(await access.findByText(/go together; give both or neither/)).toBeVisible();
  await user.click(access.getByRole("button", { name: "Keep it: Secret access key" }));

  await user.click(access.getByRole("button", { name: "Set External ID" }));
  const field = access.getByLabelText("External ID", { selector: "input" });
  expect(field).toHaveAttribute("type", "password");
  await user.type(field, "acme-hush");
  await user.click(access.getByRole("button", { name: "Save" }));
  expect(await access.findByText("Saved. Scan now to see that it gets in.")).toBeVisible();
  expect(access.getByRole("group", { name: "External ID" })).toHaveTextContent("Set ");
  expect(changes.at(-1)).toMatchObject({ method: "PATCH", path: "compliance/v1/inventories/inv-1", body: { external_id: "acme-hush" } });
  expect(document.body.innerHTML).not.toContain("acme-hush");
});

test("keys are typed blind where accounts are added, and sent with the check", async () => {
  const changes: { method: string; path: string; body: unknown }[] = [];
  server.use(company("", changes));
  openApp("/governance/clouds?add=aws");
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText("Name"), "Keyed accounts");
  await user.type(screen.getByLabelText("Accounts"), "210000000008");
  const group = within(screen.getByRole("group", { name: "How they are entered" }));
  await user.type(group.getByLabelText("Access key ID"), "AKIA");
  const field = group.getByLabelText("Secret access key", { selector: "input" });
  expect(field).toHaveAttribute("type", "password");
  expect(field).toHaveAttribute("autocomplete", "new-password");
  await user.type(field, "hush");
  await user.click(screen.getByRole("button", { name: "Check them" }));
  await user.click(await screen.findByRole("button", { name: "Save" }));
  const drawer = await screen.findByRole("dialog", { name: "Keyed accounts" });
  expect(within(drawer).getByRole("group", { name: "Secret access key" })).toHaveTextContent("Set ");
  expect(changes.at(-1)?.body).toMatchObject({ access_key_id: "AKIA", secret_access_key: "hush", external_id: null });
  expect(document.body.innerHTML).not.toContain("hush");
});

test("without any cloud it is said what one would add", async () => {
  server.use(company("empty"));
  openApp("/governance/clouds");
  expect(await screen.findByText("No cloud is listed yet")).toBeVisible();
  expect(screen.getByRole("link", { name: "Add cloud accounts" })).toHaveAttribute("href", "/governance/clouds?add=aws");
});
