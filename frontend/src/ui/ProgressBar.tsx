/** How far something is, from 0 to 1; `label` says it in words. */
export function ProgressBar({ part, label }: { part: number; label: string }) {
  const percent = Math.round(part * 100);
  return (
    <span className="progress" role="progressbar" aria-label={label} title={label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
      <span style={{ width: `${percent}%` }} />
    </span>
  );
}
