/** The page's answer, written from the data. */
import type { CostByTeam } from "@/api/types";
import { isolate } from "@/lib/isolate";
import { compactMoney } from "@/lib/money";
import { costSentence } from "@/lib/sentence";

const size = (team: CostByTeam["teams"][number]): number => Math.abs(Number(team.change?.amount ?? 0));

export function answerOf(data: CostByTeam, scope: string | null): string {
  const sentence = costSentence(data, scope);
  if (!sentence) return "";
  const mover = data.teams
    .filter((t) => t.team_id !== null)
    .reduce<CostByTeam["teams"][number] | null>((a, b) => (a && size(a) >= size(b) ? a : b), null);
  const most = mover && mover.change && Number(mover.change.amount) !== 0 && data.teams.length > 2 ? ` ${isolate(mover.team)} moved most: ${compactMoney(mover.change, true)}.` : "";
  return `${sentence}${most}`;
}
