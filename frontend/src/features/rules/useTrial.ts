import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/client";
import type { RuleSet, RulesMoved } from "@/api/types";
import { type LineProblem, lineProblems } from "@/lib/document";
import { activeQuery, publishRules, testRules } from "./queries";
import type { Draft } from "./useDraft";

const BAD_DOCUMENT = 422;
const OUTDATED = 412;

export interface Trial {
  run: () => void;
  running: boolean;
  /** What the draft would move; null until a dry run of exactly this text has answered. */
  moved: RulesMoved | null;
  publish: () => void;
  publishing: boolean;
  isPublished: boolean;
  /** What the server finds wrong in the text. */
  problems: LineProblem[];
  /** Why the last try failed, where it is not the text and not another version. */
  error: Error | null;
  /** What to say when somebody else has published meanwhile; null when nobody has. */
  outdated: string | null;
  /** Goes on from the newest version, with the own text or with theirs. */
  reload: (keepMine: boolean) => Promise<void>;
  discard: () => void;
}

/** Tries the draft on real cost, then publishes it. Both answers are forgotten as soon as the text is another. */
export function useTrial(draft: Draft, newest: number): Trial {
  const client = useQueryClient();
  const [published, setPublished] = useState<number | null>(null);
  const test = useMutation({ mutationFn: testRules });
  const publish = useMutation({
    mutationFn: publishRules,
    onSuccess: async ({ version }) => {
      await client.invalidateQueries({ queryKey: ["rules"] });
      discard();
      setPublished(version);
    },
  });
  const discard = (): void => {
    draft.drop();
    test.reset();
    publish.reset();
  };
  const failed = (publish.variables?.text === draft.text && publish.error) || (test.variables === draft.text && test.error) || null;
  const status = failed instanceof ApiError ? failed.status : 0;
  const problems = failed instanceof ApiError && status === BAD_DOCUMENT ? lineProblems(failed.problem.errors) : [];
  const meanwhile = draft.dirty && draft.base !== newest ? "Somebody has published other rules since you began to change these." : null;
  return {
    run: () => test.mutate(draft.text),
    running: test.isPending,
    moved: test.data !== undefined && test.variables === draft.text ? test.data : null,
    publish: () => publish.mutate({ text: draft.text, base: draft.base }),
    publishing: publish.isPending,
    isPublished: !draft.dirty && published === newest,
    problems,
    error: problems.length > 0 || status === OUTDATED ? null : failed,
    outdated: status === OUTDATED && failed ? `Not published: ${failed.message}` : meanwhile,
    reload: async (keepMine) => {
      const { version } = await client.fetchQuery({ ...activeQuery, staleTime: 0 }) as RuleSet;
      void client.invalidateQueries({ queryKey: ["rules"] });
      test.reset();
      publish.reset();
      if (keepMine) draft.rebase(version);
      else draft.drop();
    },
    discard,
  };
}
