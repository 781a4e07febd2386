import type { Source } from "@/api/types";
import { ProgressBar } from "@/ui/ProgressBar";
import { StatusWord } from "@/ui/StatusWord";
import { partDone, progressText } from "@/ui/runs/runWords";
import { stateOf } from "./words";

/** State as a word; while something runs, a bar and, where there is room, the numbers behind it. */
export function SourceState({ source, detailed = false }: { source: Source; detailed?: boolean }) {
  const { tone, word } = stateOf(source);
  const progress = source.job?.progress ?? {};
  const part = partDone(progress);
  return (
    <span style={{ display: "grid", gap: 3 }}>
      <StatusWord tone={tone}>{word}</StatusWord>
      {part !== null && <ProgressBar part={part} label={progressText(progress)} />}
      {detailed && part !== null && <span className="progress-text">{progressText(progress)}</span>}
    </span>
  );
}
