import { screen, within } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

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
