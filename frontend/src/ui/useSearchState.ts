import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { SharedSearch } from "@/lib/search";

type Patch<T> = { [K in keyof T]?: T[K] | undefined };

/** The page's search and a function that changes parts of it; `undefined` removes a part. Each change is one Back step. */
export function useSearchState<T extends object = SharedSearch>(): [T, (patch: Patch<T>, replace?: boolean) => void] {
  const search = useSearch({ strict: false } as never) as T;
  const navigate = useNavigate();
  const patch = useCallback(
    (change: Patch<T>, replace = false) => {
      void navigate({ to: ".", search: ((before: object) => ({ ...before, ...change })) as never, replace });
    },
    [navigate],
  );
  return [search, patch];
}
