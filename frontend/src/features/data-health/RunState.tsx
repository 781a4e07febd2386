import type { Run } from "@/api/types";
import { StatusWord } from "@/ui/StatusWord";
import { partDone, progressText, runTone, stateWord } from "./runWords";

export function RunState({ run }: { run: Run }) {
  const part = run.progress && run.state === "running" ? partDone(run.progress) : null;
  return (
    <span style={{ display: "grid", gap: 3 }}>
      <StatusWord tone={runTone(run)}>{run.restated ? `${stateWord(run.state)}, restated` : stateWord(run.state)}</StatusWord>
      {part !== null && run.progress && (
        <span className="progress" role="progressbar" aria-label={progressText(run.progress)} aria-valuenow={Math.round(part * 100)} aria-valuemin={0} aria-valuemax={100}>
          <span style={{ width: `${part * 100}%` }} />
        </span>
      )}
    </span>
  );
}
