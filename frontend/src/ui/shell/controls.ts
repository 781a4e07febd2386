import { useMatches } from "@tanstack/react-router";

/** Which of the shared pickers a page answers to. A page shows only those that change its numbers. */
export interface PageControls {
  scope: boolean;
  time: boolean;
  grain: boolean;
  compare: boolean;
  metric: boolean;
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    controls?: PageControls;
  }
}

const NONE: PageControls = { scope: false, time: false, grain: false, compare: false, metric: false };

export function useControls(): PageControls {
  return useMatches({ select: (matches) => matches.at(-1)?.staticData.controls ?? NONE });
}

export const hasControls = (c: PageControls): boolean => c.scope || c.time || c.metric;
