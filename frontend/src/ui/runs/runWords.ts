import type { Progress, Run } from "@/api/types";
import type { StatusTone } from "@/ui/StatusWord";

const TONE: Record<string, StatusTone> = {
  queued: "idle", running: "idle", waiting: "idle", published: "idle", complete: "ok", unchanged: "ok", superseded: "idle",
  refused: "error", failed: "error", overlapping: "warn",
};

export const RUN_STATES = Object.keys(TONE);

export const runTone = (run: Run): StatusTone => (run.state === "complete" && (run.rows_quarantined ?? 0) > 0 ? "warn" : (TONE[run.state] ?? "idle"));

export const stateWord = (state: string): string => state.charAt(0).toUpperCase() + state.slice(1);

/** Part done from 0 to 1: by metrics or bytes where they are known, else by files; null when neither is. */
export function partDone(progress: Partial<Progress>): number | null {
  const { bytes = 0, bytes_done = 0, files = 0, files_done = 0, metrics = 0, metrics_done = 0 } = progress;
  if (metrics > 0) return Math.min(1, metrics_done / metrics);
  if (bytes > 0) return Math.min(1, bytes_done / bytes);
  return files > 0 ? Math.min(1, files_done / files) : null;
}

export function progressText(progress: Partial<Progress>): string {
  const { files, files_done = 0, rows, rows_per_s, eta_s, metrics, metrics_done = 0 } = progress;
  if (metrics !== undefined) return `${metrics_done.toLocaleString()} of ${metrics.toLocaleString()} metrics, ${(rows ?? 0).toLocaleString()} values`;
  const parts: string[] = [];
  if (files !== undefined) parts.push(`${files_done} of ${files} files`);
  if (rows !== undefined) parts.push(`${rows.toLocaleString()} rows`);
  if (rows_per_s) parts.push(`${Math.round(rows_per_s).toLocaleString()} rows/s`);
  if (eta_s !== undefined && eta_s !== null) parts.push(eta_s < 90 ? `${Math.ceil(eta_s)} s left` : `${Math.ceil(eta_s / 60)} min left`);
  return parts.join(", ");
}

export const sourceName = (run: Run): string => run.source ?? `removed source ${run.source_id}`;

export function durationText(run: Run): string {
  if (!run.started_at || !run.finished_at) return "—";
  const seconds = (Date.parse(run.finished_at) - Date.parse(run.started_at)) / 1000;
  if (seconds < 1) return "<1 s";
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
