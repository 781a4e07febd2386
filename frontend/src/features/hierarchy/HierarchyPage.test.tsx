import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const rowNames = (table: HTMLElement): string[] => within(table).getAllByRole("rowheader").map((h) => h.textContent ?? "");

test("the tree is searched with the ancestors of what is found, folded, and dated by its address", async () => {
  server.use(company());
  const { router } = openApp("/admin/hierarchy");
  const user = userEvent.setup();
  const table = await screen.findByRole("table", { name: "Hierarchy" });
  const all = rowNames(table).length;
  await user.click(within(table).getByRole("button", { name: "Collapse Markets and Treasury" }));
  await waitFor(() => expect(rowNames(table).length).toBeLessThan(all));
  expect(router.state.location.search).toEqual({ closed: "bg-markets-and-treasury" });
  await user.keyboard("{ArrowRight}");
  await waitFor(() => expect(rowNames(table)).toHaveLength(all));
  await user.type(screen.getByRole("searchbox", { name: "Find a node" }), "card-fraud");
  await waitFor(() => expect(rowNames(screen.getByRole("table", { name: "Hierarchy" }))).toHaveLength(3));
});

test("an import is compared before it is applied, and a mistake is named by its line", async () => {
  const changes: { method: string; path: string; body: unknown }[] = [];
  server.use(company("", changes));
  openApp("/admin/hierarchy?view=import");
  const user = userEvent.setup();
  const text = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Hierarchy document" });
  await user.click(text);
  await user.paste("business_groups:\n  - id: a\n  name: [");
  await user.click(screen.getByRole("button", { name: "Show what would change" }));
  await user.click((await screen.findAllByRole("button", { name: /^Line \d/ }))[0] as HTMLElement);
  expect(text).toHaveFocus();
  const downloaded = await (await fetch("/api/attribution/v1/hierarchy/document")).text();
  await user.clear(text);
  await user.click(text);
  await user.paste(downloaded.replace('"Disputes"', '"Disputes and Chargebacks"'));
  await user.click(screen.getByRole("button", { name: "Show what would change" }));
  expect(await screen.findByRole("heading", { name: "1 changed" })).toBeVisible();
  expect(screen.getByRole("row", { name: /team-disputes/ })).toHaveTextContent("Name: Disputes → Disputes and Chargebacks");
  const asked = changes.length;
  await user.click(screen.getByRole("button", { name: "Apply" }));
  expect(await screen.findByRole("table", { name: "Hierarchy" })).toHaveTextContent("Disputes and Chargebacks");
  expect(changes.length).toBe(asked + 1);
});
