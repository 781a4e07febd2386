import { useState } from "react";
import { exempt, revoke, useChange } from "./queries";
import type { Exempt } from "./types";

/** What was done last: exempted until a day, or opened again. */
export type Done = { ids: string[]; changed: number; until: string } | { changed: number; until: null };

export interface Exemption {
  /** What is to be exempt as soon as day and reason are given; null when nothing is asked. */
  asked: string[] | null;
  ask: (ids: string[] | null) => void;
  exempt: (body: Exempt) => void;
  /** Opens findings again. */
  revoke: (ids: string[]) => void;
  undo: () => void;
  done: Done | null;
  exempting: boolean;
  revoking: boolean;
  /** Why exempting failed; shown where it was asked. */
  error: Error | null;
  /** Why ending an exemption failed. */
  revokeError: Error | null;
}

/** Exempts findings and takes that back. `onDone` runs when the server has said yes to either. */
export function useExemption(onDone: () => void): Exemption {
  const [asked, setAsked] = useState<string[] | null>(null);
  const [done, setDone] = useState<Done | null>(null);
  const give = useChange(exempt, ({ changed }, { ids, until }) => {
    setDone({ ids, until, changed });
    setAsked(null);
    onDone();
  });
  const take = useChange(revoke, ({ changed }) => {
    setDone({ changed, until: null });
    onDone();
  });
  return {
    asked,
    ask: (ids) => {
      give.reset();
      setAsked(ids);
    },
    exempt: (body) => give.mutate(body),
    revoke: (ids) => take.mutate(ids),
    undo: () => {
      if (done?.until) take.mutate(done.ids);
    },
    done,
    exempting: give.isPending,
    revoking: take.isPending,
    error: give.error,
    revokeError: take.error,
  };
}
