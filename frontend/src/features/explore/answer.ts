import type { Costs, Money } from "@/api/types";
import { compactMoney, plainPercent, signedPercent, wordOf } from "@/lib/money";
import { rangeText } from "@/lib/period";
import { labelOf } from "@/ui/chart/costs";

/** What the query found, in one sentence. */
export function answerOf(data: Costs): string {
  if (!data.range) return "";
  const total = `${compactMoney(data.total)} in ${rangeText(data.range)}`;
  const before = data.change && data.previous_range ? `, ${compareText(data.change, data.change_percent)} ${rangeText(data.previous_range)}` : "";
  const first = data.rows.reduce<Costs["rows"][number] | null>((a, b) => (a && Number(a.cost.amount) >= Number(b.cost.amount) ? a : b), null);
  const largest = first && data.rows.length > 1 ? ` ${labelOf(first, data.group_by)} is the largest with ${compactMoney(first.cost)} (${plainPercent(first.share_percent)}).` : "";
  return `${total}${before}.${largest}`;
}

function compareText(change: Money, percent: number | null): string {
  const word = wordOf(change.amount);
  if (word === "unchanged") return "the same as";
  const size = compactMoney({ ...change, amount: change.amount.replace("-", "") });
  return `${word} ${size}${percent === null ? "" : ` (${signedPercent(percent)})`} on`;
}
