import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, type JsonBodyType, http } from "msw";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { SESSION } from "@/test/answers";
import { at, json, openApp, problem, server } from "@/test/screen";
import type { Binding, Person, Roles } from "./types";

const see = { name: "costs:read", about: "See costs", at_nodes: true };
const health = { name: "health:read", about: "See reconciliation", at_nodes: false };
const ROLES: Roles = {
  items: [
    { name: "viewer", title: "Viewer", about: "Sees costs", permissions: [see] },
    { name: "engineer", title: "Engineer", about: "Sees more", permissions: [see, health] },
  ],
  permissions: [see, health],
  may_give_everywhere: true,
  may_give_at: [],
};
const GRACE: Binding = {
  id: "b-1", principal: { kind: "user", id: "u-2", name: "grace", display_name: null, is_disabled: false }, role: { name: "viewer", title: "Viewer" },
  node: { id: "bu-1", name: "Pay", path: ["Retail", "Pay"] }, gives: ["costs:read"], note: null, why_not_remove: null, created_at: "2026-11-01T00:00:00Z", created_by: "admin",
};
const PERSON: Person = {
  id: "u-2", name: "grace", display_name: null, email: null, groups: [], issuer: null, is_disabled: false, must_change_password: true, last_sign_in_at: null, sessions: 1, created_at: "2026-11-01T00:00:00Z",
};

const may = (...permissions: string[]) => server.use(http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions })));
const roles = (over: Partial<Roles> = {}) => server.use(http.get(at("gateway/v1/access/roles"), () => json({ ...ROLES, ...over } as unknown as JsonBodyType)));
const given = (items: Binding[], hidden = 0) => server.use(http.get(at("gateway/v1/access/bindings"), () => json({ items, hidden } as unknown as JsonBodyType)));

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  may("access:read", "access:write", "costs:read");
  roles();
  given([GRACE]);
  server.use(http.get(at("gateway/v1/users"), () => json({ items: [PERSON] } as unknown as JsonBodyType)));
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("the menu leads to access for those who may see it alone", async () => {
  may("costs:read", "ownership:read");
  openApp("/admin/hierarchy");
  expect(await screen.findByRole("link", { name: "Hierarchy" })).toBeVisible();
  await waitFor(() => expect(screen.queryByRole("link", { name: "Access" })).toBeNull());
});

test("who may not see access is told so", async () => {
  may("costs:read");
  server.use(http.get(at("gateway/v1/access/roles"), () => problem(403)));
  openApp("/admin/access");
  expect(await screen.findByText("You may not see the roles")).toBeVisible();
});

test("who may only look is offered nothing to change", async () => {
  may("access:read");
  openApp("/admin/access?add=role");
  expect(await screen.findByRole("table", { name: "Roles given" })).toHaveTextContent("Retail › Pay");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(screen.queryByRole("button", { name: /Remove/ })).toBeNull();
});

