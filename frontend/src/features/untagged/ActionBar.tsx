import { Button } from "@mantine/core";
import { exactSum } from "@/lib/exactSum";
import { Amount } from "@/ui/Amount";
import { MOST_AT_ONCE } from "./queries";
import type { FindingOut, FindingState } from "./types";
import type { Asked, Changes } from "./useChanges";
import type { Choice } from "./useChoice";
import { countText } from "./words";

interface ActionBarProps {
  choice: Choice;
  /** How many match the filters. */
  total: number;
  state: FindingState;
  changes: Changes;
}

/** What is selected, what that costs, and what can be done with it. */
export function ActionBar({ choice: { chosen, all, none }, total, state, changes }: ActionBarProps) {
  if (chosen.length === 0) return null;
  const ask = (what: Asked["what"]) => () => changes.ask({ what, findings: chosen });
  const few = chosen.length <= MOST_AT_ONCE;
  return (
    <section className="action-bar" aria-label="Selected findings">
      <span role="status">
        <Sum chosen={chosen} />
        {!few && <span className="unfavourable">, and at most {MOST_AT_ONCE.toLocaleString()} can be changed at once</span>}
        {all.error && <span className="unfavourable">, the others could not be loaded: {all.error.message}</span>}
      </span>
      <span className="row">
        {all.isOffered && (
          <Button size="xs" variant="default" loading={all.busy} onClick={all.choose}>{total > MOST_AT_ONCE ? `Select the first ${MOST_AT_ONCE.toLocaleString()} of ${total.toLocaleString()}` : `Select all ${total.toLocaleString()}`}</Button>
        )}
        <Button size="xs" disabled={!few} onClick={ask("assign")}>Assign…</Button>
        {state === "open" && <Button size="xs" variant="default" disabled={!few} onClick={ask("exempt")}>Exempt…</Button>}
        {state === "exempt" && <Button size="xs" disabled={!few} loading={changes.goingBack} onClick={() => changes.revoke(chosen.map((f) => f.id))}>End the exemption</Button>}
        <Button size="xs" variant="default" onClick={none}>Select none</Button>
      </span>
    </section>
  );
}

function Sum({ chosen }: { chosen: readonly FindingOut[] }) {
  const costs = chosen.flatMap((f) => f.cost_30d ?? []);
  const unbilled = chosen.length - costs.length;
  return (
    <>
      {countText(chosen.length, "finding", "findings")} selected
      {costs[0] && <>, <Amount money={{ amount: exactSum(costs.map((c) => c.amount)), currency: costs[0].currency }} scale={2} /> in 30 days</>}
      {unbilled > 0 && <span className="muted">, {unbilled.toLocaleString()} not in the bill yet</span>}
    </>
  );
}
