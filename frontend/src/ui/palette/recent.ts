/** What was chosen lately, the newest first; kept in this browser, for each user apart. */
import type { Entry } from "./entries";

const KEPT = 5;
const store = (user: string): string => `fincc-recent:${user}`;

type Kept = Omit<Entry, "run">;

export function readRecent(user: string): Kept[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(store(user)) ?? "[]");
    return Array.isArray(read) ? read.filter((e): e is Kept => typeof e?.id === "string" && typeof e.label === "string") : [];
  } catch {
    return [];
  }
}

export function remember(user: string, entry: Entry): void {
  const { run: _, ...kept } = entry;
  const rest = readRecent(user).filter((e) => e.id !== entry.id);
  localStorage.setItem(store(user), JSON.stringify([kept, ...rest].slice(0, KEPT)));
}

/**
 * The remembered entries as they are today: what is no longer offered, because it is gone or not permitted, is left out.
 * What is only found by typing cannot be checked here; `found` says whether such an entry may stay.
 */
export function recentEntries(kept: readonly Kept[], offered: readonly Entry[], found: (e: Kept) => boolean): Entry[] {
  const byId = new Map(offered.map((e) => [e.id, e]));
  return kept.flatMap((e) => byId.get(e.id) ?? (found(e) && e.href ? [e] : []));
}
