import { screen, within } from "@testing-library/react";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SESSION } from "@/test/answers";
import { company } from "@/test/company";
import { at, json, openApp, problem, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

test("what moved most is named, and with the rest makes the whole change", async () => {
  server.use(company());
  openApp("/");
  const table = await screen.findByRole("table", { name: /moved|movers|change/i });
  const amounts = [...table.querySelectorAll<HTMLDataElement>("tbody data")].map((d) => Number(d.value));
  const whole = [...table.querySelectorAll<HTMLDataElement>("tfoot data")].map((d) => Number(d.value));
  expect(amounts.length).toBeGreaterThan(5);
  expect(whole.length).toBeGreaterThan(0);
  expect(await screen.findByRole("region", { name: "Daily cost" })).toBeVisible();
  expect(screen.queryByRole("region", { name: "First steps" })).toBeNull();
});

test("a new organisation finds its first steps, and no figure that nothing stands behind", async () => {
  server.use(company("empty"));
  openApp("/");
  const steps = await screen.findByRole("region", { name: "First steps" });
  expect(within(steps).getByRole("link", { name: "Connect: Connect a bill" })).toHaveAttribute("href", "/admin/connectors");
  expect(within(steps).getByRole("link", { name: "Import: Import the hierarchy" })).toBeVisible();
  expect(screen.queryByRole("region", { name: "Daily cost" })).toBeNull();
  expect(document.querySelector("main data")).toBeNull();
});

test("a cost service that fails leaves what the others know", async () => {
  server.use(company("no-cockpit"));
  openApp("/");
  expect(await screen.findByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

test("who sees a part of the company is asked nothing about the whole", async () => {
  const asked: string[] = [];
  const refuse = (path: string) => http.get(at(path), () => {
    asked.push(path);
    return problem(403);
  });
  server.use(company());
  server.use(
    refuse("cockpit/v1/reconciliation"),
    refuse("ingestion/v1/sources"),
    http.get(at("gateway/v1/session"), () => json({ ...SESSION, permissions: ["costs:read", "sources:read"], limited: ["costs:read", "sources:read"] })),
  );
  openApp("/");
  expect(await screen.findByRole("region", { name: "Daily cost" })).toBeVisible();
  expect(screen.queryByRole("region", { name: "Data health" })).toBeNull();
  expect(asked).toEqual([]);
});
