import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { type LineProblem, lineProblems } from "@/lib/document";
import type { Draft } from "./useDraft";

const BAD_DOCUMENT = 422;
const OUTDATED = 412;

/** Where a kind of document is tried and published. */
export interface Desk<T> {
  test: (text: string) => Promise<T>;
  /** `base` is the version that the text builds on; another one that is active by then is not overwritten. */
  publish: (draft: { text: string; base: number }) => Promise<{ version: number }>;
  newest: (client: QueryClient) => Promise<{ version: number }>;
  /** Everything that shows the documents asks again. */
  refresh: (client: QueryClient) => Promise<void>;
  /** What to say when somebody else has published since the draft was begun. */
  meanwhile: string;
}

export interface Trial<T> {
  run: () => void;
  running: boolean;
  /** What the draft would do; null until a test of exactly this text has answered. */
  result: T | null;
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

/** Tries the draft, then publishes it. Both answers are forgotten as soon as the text is another. */
export function useTrial<T>(draft: Draft, newest: number, desk: Desk<T>): Trial<T> {
  const client = useQueryClient();
  const [published, setPublished] = useState<number | null>(null);
  const test = useMutation({ mutationFn: desk.test });
  const publish = useMutation({
    mutationFn: desk.publish,
    onSuccess: async ({ version }) => {
      await desk.refresh(client);
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
  const meanwhile = draft.dirty && draft.base !== newest ? desk.meanwhile : null;
  return {
    run: () => test.mutate(draft.text),
    running: test.isPending,
    result: test.data !== undefined && test.variables === draft.text ? test.data : null,
    publish: () => publish.mutate({ text: draft.text, base: draft.base }),
    publishing: publish.isPending,
    isPublished: !draft.dirty && published === newest,
    problems,
    error: problems.length > 0 || status === OUTDATED ? null : failed,
    outdated: status === OUTDATED && failed ? `Not published: ${failed.message}` : meanwhile,
    reload: async (keepMine) => {
      const { version } = await desk.newest(client);
      void desk.refresh(client);
      test.reset();
      publish.reset();
      if (keepMine) draft.rebase(version);
      else draft.drop();
    },
    discard,
  };
}
