import { screen } from "@testing-library/react";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SESSION } from "@/test/answers";
import { at, json, openApp, problem, server } from "@/test/screen";

beforeAll(() => server.listen());
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const PROVIDER = { title: "Example ID", href: "/signin/oidc" };
const waysIn = (password: boolean, provider: typeof PROVIDER | null) => server.use(http.get(at("gateway/v1/sign-in"), () => json({ password, provider })));

test("the company account is offered and comes back to the page that was asked for", async () => {
  waysIn(true, PROVIDER);
  openApp("/sign-in?next=%2Fcost%2Fteams%3Frange%3D90d");
  const link = await screen.findByRole("link", { name: "Sign in with Example ID" });
  expect(link).toHaveAttribute("href", "/signin/oidc?next=%2Fcost%2Fteams%3Frange%3D90d");
  expect(screen.getByLabelText("User name")).toBeVisible();
});

test("where passwords are switched off there is no field for one", async () => {
  waysIn(false, PROVIDER);
  openApp("/sign-in");
  expect(await screen.findByRole("link", { name: "Sign in with Example ID" })).toHaveAttribute("href", "/signin/oidc");
  expect(screen.queryByLabelText("User name")).toBeNull();
});

test("a server that does not say how to sign in may still take a password", async () => {
  server.use(http.get(at("gateway/v1/sign-in"), () => problem(500)));
  openApp("/sign-in");
  expect(await screen.findByLabelText("User name")).toBeVisible();
});

test("somebody without a role reads who they are and whom to ask, and has no menu", async () => {
  const user = { ...SESSION.user, name: "ann", display_name: "Ann Example", email: "ann@example.com", groups: ["platform", "everybody"] };
  server.use(http.get(at("gateway/v1/session"), () => json({ ...SESSION, user, permissions: ["account:write"], access_contact: "#finops-help" })));
  openApp("/cost/teams");
  expect(await screen.findByRole("heading", { name: "No access yet" })).toBeVisible();
  expect(screen.getByText("Ann Example")).toBeVisible();
  expect(screen.getByText("Ask #finops-help for access.")).toBeVisible();
  expect(screen.getByText(/platform, everybody/)).toBeVisible();
  expect(screen.queryByRole("navigation")).toBeNull();
});
