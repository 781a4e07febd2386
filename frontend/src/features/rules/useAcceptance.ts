import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { RulesMoved, Unmatched } from "@/api/types";
import { acceptSuggestion, activeQuery, publishRules } from "./queries";

interface Done {
  group: Unmatched;
  team: string;
  moved: RulesMoved;
}

export interface Acceptance {
  accept: (group: Unmatched, team: string) => void;
  /** Publishes the rules as they were before; refused when somebody has published others meanwhile. */
  undo: () => void;
  busy: boolean;
  done: Done | null;
  error: Error | null;
  /** Tries what failed once more. */
  again: () => void;
}

/** Gives what nobody owns to a team, and takes it back. */
export function useAcceptance(): Acceptance {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: ["rules"] });
  const accept = useMutation({
    mutationFn: async ({ group, team }: { group: Unmatched; team: string }) => {
      const before = await client.fetchQuery({ ...activeQuery, staleTime: 0 });
      return { group, team, before: before.document, moved: await acceptSuggestion({ column: group.column, value: group.value, team }) };
    },
    onSuccess: refresh,
  });
  const undo = useMutation({
    mutationFn: publishRules,
    onSuccess: async () => {
      accept.reset();
      await refresh();
    },
  });
  return {
    accept: (group, team) => {
      undo.reset();
      accept.mutate({ group, team });
    },
    undo: () => accept.data && undo.mutate({ text: accept.data.before, base: accept.data.moved.version }),
    busy: accept.isPending || undo.isPending,
    done: accept.data ?? null,
    error: accept.error ?? undo.error,
    again: () => (accept.error ? accept.variables && accept.mutate(accept.variables) : undo.variables && undo.mutate(undo.variables)),
  };
}
