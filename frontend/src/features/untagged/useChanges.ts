import { useState } from "react";
import { ApiError } from "@/api/client";
import { dayText } from "@/lib/period";
import { assign, exempt, revoke, useChange } from "./queries";
import type { Assign, Exempt, FindingOut } from "./types";
import { countText } from "./words";

export interface Asked {
  what: "exempt" | "assign";
  findings: FindingOut[];
}

/** What was done last in words, and how it is undone; null where that has been undone already. */
export interface Done {
  text: string;
  undo: (() => void) | null;
}

export interface Changes {
  /** What is to be done as soon as the rest is given; null when nothing is asked. */
  asked: Asked | null;
  ask: (asked: Asked | null) => void;
  exempt: (body: Exempt) => void;
  /** Gives findings to a team, or with null takes that back. */
  assign: (ids: string[], team: { id: string; name: string } | null) => void;
  /** Opens findings again. */
  revoke: (ids: string[]) => void;
  done: Done | null;
  /** What is asked is being done. */
  busy: boolean;
  /** Something is being taken back. */
  goingBack: boolean;
  /** Why what is asked failed; shown where it was asked. */
  error: Error | null;
  /** Why ending an exemption, or undoing, failed. */
  backError: Error | null;
}

const assignedText = (changed: number, name: string | null): string => {
  if (changed === 0) return name === null ? "Nobody was assigned." : `All of them belonged to ${name} already.`;
  return name === null ? `${countText(changed, "assignment is", "assignments are")} taken back.` : `${countText(changed, "finding belongs", "findings belong")} to ${name} now.`;
};

/**
 * Changes findings, and takes that back. `onDone` runs when the server has said yes; `onRefused` with those that were in
 * the way of the others.
 */
export function useChanges(onDone: () => void, onRefused: (ids: ReadonlySet<string>) => void): Changes {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const finish = (text: string, undo: Done["undo"]): void => {
    setDone({ text, undo });
    setAsked(null);
    onDone();
  };
  const refuse = (error: Error): void => {
    if (!(error instanceof ApiError)) return;
    const named = new Set(Object.keys(error.fields));
    onRefused(named);
    setAsked((before) => {
      const rest = before?.findings.filter((f) => !named.has(f.id)) ?? [];
      return before && rest.length > 0 ? { ...before, findings: rest } : before;
    });
  };
  const take = useChange(revoke, ({ changed }) => finish(`${countText(changed, "finding is", "findings are")} open again.`, null), () => undefined);
  const giveBack = useChange((body: Assign) => assign(body), ({ changed }) => finish(`${countText(changed, "finding is", "findings are")} as before.`, null), () => undefined);
  const exempting = useChange(exempt, ({ changed }, { ids, until }) => finish(`${countText(changed, "finding is", "findings are")} exempt until ${dayText(until)}.`, () => take.mutate(ids)), refuse);
  const assigning = useChange(
    ({ ids, team }: { ids: string[]; team: { id: string; name: string } | null }) => assign({ assignments: [{ team: team?.id ?? null, ids }] }),
    ({ changed, before }, { team }) => finish(assignedText(changed, team?.name ?? null), changed > 0 ? () => giveBack.mutate({ assignments: before }) : null),
    refuse,
  );
  return {
    asked,
    ask: (next) => {
      exempting.reset();
      assigning.reset();
      setAsked(next);
    },
    exempt: (body) => exempting.mutate(body),
    assign: (ids, team) => assigning.mutate({ ids, team }),
    revoke: (ids) => take.mutate(ids),
    done,
    busy: exempting.isPending || assigning.isPending,
    goingBack: take.isPending || giveBack.isPending,
    error: exempting.error ?? assigning.error,
    backError: take.error ?? giveBack.error,
  };
}
