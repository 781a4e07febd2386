import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./lib/url";
import { routeTree } from "./routeTree.gen";
import { NotFound } from "./ui/NotFound";

/** `client` lets a route ask for its data while its code still loads. */
export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    scrollRestoration: true,
    // What a page does not understand leaves the address, so that equal views have equal links.
    search: { strict: true },
    defaultNotFoundComponent: NotFound,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
