import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeQueryClient } from "@/queryClient";
import { server } from "@/test/screen";
import { AssignDialog } from "./AssignDialog";
import type { FindingOut } from "./types";

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

test("a team that has left the hierarchy is not filled in, and another is asked for", async () => {
  const finding = { id: "a", owner: null, assignment: null, suggested_owner: "team-gone", suggested_owner_name: "Gone", confidence: 0.8 } as FindingOut;
  const sent: unknown[] = [];
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={makeQueryClient(() => undefined)}>
        <AssignDialog findings={[finding]} busy={false} error={null} onAssign={(ids) => sent.push(ids)} onClose={() => undefined} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await userEvent.setup().click(await screen.findByRole("button", { name: "Assign" }));
  expect(screen.getByRole("combobox", { name: "Team" })).toHaveAccessibleDescription("Choose a team");
  expect(sent).toEqual([]);
});
