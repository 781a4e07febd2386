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
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function press(name: string): boolean {
  const element = document.querySelector<HTMLElement>(`[data-hotkey="${name}"]`);
  element?.click();
  return element !== null;
}

/** Single-letter keys. They never fire while typing or in a dialog, and can be turned off (WCAG 2.1.4). */
export function useHotkeys(onHelp: () => void): void {
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
      void navigate({ to: ".", search: ((s: object) => ({ ...s, ...moved, range: undefined })) as never });
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
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
      if (!plain || isTyping(event.target) || document.querySelector('[role="dialog"]') || !keysEnabled()) return;
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
  }, [client, navigate, onHelp, router]);
}
