import { Button } from "@mantine/core";
import { exactSum } from "@/lib/exactSum";
import { Amount } from "@/ui/Amount";
import type { FindingOut, FindingState } from "./types";
import { countText } from "./words";

interface ActionBarProps {
  chosen: FindingOut[];
  state: FindingState;
  busy: boolean;
  onExempt: () => void;
  onRevoke: () => void;
  onClear: () => void;
}

/** What is selected, what that costs, and what can be done with it. */
export function ActionBar({ chosen, state, busy, onExempt, onRevoke, onClear }: ActionBarProps) {
  if (chosen.length === 0) return null;
  const costs = chosen.flatMap((f) => f.cost_30d ?? []);
  const unbilled = chosen.length - costs.length;
  return (
    <section className="action-bar" aria-label="Selected findings">
      <span role="status">
        {countText(chosen.length, "finding", "findings")} selected
        {costs[0] && <>, <Amount money={{ amount: exactSum(costs.map((c) => c.amount)), currency: costs[0].currency }} scale={2} /> in 30 days</>}
        {unbilled > 0 && <span className="muted">, {unbilled} not in the bill yet</span>}
      </span>
      <span className="row">
        {state === "open" && <Button size="xs" onClick={onExempt}>Exempt…</Button>}
        {state === "exempt" && <Button size="xs" loading={busy} onClick={onRevoke}>End the exemption</Button>}
        <Button size="xs" variant="default" onClick={onClear}>Select none</Button>
      </span>
    </section>
  );
}
