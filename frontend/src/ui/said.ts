/** What was just done, in a few words; kept outside React so that whatever did it can have closed. */
import { useSyncExternalStore } from "react";

export interface Said {
  text: string;
  /** Something to be taken by hand; it stays until dismissed. */
  link: string | null;
}

const SHOWN_MS = 8_000;

let said: Said | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: Said | null): void {
  clearTimeout(timer);
  said = next;
  for (const listener of listeners) listener();
}

export function say(text: string, link: string | null = null): void {
  set({ text, link });
  if (!link) timer = setTimeout(() => set(null), SHOWN_MS);
}

export const unsay = (): void => set(null);

export function useSaid(): Said | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
}
