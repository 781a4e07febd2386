import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Selection } from "@/ui/DataTable";
import { MOST_AT_ONCE, allFindings } from "./queries";
import type { FindingOut, FindingsQuery } from "./types";

const NONE: ReadonlySet<string> = new Set();

export interface Choice {
  /** The findings that are selected. */
  chosen: FindingOut[];
  /** For the table, which knows them by id. */
  selection: Selection;
  none: () => void;
  drop: (ids: ReadonlySet<string>) => void;
  /** All that match, also those that are not on screen. */
  all: { isOffered: boolean; busy: boolean; error: Error | null; choose: () => void };
}

/** Which findings are selected under these filters; what was selected under others is not on screen any more. */
export function useChoice(params: FindingsQuery, rows: readonly FindingOut[], total: number): Choice {
  const view = JSON.stringify(params);
  const [state, setState] = useState<{ view: string; ids: ReadonlySet<string>; unseen: FindingOut[] }>({ view, ids: NONE, unseen: [] });
  const ids = state.view === view ? state.ids : NONE;
  const put = (next: ReadonlySet<string>, unseen = state.unseen): void => setState({ view, ids: next, unseen });
  const every = useMutation({
    mutationFn: () => allFindings(params),
    onSuccess: (found) => setState({ view, ids: new Set(found.map((f) => f.id)), unseen: found }),
  });
  const chosen = useMemo(() => {
    // A row on screen is newer than what was loaded for the selection.
    const known = new Map([...state.unseen, ...rows].map((f) => [f.id, f]));
    return [...known.values()].filter((f) => ids.has(f.id));
  }, [rows, state.unseen, ids]);
  const isWhole = rows.length > 0 && rows.every((f) => ids.has(f.id));
  return {
    chosen,
    selection: { chosen: ids, onChoose: (next) => put(next) },
    none: () => put(NONE, []),
    drop: (gone) => put(new Set([...ids].filter((id) => !gone.has(id)))),
    all: {
      isOffered: isWhole && chosen.length < Math.min(total, MOST_AT_ONCE),
      busy: every.isPending,
      error: every.error,
      choose: () => every.mutate(),
    },
  };
}
