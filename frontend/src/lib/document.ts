/** Mistakes of a document that is edited as text, and where in the text they are. */
export interface LineProblem {
  /** Counted from 1; null where the whole is meant. */
  line: number | null;
  message: string;
}

interface FieldError {
  field: string;
  message: string;
}

/** What the server says of a document: `line 3` names a line, anything else a place in words. */
export function lineProblems(errors: readonly FieldError[] | undefined): LineProblem[] {
  return (errors ?? []).map(({ field, message }) => {
    const line = /^line (\d+)$/.exec(field)?.[1];
    if (line !== undefined) return { line: Number(line), message };
    return { line: null, message: field === "" || message.startsWith(field) ? message : `${field}: ${message}` };
  });
}

export const lineCount = (text: string): number => text.split("\n").length;

/** Where a line begins and ends in the text, its line break left out. */
export function lineSpan(text: string, line: number): [number, number] {
  const lines = text.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
  return [Math.min(start, text.length), Math.min(start + (lines[line - 1]?.length ?? 0), text.length)];
}
