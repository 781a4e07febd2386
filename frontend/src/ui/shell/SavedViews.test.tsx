import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { NewView } from "@/api/types";
import { at, json, openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const VIEW = { id: "view_1", name: "My quarter", page: "/cost/teams", query: "range=90d&rows=flat", created_at: "2026-11-24T08:00:00Z" };

async function openDialog() {
  await userEvent.click(await screen.findByRole("button", { name: "Save or change views" }));
  return screen.findByRole("dialog", { name: "Saved views" });
}

test("what is saved is the page with the state in its address", async () => {
  const sent: NewView[] = [];
  server.use(
    http.post(at("gateway/v1/views"), async ({ request }) => {
      sent.push((await request.json()) as NewView);
      return json({ ...VIEW }, 201);
    }),
  );
  openApp("/cost/teams?range=mtd&f=RegionId:in:eu-west-1");
  const dialog = await openDialog();
  await userEvent.type(within(dialog).getByLabelText("Name of the present view"), "  Month in Ireland ");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save view" }));
  await expect.poll(() => sent).toEqual([{ name: "Month in Ireland", page: "/cost/teams", query: "range=mtd&f=RegionId:in:eu-west-1" }]);
  await expect.poll(() => (within(dialog).getByLabelText("Name of the present view") as HTMLInputElement).value).toBe("");
});

test("a saved view leads back to the very address", async () => {
  server.use(http.get(at("gateway/v1/views"), () => json({ items: [VIEW] })));
  openApp("/cost/teams");
  expect(await screen.findByRole("link", { name: "My quarter" })).toHaveAttribute("href", "/cost/teams?range=90d&rows=flat");
});

test("a name that is taken is said beside the name, and what was typed stays", async () => {
  const detail = "you have a saved view 'My quarter' already; choose another name, or delete that one first";
  server.use(http.post(at("gateway/v1/views"), () => json({ title: "There is a saved view of this name", status: 409, detail, errors: [{ field: "name", message: detail }] }, 409)));
  openApp("/cost/teams");
  const dialog = await openDialog();
  const name = within(dialog).getByLabelText("Name of the present view");
  await userEvent.type(name, "My quarter");
  await userEvent.click(within(dialog).getByRole("button", { name: "Save view" }));
  expect(await within(dialog).findByText(detail)).toBeVisible();
  expect(name).toHaveValue("My quarter");
});

test("undo saves what was deleted again", async () => {
  let items = [VIEW];
  const sent: unknown[] = [];
  server.use(
    http.get(at("gateway/v1/views"), () => json({ items })),
    http.delete(at("gateway/v1/views/view_1"), () => {
      items = [];
      return new Response(null, { status: 204 });
    }),
    http.post(at("gateway/v1/views"), async ({ request }) => {
      sent.push(await request.json());
      items = [{ ...VIEW, id: "view_2" }];
      return json(items[0] ?? null, 201);
    }),
  );
  openApp("/cost/teams");
  const dialog = await openDialog();
  await userEvent.click(await within(dialog).findByRole("button", { name: "Delete My quarter" }));
  await userEvent.click(await within(dialog).findByRole("button", { name: "Undo" }));
  expect(await within(dialog).findByRole("button", { name: "Delete My quarter" })).toBeVisible();
  expect(sent).toEqual([{ name: VIEW.name, page: VIEW.page, query: VIEW.query }]);
  expect(within(dialog).queryByText(/is deleted/)).toBeNull();
});

test("a saved view takes the page as it stands, and undo leads back to what it was", async () => {
  let view = VIEW;
  const sent: NewView[] = [];
  server.use(
    http.get(at("gateway/v1/views"), () => json({ items: [view] })),
    http.put(at("gateway/v1/views/view_1"), async ({ request }) => {
      const body = (await request.json()) as NewView;
      sent.push(body);
      view = { ...VIEW, ...body };
      return json(view);
    }),
  );
  openApp("/cost/teams?range=mtd");
  const dialog = await openDialog();
  await userEvent.click(await within(dialog).findByRole("button", { name: "Replace My quarter with this page" }));
  expect(await within(dialog).findByText("this page")).toBeVisible();
  await userEvent.click(within(dialog).getByRole("button", { name: "Undo" }));
  expect(await within(dialog).findByRole("button", { name: "Replace My quarter with this page" })).toBeVisible();
  const { page, query, name } = VIEW;
  expect(sent).toEqual([{ name, page: "/cost/teams", query: "range=mtd" }, { name, page, query }]);
});
