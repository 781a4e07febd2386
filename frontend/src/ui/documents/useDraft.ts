import { useState } from "react";

/** A document as it is published; version 0 is one to begin with. */
export interface Published {
  version: number;
  document: string;
}

export interface Draft {
  text: string;
  /** The version that the text builds on. */
  base: number;
  dirty: boolean;
  edit: (text: string) => void;
  /** Back to what is published. */
  drop: () => void;
  /** Keeps the text and lets it replace another version than the one it began with. */
  rebase: (version: number) => void;
}

/** A document as it is being changed. What is published stays the base, also when somebody publishes meanwhile. */
export function useDraft(published: Published | undefined): Draft {
  const [draft, setDraft] = useState<{ text: string; base: number } | null>(null);
  const now = { text: published?.document ?? "", base: published?.version ?? 0 };
  const { text, base } = draft ?? now;
  return {
    text,
    base,
    dirty: draft !== null && draft.text !== now.text,
    edit: (next) => setDraft(next === now.text && base === now.base ? null : { text: next, base }),
    drop: () => setDraft(null),
    rebase: (version) => setDraft({ text, base: version }),
  };
}
