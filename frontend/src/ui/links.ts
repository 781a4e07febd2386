/** Links to the page as it stands: one that moves along with time, one that stays. */
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { freshnessQuery } from "@/api/queries";
import { freeze } from "@/lib/frozen";
import type { SharedSearch } from "@/lib/search";
import { stringifySearch } from "@/lib/url";
import { say } from "./said";
import { useControls } from "./shell/controls";

export interface PageLinks {
  moving: string;
  /** Null where a page has no time range, and until the newest day is known. */
  frozen: string | null;
}

export function usePageLinks(): PageLinks {
  const { pathname, search } = useLocation();
  const newest = useQuery(freshnessQuery).data;
  const hasTime = useControls().time;
  const link = (s: object): string => `${window.location.origin}${pathname}${stringifySearch(s as Record<string, unknown>)}`;
  return { moving: link(search), frozen: hasTime && newest?.as_of ? link(freeze(search as SharedSearch, newest.as_of, newest.currency)) : null };
}

export async function copyLink(link: string, what = "The link"): Promise<void> {
  try {
    await navigator.clipboard.writeText(link);
    say(`${what} is copied.`);
  } catch {
    // Browsers refuse the clipboard on plain http and without leave; the link can still be taken by hand.
    say(`${what} could not be copied here. Take it by hand:`, link);
  }
}
