/** What is wrong in a document while it is shown as forms. */
import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { LineProblem } from "@/lib/document";

export function Mistakes({ label, problems, onSee }: { label: string; problems: readonly LineProblem[]; onSee: (() => void) | null }) {
  if (problems.length === 0) return null;
  return (
    <ul className="problems panel-body" aria-label={label}>
      {problems.map((p) => (
        <li key={`${p.line}-${p.message}`} className="notice" data-tone="error">
          <IconAlertTriangle size={16} aria-hidden />
          <span className="notice-body">{p.line !== null && `Line ${p.line}: `}{p.message}</span>
          {onSee && <Button size="compact-xs" variant="default" onClick={onSee}>See it in the text</Button>}
        </li>
      ))}
    </ul>
  );
}