test("a role that was taken is given back", async () => {
  const asked: unknown[] = [];
  server.use(
    http.delete(at("gateway/v1/access/bindings/b-1"), () => new HttpResponse(null, { status: 204 })),
    http.post(at("gateway/v1/access/bindings"), async ({ request }) => {
      asked.push(await request.json());
      return json(GRACE as unknown as JsonBodyType, 201);
    }),
  );
  openApp("/admin/access");
  await userEvent.click(await screen.findByRole("button", { name: "Remove Viewer of grace" }));
  expect(await screen.findByText(/grace is not Viewer at Retail › Pay any more/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() => expect(asked).toEqual([{ role: "viewer", node: "bu-1", user: "u-2" }]));
});

test("the own role is not taken by one click", async () => {
  given([{ ...GRACE, principal: { ...GRACE.principal, id: SESSION.user.id, name: "admin" } }]);
  openApp("/admin/access");
  const button = await screen.findByRole("button", { name: "Remove Viewer of admin" });
  await userEvent.click(button);
  expect(button).toHaveTextContent("Remove my own role");
});

test("an own role that is given back brings back what it allows", async () => {
  given([{ ...GRACE, principal: { ...GRACE.principal, id: SESSION.user.id, name: "admin" } }]);
  server.use(
    http.delete(at("gateway/v1/access/bindings/b-1"), () => {
      may("access:read", "access:write");
      return new HttpResponse(null, { status: 204 });
    }),
    http.post(at("gateway/v1/access/bindings"), () => {
      may("access:read", "access:write", "costs:read");
      return json(GRACE as unknown as JsonBodyType, 201);
    }),
  );
  openApp("/admin/access");
  const button = await screen.findByRole("button", { name: "Remove Viewer of admin" });
  await userEvent.click(button);
  await userEvent.click(button);
  await waitFor(() => expect(screen.queryByRole("link", { name: "Cost by team" })).toBeNull());
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  expect(await screen.findByRole("link", { name: "Cost by team" })).toBeVisible();
});

test("a role that is not the asker's to take says why", async () => {
  given([{ ...GRACE, why_not_remove: "you may give and take roles at Find" }], 2);
  openApp("/admin/access");
  expect(await screen.findByText("Not yours to take: you may give and take roles at Find")).toBeVisible();
  expect(screen.getByText("2 more are at places you may not see.")).toBeVisible();
});

test("the meaning of a role says what it does not give at a node, and a wrong name is told beside it", async () => {
  server.use(
    http.post(at("gateway/v1/access/bindings"), () =>
      HttpResponse.json({ title: "Invalid", status: 422, detail: "no", errors: [{ field: "user", message: "there is no user 'nobody'" }] }, { status: 422, headers: { "Content-Type": "application/problem+json" } }),
    ),
  );
  openApp("/admin/access?add=role");
  const dialog = within(await screen.findByRole("dialog", { name: "Give a role" }));
  await userEvent.click(dialog.getByRole("button", { name: "Give the role" }));
  expect(dialog.getByText("Say who")).toBeVisible();
  await userEvent.selectOptions(dialog.getByLabelText("Role"), "engineer");
  await userEvent.click(dialog.getByRole("button", { name: "Place: Everything" }));
  await userEvent.click(await screen.findByRole("option", { name: /^Pay ?Unit/ }));
  expect(dialog.getByText(/does not give what is about the whole installation: see reconciliation/)).toBeVisible();
  await userEvent.type(dialog.getByLabelText("User name"), "nobody");
  await userEvent.click(dialog.getByRole("button", { name: "Give the role" }));
  expect(await dialog.findByText("there is no user 'nobody'")).toBeVisible();
});

test("who gives roles at a node is offered that node and those below it alone, and changes no users", async () => {
  roles({ may_give_everywhere: false, may_give_at: [{ id: "bu-1", name: "Pay", path: ["Retail", "Pay"] }] });
  openApp("/admin/access?add=role");
  const dialog = within(await screen.findByRole("dialog", { name: "Give a role" }));
  await userEvent.type(dialog.getByLabelText("User name"), "grace");
  await userEvent.click(dialog.getByRole("button", { name: "Give the role" }));
  expect(dialog.getByText("Pick the node: you may not give roles everywhere")).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Place: Pick one" }));
  expect((await screen.findAllByRole("option")).map((o) => o.textContent)).toEqual(expect.arrayContaining(["PayUnit", "PaymentsTeam"]));
  expect(screen.queryByRole("option", { name: /Retail/ })).toBeNull();
});

test("an initial password is shown once, after it was asked for", async () => {
  server.use(http.post(at("gateway/v1/users/grace/password"), () => json({ id: "u-2", password: "abcde-fghjk" })));
  openApp("/admin/access?view=users");
  expect(await screen.findByText("Initial password")).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Reset password of grace" }));
  expect(await screen.findByText("abcde-fghjk")).toBeVisible();
});

test("disabling takes two clicks", async () => {
  const asked: unknown[] = [];
  server.use(
    http.patch(at("gateway/v1/users/grace"), async ({ request }) => {
      asked.push(await request.json());
      return new HttpResponse(null, { status: 204 });
    }),
  );
  openApp("/admin/access?view=users");
  await userEvent.click(await screen.findByRole("button", { name: "Disable grace" }));
  expect(asked).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "Disable now: grace" }));
  await waitFor(() => expect(asked).toEqual([{ is_disabled: true }]));
});

test("the answer to why names the role and the way down, or what is missing", async () => {
  const answer = { user: { id: "u-2", name: "grace" }, permission: "costs:read", about: "See costs", node: { id: "t-1", name: "Payments", path: ["Retail", "Pay", "Payments"] } };
  server.use(
    http.get(at("gateway/v1/access/explanation"), ({ request }) =>
      new URL(request.url).searchParams.get("permission") === "costs:read"
        ? json({ ...answer, allowed: true, missing: [], given_by: [{ binding_id: "b-1", group: "people", role: GRACE.role, node: GRACE.node, way: ["Pay", "Payments"] }] } as unknown as JsonBodyType)
        : json({ ...answer, allowed: false, given_by: [], missing: ["no role of grace allows it"] } as unknown as JsonBodyType),
    ),
  );
  openApp("/admin/access?view=why&user=grace&node=t-1");
  expect(await screen.findByText("Viewer at Retail › Pay, by the group people")).toHaveTextContent("from there down to Pay › Payments");
  expect(screen.getByText("grace may see costs, at Retail › Pay › Payments.")).toBeVisible();
  await userEvent.selectOptions(screen.getByLabelText("May they"), "health:read");
  expect(await screen.findByText("no role of grace allows it")).toBeVisible();
  expect(screen.getByText("grace may not see costs, at Retail › Pay › Payments.")).toBeVisible();
});

test("who has an initial password is led to where it is changed", async () => {
  server.use(http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions: ["account:write"], must_change_password: true })));
  const { router } = openApp("/account");
  expect(await screen.findByText(/Your password is an initial one/)).toBeVisible();
  expect(screen.queryByRole("region", { name: "API tokens" })).toBeNull();
  expect(router.state.location.pathname).toBe("/account");
});
