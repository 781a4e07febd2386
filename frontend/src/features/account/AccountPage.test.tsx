import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { at, json, openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function openPanel(name: string) {
  openApp("/account");
  return { user: userEvent.setup(), panel: within(await screen.findByRole("region", { name })) };
}

async function askForToken() {
  const { user, panel } = await openPanel("API tokens");
  await user.type(panel.getByLabelText("Name"), "nightly");
  await user.selectOptions(panel.getByLabelText("Valid for"), "30 days");
  await user.click(panel.getByRole("button", { name: "Make a token" }));
  return { user, panel };
}

test("a password is changed only when the new one is said twice, and a refusal stands at its field", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post(at("gateway/v1/password"), async ({ request }) => {
      sent.push(await request.json());
      return sent.length > 1 ? new Response(null, { status: 204 }) : json({ title: "Invalid", status: 422, detail: "too short", errors: [{ field: "new_password", message: "at least 12 characters" }] }, 422);
    }),
    company(),
  );
  const { user, panel: form } = await openPanel("Password");
  await user.type(form.getByLabelText("Password now"), "old one");
  await user.type(form.getByLabelText("New password"), "short");
  await user.type(form.getByLabelText("New password again"), "shorter");
  await user.click(form.getByRole("button", { name: "Change password" }));
  expect(form.getByLabelText("New password again")).toHaveAccessibleDescription("This is not the same as the new password");
  expect(sent).toEqual([]);
  await user.clear(form.getByLabelText("New password again"));
  await user.type(form.getByLabelText("New password again"), "short");
  await user.click(form.getByRole("button", { name: "Change password" }));
  expect(await form.findByText("at least 12 characters")).toBeVisible();
  await user.click(form.getByRole("button", { name: "Change password" }));
  expect(await form.findByText("The password is changed.")).toBeVisible();
  expect(form.getByLabelText("Password now")).toHaveValue("");
  expect(sent[0]).toEqual({ old_password: "old one", new_password: "short" });
});

test("a token that is refused can be asked for again with what was typed", async () => {
  server.use(
    http.post(at("gateway/v1/tokens"), () => json({ title: "Invalid", status: 422, detail: "give at least one permission" }, 422)),
    company(),
  );
  const { panel } = await askForToken();
  expect(await panel.findByText("give at least one permission")).toBeVisible();
  expect(panel.getByLabelText("Name")).toHaveValue("nightly");
  expect(panel.getByLabelText("Valid for")).toHaveValue("30");
});

test("a token is shown once when it is made, and revoked in two steps", async () => {
  const changes: { method: string; path: string; body: unknown }[] = [];
  server.use(company("", changes));
  const { user, panel } = await askForToken();
  expect(await panel.findByText("fin_fixture_only_shown_once")).toBeVisible();
  expect(changes.at(-1)).toMatchObject({ path: "gateway/v1/tokens", body: { name: "nightly" } });
  const table = await panel.findByRole("table", { name: "API tokens" });
  const revoke = within(table).getAllByRole("button", { name: "Revoke" })[0] as HTMLElement;
  await user.click(revoke);
  expect(changes.filter((c) => c.method === "DELETE")).toEqual([]);
  await user.click(within(table).getByRole("button", { name: "Revoke for good" }));
  expect(changes.at(-1)).toMatchObject({ method: "DELETE", path: "gateway/v1/tokens/tok-1" });
});
