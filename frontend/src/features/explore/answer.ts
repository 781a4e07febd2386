import type { Costs } from "@/api/types";
import { compactMoney, plainPercent, signedPercent, wordOf } from "@/lib/money";
import { rangeText } from "@/lib/period";
import { labelOf } from "./labels";

/** What the query found, in one sentence. */
export function answerOf(data: Costs): string {
  if (!data.range) return "";
  const total = `${compactMoney(data.total)} in ${rangeText(data.range)}`;
  const before = data.previous_total && data.previous_range ? compareText(data.total.amount, data.previous_total.amount, rangeText(data.previous_range)) : "";
  const first = data.rows.reduce<Costs["rows"][number] | null>((a, b) => (a && Number(a.cost.amount) >= Number(b.cost.amount) ? a : b), null);
  const largest = first && data.rows.length > 1 ? ` ${labelOf(first, data.group_by)} is the largest with ${compactMoney(first.cost)} (${plainPercent(first.share_percent)}).` : "";
  return `${total}${before}.${largest}`;
}

/** Percentages of totals are not in the answer; a ratio of two of its amounts is shown, no amount is made. */
function compareText(now: string, before: string, when: string): string {
  const base = Number(before);
  if (Math.abs(base) < 50 || Number(now) < 0 !== base < 0) return "";
  const percent = ((Number(now) - base) / Math.abs(base)) * 100;
  const word = wordOf(String(percent));
  return word === "unchanged" ? `, the same as ${when}` : `, ${word} ${signedPercent(percent).replace(/^[+−]/, "")} on ${when}`;
}
