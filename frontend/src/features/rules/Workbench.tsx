/** The active rules and a draft of them, as a list or as text; tried on real cost before it is published. */
import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { hierarchyQuery } from "@/api/queries";
import type { RulesSearch } from "@/lib/search";
import { DocumentEditor } from "@/ui/DocumentEditor";
import { Mistakes } from "@/ui/documents/Mistakes";
import { OutdatedNotice } from "@/ui/documents/OutdatedNotice";
import type { Draft } from "@/ui/documents/useDraft";
import { useTrial } from "@/ui/documents/useTrial";
import { ErrorBox } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useNarrow } from "@/ui/useNarrow";
import { useSearchState } from "@/ui/useSearchState";
import { DraftBar } from "./DraftBar";
import { DryRun } from "./DryRun";
import { CostNote } from "./RuleCost";
import { RuleForm } from "./RuleForm";
import { RuleList } from "./RuleList";
import { type RuleDocument, addRule, moveRule, readRules, removeRule, replaceRule } from "./document";
import type { Rule } from "./model";
import { RULES_DESK, matchedQuery } from "./queries";

export function Workbench({ draft, newest }: { draft: Draft; newest: number }) {
  const [search, patch] = useSearchState<RulesSearch>();
  const may = useMay("ownership:write");
  const narrow = useNarrow();
  const canEdit = may === true && !narrow;
  const matched = useQuery(matchedQuery);
  const hierarchy = useQuery(hierarchyQuery);
  const names = useMemo(() => new Map((hierarchy.data?.nodes ?? []).map((n) => [n.id, n.name])), [hierarchy.data]);
  // Reading a long document takes longer than a keystroke may; a list must show what was just moved.
  const typed = useDeferredValue(draft.text);
  const shown = search.edit === "text" ? typed : draft.text;
  const read = useMemo(() => readRules(shown), [shown]);
  const [editing, setEditing] = useState<number | "new" | null>(null);
  const trial = useTrial(draft, newest, RULES_DESK);
  const isBroken = read.problems.length > 0;
  const problems = isBroken ? read.problems : trial.problems;
  const asText = !narrow && (search.edit === "text" || isBroken);
  const save = (rule: Rule): void => {
    draft.edit(editing === "new" ? addRule(draft.text, rule) : replaceRule(draft.text, editing as number, rule));
    setEditing(null);
  };
  const toText = (): void => patch({ edit: "text" }, true);
  return (
    <>
      <DraftBar draft={draft} newest={newest} trial={trial} may={may} narrow={narrow} isBroken={isBroken} asText={asText} onShow={(text) => (text ? toText() : patch({ edit: undefined }, true))} />
      <OutdatedNotice trial={trial} />
      {trial.isPublished && (
        <div className="notice" data-tone="info">
          <IconCircleCheck size={16} aria-hidden />
          <div className="notice-body">The rules are published. History is restated within seconds; nothing is ingested again.</div>
        </div>
      )}
      {trial.error && <ErrorBox error={trial.error} what="the answer" onRetry={trial.run} />}
      {trial.result && <DryRun moved={trial.result} names={names} />}
      <section className="panel" aria-label="Rules">
        <div className="panel-head">
          <div>
            <h2 className="panel-title">{isBroken ? "The text has mistakes" : `${read.rules.length} ${read.rules.length === 1 ? "rule" : "rules"}, the first that fits decides`}</h2>
            <div className="panel-sub">
              <CostNote matched={matched.data} failed={matched.isError} changed={draft.dirty} />
              {narrow && " Rules are changed on a wider screen."}
            </div>
          </div>
          {canEdit && !asText && <Button size="xs" variant="default" onClick={() => setEditing("new")}>Add a rule</Button>}
        </div>
        {asText ? (
          <div className="panel-body">
            <DocumentEditor label="Rule document" value={draft.text} onChange={canEdit ? draft.edit : undefined} problems={problems} />
          </div>
        ) : (
          <>
            <Mistakes label="Mistakes in the rules" problems={problems} onSee={narrow ? null : toText} />
            <RuleList
              rules={read.rules}
              names={names}
              matched={matched.data}
              actions={canEdit ? { move: (from, to) => draft.edit(moveRule(draft.text, from, to)), edit: setEditing, remove: (at) => draft.edit(removeRule(draft.text, at)) } : null}
            />
            <p className="muted panel-foot">{restText(read)}</p>
          </>
        )}
      </section>
      {editing !== null && (
        <RuleForm
          rule={editing === "new" ? null : (read.rules[editing] ?? null)}
          otherIds={read.rules.filter((_, at) => at !== editing).map((r) => r.id)}
          tagKeys={Object.keys(read.tagKeys)}
          names={names}
          onSave={save}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

/** What the list leaves out of the document. */
function restText({ tagKeys, aliases, accounts }: RuleDocument): string {
  const count = (n: number, one: string, many: string): string[] => (n === 0 ? [] : [`${n} ${n === 1 ? one : many}`]);
  const keys = Object.keys(tagKeys);
  const parts = [...count(keys.length, "tag key", "tag keys"), ...count(aliases, "alias", "aliases"), ...count(accounts, "account default", "account defaults")];
  if (parts.length === 0) return "How tags are read, aliases and account defaults are written in the text.";
  return `The text also has ${parts.join(", ")}; they are changed there.`;
}
