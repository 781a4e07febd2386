/** A document as text, with the numbers of its lines and what is wrong in which of them. */
import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useId, useRef } from "react";
import { type LineProblem, lineCount, lineSpan } from "@/lib/document";

const LEAST_LINES = 12;

interface DocumentEditorProps {
  label: string;
  value: string;
  onChange?: (text: string) => void;
  problems?: readonly LineProblem[];
}

/** Without `onChange` the text can be read and copied only. */
export function DocumentEditor({ label, value, onChange, problems = [] }: DocumentEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const described = useId();
  const lines = Math.max(lineCount(value), LEAST_LINES);
  const bad = new Set(problems.map((p) => p.line));
  const goTo = (line: number): void => {
    area.current?.focus();
    area.current?.setSelectionRange(...lineSpan(value, line));
  };
  return (
    <div className="stack">
      <div className="editor">
        <div className="editor-lines" aria-hidden>
          {Array.from({ length: lines }, (_, i) => (
            <div key={i} data-bad={bad.has(i + 1) || undefined}>{i + 1}</div>
          ))}
        </div>
        <textarea
          ref={area}
          className="editor-text"
          aria-label={label}
          aria-invalid={problems.length > 0 || undefined}
          aria-describedby={problems.length > 0 ? described : undefined}
          value={value}
          rows={lines}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          readOnly={!onChange}
          onChange={(e) => onChange?.(e.currentTarget.value)}
        />
      </div>
      {problems.length > 0 && (
        <ul id={described} className="problems" aria-label={`Mistakes in ${label}`}>
          {problems.map((p) => (
            <li key={`${p.line}-${p.message}`} className="notice" data-tone="error">
              <IconAlertTriangle size={16} aria-hidden />
              {p.line !== null && <Button size="compact-xs" variant="default" onClick={() => goTo(p.line as number)}>Line {p.line}</Button>}
              <span className="notice-body">{p.message}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
