/** What the published rules decide, in money of the newest billing periods. */
import type { RulesMatched } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { monthText } from "@/lib/period";
import { Amount } from "@/ui/Amount";

export function RuleCost({ id, matched }: { id: string; matched: RulesMatched | undefined }) {
  if (!matched || matched.periods.length === 0) return <span className="muted">{NO_DATA}</span>;
  const costs = matched.rules.filter((r) => r.rule_id === id);
  if (costs.length === 0) return <span className="muted">takes nothing</span>;
  return (
    <>
      {costs.map((cost) => (
        <div key={cost.currency}>
          <Amount money={cost} /> <span className="muted num">{cost.keys.toLocaleString()} {cost.keys === 1 ? "kind" : "kinds"} of charge</span>
        </div>
      ))}
    </>
  );
}

/** What no rule takes, and what the figures beside the rules are of. */
export function CostNote({ matched, failed, changed }: { matched: RulesMatched | undefined; failed: boolean; changed: boolean }) {
  if (failed) return <>What each rule decides could not be loaded.</>;
  if (!matched) return <>Weighing what each rule decides.</>;
  if (matched.periods.length === 0) return <>No bill has arrived yet, so no rule has decided anything.</>;
  const months = matched.periods.map(monthText).join(", ");
  const left = matched.rules.filter((r) => r.rule_id === null);
  return (
    <>
      No rule takes {left.length === 0 ? "nothing: all cost has a team" : left.map((r, i) => <span key={r.currency}>{i > 0 && ", "}<Amount money={r} /></span>)}. Billed cost of {months}
      {changed && ", as published"}.
      {matched.missing_periods.length > 0 && ` Not known: ${matched.missing_periods.map(monthText).join(", ")}.`}
    </>
  );
}
