import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { company } from "@/test/company";
import { openApp, server } from "@/test/screen";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const find = async (user: ReturnType<typeof userEvent.setup>, text: string): Promise<void> => {
  await user.keyboard("{Control>}k{/Control}");
  await screen.findByRole("combobox", { name: /^Page, team, service/ });
  if (text !== "") await user.keyboard(text);
};
const list = () => within(screen.getByRole("listbox", { name: "What fits" }));
const chosen = (): HTMLElement => list().getByRole("option", { selected: true });

test("a page and a team are reached by a few letters, keeping the range", async () => {
  server.use(company());
  const { router } = openApp("/cost/teams?range=90d");
  const user = userEvent.setup();
  await screen.findAllByRole("table");
  await find(user, "explo");
  await waitFor(() => expect(chosen()).toHaveTextContent(/^Explore/));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/cost/explore"));
  expect(router.state.location.search).toEqual({ range: "90d" });
  await find(user, "retail");
  await waitFor(() => expect(chosen()).toHaveTextContent("Retail"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.search).toEqual({ range: "90d", scope: "bg-retail-banking" }));
  // What was chosen lately comes first, and arrows walk round.
  await find(user, "");
  expect(within(screen.getByRole("group", { name: "Recent" })).getAllByRole("option").length).toBe(2);
  await user.keyboard("{ArrowUp}");
  expect(list().getAllByRole("option").at(-1)).toHaveAttribute("aria-selected", "true");
  await user.keyboard("{ArrowDown}");
  expect(list().getAllByRole("option")[0]).toHaveAttribute("aria-selected", "true");
});

test("an id that no list names still leads to its records, and nonsense to nothing", async () => {
  server.use(company());
  const { router } = openApp("/admin/rules");
  const user = userEvent.setup();
  await screen.findByRole("heading", { level: 1, name: "Rules" });
  await find(user, "zzzz qqqq");
  expect(await screen.findByText("Nothing is called like this")).toBeInTheDocument();
  await user.clear(screen.getByRole("combobox", { name: /^Page, team, service/ }));
  await user.keyboard("i-0123456789");
  await waitFor(() => expect(chosen()).toHaveTextContent("Records of resource “i-0123456789”"));
  await user.click(chosen());
  await waitFor(() => expect(router.state.location.search).toMatchObject({ view: "records", res: "i-0123456789" }));
});

test("the keys are listed, and single letters can be turned off", async () => {
  server.use(company());
  const { router } = openApp("/admin/rules");
  const user = userEvent.setup();
  await screen.findByRole("heading", { level: 1, name: "Rules" });
  await find(user, "shortcuts");
  await waitFor(() => expect(chosen()).toHaveTextContent("Show keyboard shortcuts"));
  await user.keyboard("{Enter}");
  const help = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  await user.click(within(help).getByRole("switch", { name: "Single-letter shortcuts" }));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await user.keyboard("gt");
  expect(router.state.location.pathname).toBe("/admin/rules");
  localStorage.removeItem("fincc-single-keys");
  await user.keyboard("gt");
  await waitFor(() => expect(router.state.location.pathname).toBe("/cost/teams"));
});
