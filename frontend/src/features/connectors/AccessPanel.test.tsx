import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, type JsonBodyType, http } from "msw";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Source } from "@/api/types";
import { SESSION } from "@/test/answers";
import { at, json, openApp, server } from "@/test/screen";

const secret = (description: string) => ({ anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }], default: null, description });
const KIND = {
  kind: "bucket", title: "A bucket", description: "Any", gives: "costs",
  options: {
    required: ["location"],
    properties: {
      access_key_id: { anyOf: [{ type: "string" }, { type: "null" }], default: null, "x-access": true },
      secret_access_key: secret("secret of that access key"),
      session_token: secret("where the key is a temporary one"),
      location: { type: "string" },
      region: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
    },
  },
};
const SET_AT = "2026-11-20T10:00:00Z";
const SOURCE: Source = {
  id: "src-1", kind: "bucket", name: "bill", location: "s3://bills", options: { access_key_id: "AKIAOLD", region: "eu-central-1" }, secrets: [{ field: "secret_access_key", set_at: SET_AT }],
  created_at: "2026-11-01T00:00:00Z", state: "ok", reason: null, paused: false, poll_every_s: null, looks_every_s: 3600, next_look_at: "2126-11-24T05:00:00Z",
  last_success_at: null, newest_period: null, job: null, last_run: null, periods: [],
};

const may = (...permissions: string[]) => server.use(http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions })));
const shows = (source: Source) => server.use(http.get(at("ingestion/v1/sources/src-1"), () => json(source as unknown as JsonBodyType)));

/** Keeps what is sent, and shows the source as it is afterwards. */
function saves(after: Partial<Source>): unknown[] {
  const sent: unknown[] = [];
  server.use(
    http.patch(at("ingestion/v1/sources/src-1"), async ({ request }) => {
      sent.push(await request.json());
      shows({ ...SOURCE, ...after });
      return json({ ...SOURCE, ...after } as unknown as JsonBodyType);
    }),
  );
  return sent;
}

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  may("sources:read", "sources:write");
  shows(SOURCE);
  server.use(
    http.get(at("ingestion/v1/kinds"), () => json({ items: [KIND] })),
    http.get(at("ingestion/v1/runs"), () => json({ items: [], next_cursor: null })),
  );
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function access() {
  openApp("/admin/connectors/src-1");
  return within(await screen.findByRole("region", { name: "Access" }));
}

test("a secret that is set is said with its time, and there is no field that could show it", async () => {
  const panel = await access();
  expect(panel.getByRole("group", { name: "Secret access key" })).toHaveTextContent("Set 20 Nov 2026");
  expect(panel.getByRole("group", { name: "Session token" })).toHaveTextContent("Not set");
  expect(panel.getByLabelText("Access key ID")).toHaveValue("AKIAOLD");
  expect(panel.queryByLabelText("Secret access key", { selector: "input" })).toBeNull();
  expect(panel.getByRole("button", { name: "Save" })).toBeDisabled();
  expect(screen.getByRole("region", { name: "Configuration" })).not.toHaveTextContent("AKIAOLD");
});

test("a replacement begins empty and sends no more than what was changed", async () => {
  const sent = saves({ options: { access_key_id: "AKIANEW" }, secrets: [{ field: "secret_access_key", set_at: "2026-11-24T10:00:00Z" }] });
  const panel = await access();
  await userEvent.click(panel.getByRole("button", { name: "Replace Secret access key" }));
  const field = panel.getByLabelText("Secret access key", { selector: "input" });
  expect(field).toHaveValue("");
  expect(field).toHaveAttribute("type", "password");
  await userEvent.type(field, "new secret");
  await userEvent.clear(panel.getByLabelText("Access key ID"));
  await userEvent.type(panel.getByLabelText("Access key ID"), "AKIANEW");
  await userEvent.click(panel.getByRole("button", { name: "Save" }));
  expect(await panel.findByText("Saved. Check it to see that it gets in.")).toBeVisible();
  expect(sent).toEqual([{ options: { secret_access_key: "new secret", access_key_id: "AKIANEW" } }]);
  expect(panel.getByRole("group", { name: "Secret access key" })).toHaveTextContent("Set 24 Nov 2026");
  expect(document.body.innerHTML).not.toContain("new secret");
});

test("a secret is set, thought better of, and removed", async () => {
  const sent = saves({ secrets: [] });
  const panel = await access();
  await userEvent.click(panel.getByRole("button", { name: "Set Session token" }));
  await userEvent.type(panel.getByLabelText("Session token", { selector: "input" }), "t");
  await userEvent.click(panel.getByRole("button", { name: "Do not set it: Session token" }));
  expect(panel.getByRole("button", { name: "Save" })).toBeDisabled();
  await userEvent.click(panel.getByRole("button", { name: "Remove Secret access key" }));
  expect(panel.getByText("Will be removed when you save")).toBeVisible();
  await userEvent.click(panel.getByRole("button", { name: "Save" }));
  expect(await panel.findAllByText("Not set")).toHaveLength(2);
  expect(sent).toEqual([{ options: { secret_access_key: "" } }]);
});

test("what the server refuses is said, and what was typed stays to be put right", async () => {
  const detail = "secret session_token: there is no key to encrypt secrets with: set FINCC_SECRET_KEYS or FINCC_SECRET_KEYS_FILE";
  server.use(http.patch(at("ingestion/v1/sources/src-1"), () => HttpResponse.json({ title: "There is no key", status: 422, detail }, { status: 422, headers: { "Content-Type": "application/problem+json" } })));
  const panel = await access();
  await userEvent.click(panel.getByRole("button", { name: "Set Session token" }));
  await userEvent.type(panel.getByLabelText("Session token", { selector: "input" }), "t");
  await userEvent.click(panel.getByRole("button", { name: "Save" }));
  expect(await panel.findByText(detail)).toBeVisible();
  expect(panel.getByLabelText("Session token", { selector: "input" })).toHaveValue("t");
});

test("who may only look sees what is set and nothing to change", async () => {
  may("sources:read");
  const panel = await access();
  expect(panel.getByText("AKIAOLD")).toBeVisible();
  expect(panel.getByText(/^set 20 Nov 2026/)).toBeVisible();
  expect(panel.queryByRole("button")).toBeNull();
});

test("in the wizard secrets are typed blind, apart from what is read, and sent once", async () => {
  const checked: unknown[] = [];
  server.use(http.post(at("ingestion/v1/checks"), async ({ request }) => (checked.push(await request.json()), json({ ok: false, steps: [{ step: "reachable", ok: false, detail: "no" }] }))));
  openApp("/admin/connectors?add=bucket");
  await userEvent.type(await screen.findByLabelText("Name"), "bill");
  await userEvent.type(screen.getByLabelText("Location"), "s3://bills");
  const group = within(screen.getByRole("group", { name: "How it gets in" }));
  const field = group.getByLabelText("Secret access key", { selector: "input" });
  expect(field).toHaveAttribute("type", "password");
  expect(field).toHaveAttribute("autocomplete", "new-password");
  expect(group.queryByLabelText("Region")).toBeNull();
  await userEvent.type(group.getByLabelText("Access key ID"), "AKIA");
  await userEvent.type(field, " hush ");
  await userEvent.click(screen.getByRole("button", { name: "Check it" }));
  expect(await screen.findByText("Can be reached: no")).toBeVisible();
  expect(checked).toEqual([{ kind: "bucket", location: "s3://bills", options: { access_key_id: "AKIA", secret_access_key: " hush " } }]);
});
