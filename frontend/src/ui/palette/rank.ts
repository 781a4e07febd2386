import { fuzzyScore } from "@/lib/fuzzy";
import { type Entry, GROUPS, type Group } from "./entries";

export interface Section {
  group: Group;
  entries: Entry[];
}

const PER_GROUP = 6;
/** What was chosen lately wins against what fits about as well. */
const RECENT_BONUS = 15;
/** What an entry is counts less than what it is called. */
const DETAIL_COST = 30;

function scoreOf(typed: string, entry: Entry): number | null {
  const called = fuzzyScore(typed, entry.label);
  const all = entry.detail ? fuzzyScore(typed, `${entry.label} ${entry.detail}`) : null;
  if (called === null && all === null) return null;
  return Math.max(called ?? Number.NEGATIVE_INFINITY, (all ?? Number.NEGATIVE_INFINITY) - DETAIL_COST);
}

const section = (entries: readonly Entry[], group: Group, most: number): Section => ({ group, entries: entries.filter((e) => e.group === group).slice(0, most) });

/** Nothing typed: what was used lately, then pages, questions, views and actions; the long lists wait for a word. */
export function untyped(recent: readonly Entry[], offered: readonly Entry[]): Section[] {
  const shown: Group[] = ["Pages", "Questions", "Saved views", "Actions"];
  const others = offered.filter((e) => !recent.includes(e));
  const sections = shown.map((group) => section(others, group, group === "Questions" ? 4 : 20));
  return [{ group: "Recent" as const, entries: [...recent] }, ...sections].filter((s) => s.entries.length > 0);
}

/** Fitting entries in their groups, the group with the best one first. What the server found for the word stays as it came. */
export function typedSections(typed: string, offered: readonly Entry[], found: readonly Entry[], recent: ReadonlySet<string>): Section[] {
  const scored = offered.flatMap((entry) => {
    const score = scoreOf(typed, entry);
    return score === null ? [] : [{ entry, score: score + (recent.has(entry.id) ? RECENT_BONUS : 0) }];
  });
  scored.push(...found.map((entry) => ({ entry, score: scoreOf(typed, entry) ?? 0 })));
  scored.sort((a, b) => b.score - a.score);
  const order = [...new Set(scored.map((s) => s.entry.group))];
  const entries = scored.map((s) => s.entry);
  return order.filter((g) => GROUPS.includes(g)).map((group) => section(entries, group, PER_GROUP));
}
