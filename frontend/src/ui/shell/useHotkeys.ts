import { useNavigate, useRouter } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { freshnessQuery } from "@/api/queries";
import { resolveRange, shiftRange } from "@/lib/period";
import { type SharedSearch, keepShared } from "@/lib/search";
import { NAV } from "./nav";

const STORE = "fincc-single-keys";

export const keysEnabled = (): boolean => localStorage.getItem(STORE) !== "off";
export const setKeysEnabled = (on: boolean): void => localStorage.setItem(STORE, on ? "on" : "off");

const GO_MS = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && target.type === "checkbox") return false;
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Whether a key pressed alone is meant as a shortcut: nobody types, no dialog is open, and such keys are not turned off. */
export function isShortcut(event: KeyboardEvent): boolean {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  return plain && !isTyping(event.target) && !document.querySelector('[role="dialog"]') && keysEnabled();
}

/** Does what the one element of the page that bears this name does; nothing where there is none. */
export function press(name: string): void {
  document.querySelector<HTMLElement>(`[data-hotkey="${name}"]`)?.click();
}

/**
 * Ctrl or Cmd with K opens the palette, wherever the focus is. Single-letter keys never fire while typing or in a dialog,
 * and can be turned off (WCAG 2.1.4).
 */
export function useHotkeys(onHelp: () => void, onPalette: () => void): void {
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
  const going = useRef(0);

  useEffect(() => {
    const shift = (steps: number): void => {
      const asOf = client.getQueryData(freshnessQuery.queryKey)?.as_of;
      const search = router.state.location.search as SharedSearch;
      if (!asOf || !router.state.matches.at(-1)?.staticData.controls?.time) return;
      const moved = shiftRange(resolveRange(search, asOf), steps);
      if (moved.from > asOf) return;
      void navigate({ to: ".", search: ((s: object) => ({ ...s, ...moved, range: undefined, frozen: undefined })) as never });
    };
    const actions: Record<string, () => void> = {
      "[": () => shift(-1),
      "]": () => shift(1),
      ".": () => press("scope"),
      e: () => press("export"),
      "/": () => press("filter"),
      "?": onHelp,
      g: () => {
        going.current = Date.now();
      },
    };
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (!document.querySelector('[role="dialog"][aria-modal="true"]')) onPalette();
        return;
      }
      if (!isShortcut(event)) return;
      if (Date.now() - going.current < GO_MS) {
        const page = NAV.flatMap((g) => [...g.items]).find((item) => item.go === event.key);
        going.current = 0;
        if (page) {
          event.preventDefault();
          const search = page.shared ? keepShared(router.state.location.search) : {};
          void navigate({ to: page.to, search: search as never });
        }
        return;
      }
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [client, navigate, onHelp, onPalette, router]);
}
