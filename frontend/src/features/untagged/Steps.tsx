import { StatusWord } from "@/ui/StatusWord";
import type { InventoryStep } from "./types";

const SHOWN = 6;

/** What could not be read and why, then what was; many that went well are folded away. */
export function Steps({ steps }: { steps: readonly InventoryStep[] }) {
  const [failed, well] = [steps.filter((s) => !s.ok), steps.filter((s) => s.ok)];
  if (steps.length <= SHOWN) return <List steps={steps} />;
  return (
    <div className="stack">
      {failed.length > 0 && <List steps={failed} />}
      <details>
        <summary>{well.length.toLocaleString()} went well</summary>
        <List steps={well} />
      </details>
    </div>
  );
}

function List({ steps }: { steps: readonly InventoryStep[] }) {
  return (
    <ul className="check-list">
      {steps.map((s) => (
        <li key={`${s.step} ${s.detail}`}>
          <StatusWord tone={s.ok ? "ok" : "error"}>{s.ok ? s.step : `${s.step}: no`}</StatusWord>
          <span className="wrap-anywhere">{s.detail}</span>
        </li>
      ))}
    </ul>
  );
}
