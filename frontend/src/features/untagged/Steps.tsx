import { StatusWord } from "@/ui/StatusWord";
import type { InventoryStep } from "./types";

/** What was read, and what could not be and why. */
export function Steps({ steps }: { steps: readonly InventoryStep[] }) {
  return (
    <ul className="check-list">
      {steps.map((s) => (
        <li key={s.step}>
          <StatusWord tone={s.ok ? "ok" : "error"}>{s.ok ? s.step : `${s.step}: no`}</StatusWord>
          <span className="wrap-anywhere">{s.detail}</span>
        </li>
      ))}
    </ul>
  );
}
