import { Button } from "@mantine/core";
import type { CheckStep } from "@/api/types";
import { StatusWord } from "@/ui/StatusWord";
import { adviceOf, stepWord } from "./words";

/** Step by step up to the first that fails, with what to do about that one. */
export function CheckSteps({ steps }: { steps: CheckStep[] }) {
  return (
    <div role="status">
      <ul className="check-list">
        {steps.map((step) => (
          <li key={step.step}>
            <StatusWord tone={step.ok ? "ok" : "error"}>{`${stepWord(step)}${step.ok ? "" : ": no"}`}</StatusWord>
            <span className="wrap-anywhere">{step.detail}</span>
            {!step.ok && <span className="muted">{adviceOf(step)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

interface CheckResultProps {
  steps: CheckStep[];
  ok: boolean;
  busy: boolean;
  onAgain: (() => void) | undefined;
  onBack: () => void;
  onNext: () => void;
}

export function CheckResult({ steps, ok, busy, onAgain, onBack, onNext }: CheckResultProps) {
  return (
    <div className="stack">
      <CheckSteps steps={steps} />
      <div className="row">
        {ok && <Button size="xs" onClick={onNext}>See what will be read</Button>}
        <Button size="xs" variant={ok ? "default" : "filled"} onClick={onBack}>Change the fields</Button>
        {!ok && <Button size="xs" variant="default" loading={busy} onClick={onAgain}>Check again</Button>}
      </div>
    </div>
  );
}
