/** The page's one-sentence answer, written from the data. */
import type { CostByTeam } from "@/api/types";
import { compactMoney, signedPercent, wordOf } from "@/lib/money";
import { rangeText } from "@/lib/period";

const size = (team: CostByTeam["teams"][number]): number => Math.abs(Number(team.change?.amount ?? 0));

export function answerOf(data: CostByTeam, scope: string | null): string {
  if (!data.range || !data.previous_range) return "";
  const who = scope ?? "All teams together";
  const word = wordOf(data.change.amount);
  const before = `on ${rangeText(data.previous_range)}`;
  const absolute = { ...data.change, amount: data.change.amount.replace("-", "") };
  const percent = data.change_percent === null ? "" : ` (${signedPercent(data.change_percent)})`;
  const moved = word === "unchanged" ? `the same as ${rangeText(data.previous_range)}` : `${word} ${compactMoney(absolute)}${percent} ${before}`;
  const mover = data.teams
    .filter((t) => t.team_id !== null)
    .reduce<CostByTeam["teams"][number] | null>((a, b) => (a && size(a) >= size(b) ? a : b), null);
  const most = mover && mover.change && Number(mover.change.amount) !== 0 && data.teams.length > 2 ? ` ${mover.team} moved most: ${compactMoney(mover.change, true)}.` : "";
  return `${who} cost ${compactMoney(data.total)} in ${rangeText(data.range)}, ${moved}.${most}`;
}
