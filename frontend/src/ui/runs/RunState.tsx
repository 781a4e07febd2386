import { useQuery } from "@tanstack/react-query";
import type { Run } from "@/api/types";
import { ProgressBar } from "../ProgressBar";
import { StatusWord } from "../StatusWord";
import { jobQuery } from "./queries";
import { partDone, progressText, runTone, stateWord } from "./runWords";

/** State as a word; while the run goes on, a bar and, where there is room, the numbers behind it. */
export function RunState({ run, detailed = false }: { run: Run; detailed?: boolean }) {
  const job = useQuery(jobQuery(run.state === "running" ? run.job_id : null));
  const progress = run.state === "running" ? job.data?.progress : undefined;
  const part = progress ? partDone(progress) : null;
  return (
    <span style={{ display: "grid", gap: 3 }}>
      <StatusWord tone={runTone(run)}>{stateWord(run.state)}</StatusWord>
      {run.restated && <span className="muted">restated</span>}
      {progress && part !== null && <ProgressBar part={part} label={progressText(progress)} />}
      {detailed && progress && <span className="muted num">{progressText(progress)}</span>}
    </span>
  );
}
