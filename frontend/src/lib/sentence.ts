/** What a cost page answers, in one sentence. */
import { type Money, compactMoney, signedPercent, wordOf } from "./money";
import { type DayRange, rangeText } from "./period";

interface Moved {
  range: DayRange | null;
  previous_range: DayRange | null;
  total: Money;
  change: Money | null;
  change_percent: number | null;
}

/** Empty when there is nothing to compare with. `scope` is the name of what was asked about, null for everything. */
export function costSentence({ range, previous_range, total, change, change_percent }: Moved, scope: string | null): string {
  if (!range || !previous_range || !change) return "";
  const absolute = { ...change, amount: change.amount.replace("-", "") };
  const percent = change_percent === null ? "" : ` (${signedPercent(change_percent)})`;
  const word = wordOf(change.amount);
  const moved = word === "unchanged" ? `the same as ${rangeText(previous_range)}` : `${word} ${compactMoney(absolute)}${percent} on ${rangeText(previous_range)}`;
  return `${scope ?? "All teams together"} cost ${compactMoney(total)} in ${rangeText(range)}, ${moved}.`;
}
