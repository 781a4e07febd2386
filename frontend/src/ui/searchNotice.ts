/** Parts of a link that were not understood, kept outside React because routes read the URL outside React. */
import { useEffect, useSyncExternalStore } from "react";
import { type SearchOf, readSearch } from "@/lib/search";

let dropped: readonly string[] = [];
/** Once a page is shown the router also reads the search of the page that is left with the eyes of the next. */
let isOpen = false;
const listeners = new Set<() => void>();

function set(next: readonly string[]): void {
  dropped = next;
  queueMicrotask(() => {
    for (const listener of listeners) listener();
  });
}

/** `validateSearch` of a route: keeps what it understands and remembers the names of the rest. */
export function readAndReport<S extends Parameters<typeof readSearch>[0]>(shape: S) {
  return (raw: Record<string, unknown>): SearchOf<S> => {
    const read = readSearch(shape, raw);
    if (read.dropped.length > 0 && !isOpen) set(read.dropped);
    return read.search;
  };
}

export const dismissSearchNotice = (): void => set([]);

export function useSearchNotice(): readonly string[] {
  useEffect(() => {
    isOpen = true;
    return () => {
      isOpen = false;
    };
  }, []);
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => dropped,
  );
}
