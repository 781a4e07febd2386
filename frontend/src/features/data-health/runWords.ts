import type { Progress, Run } from "@/api/types";
import type { StatusTone } from "@/ui/StatusWord";

const TONE: Record<string, StatusTone> = {
  queued: "idle", running: "idle", waiting: "idle", published: "idle", complete: "ok", unchanged: "ok", superseded: "idle",
  refused: "error", failed: "error", overlapping: "warn",
};

export const RUN_STATES = Object.keys(TONE);

export const runTone = (run: Run): StatusTone => (run.state === "complete" && (run.rows_quarantined ?? 0) > 0 ? "warn" : (TONE[run.state] ?? "idle"));

export const stateWord = (state: string): string => state.charAt(0).toUpperCase() + state.slice(1);

/** Part done from 0 to 1: by bytes where they are known, else by files; null when neither is. */
export function partDone(progress: Progress): number | null {
  if (progress.bytes > 0) return Math.min(1, progress.bytes_done / progress.bytes);
  return progress.files > 0 ? Math.min(1, progress.files_done / progress.files) : null;
}

export function progressText(progress: Progress): string {
  const parts = [`${progress.files_done} of ${progress.files} files`, `${progress.rows.toLocaleString()} rows`];
  if (progress.rows_per_s) parts.push(`${Math.round(progress.rows_per_s).toLocaleString()} rows/s`);
  if (progress.eta_s !== null) parts.push(progress.eta_s < 90 ? `${Math.ceil(progress.eta_s)} s left` : `${Math.ceil(progress.eta_s / 60)} min left`);
  return parts.join(", ");
}

export function durationText(run: Run): string {
  if (!run.started_at || !run.finished_at) return "—";
  const seconds = (Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000;
  if (seconds < 1) return "<1 s";
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
