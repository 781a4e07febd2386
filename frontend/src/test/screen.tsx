/** Renders the whole app at an address against MSW, as a browser would. */
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider, createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { HttpResponse, type JsonBodyType, http } from "msw";
import { setupServer } from "msw/node";
import { makeQueryClient } from "@/queryClient";
import { makeRouter } from "@/router";
import { cssVariables, theme } from "@/ui/theme";
import { HIERARCHY, SESSION, costByTeam } from "./answers";

export const at = (path: string): string => `*/api/${path}`;
export const json = (body: JsonBodyType, status = 200) => HttpResponse.json(body, { status });

export const problem = (status: number) =>
  HttpResponse.json(
    { title: "Something failed", status, detail: "The database did not answer.", trace_id: "trace-42" },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );

export const server = setupServer(
  http.get(at("gateway/v1/session"), () => json(SESSION)),
  http.get(at("gateway/v1/sign-in"), () => json({ password: true, provider: null })),
  http.get(at("gateway/v1/views"), () => json({ items: [] })),
  http.get(at("cockpit/v1/hierarchy"), () => json(HIERARCHY)),
  http.get(at("cockpit/v1/cost-by-team"), () => json(costByTeam() as unknown as JsonBodyType)),
  http.get(at("cockpit/v1/periods"), () => json({ items: [{ billing_period: "2026-11" }, { billing_period: "2025-10" }] })),
  http.get(at("cockpit/v1/dimensions"), () => json({ items: [{ id: "RegionId", label: "Region" }] })),
);

export function openApp(address: string) {
  const client = makeQueryClient(() => {
    const here = router.state.location;
    if (here.pathname !== "/sign-in") void router.navigate({ to: "/sign-in", search: { next: here.href } });
  });
  const router = makeRouter(client);
  router.update({ ...router.options, history: createMemoryHistory({ initialEntries: [address] }) });
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  return { router, client };
}
