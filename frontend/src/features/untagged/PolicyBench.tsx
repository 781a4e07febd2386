/** The policy and a draft of it, as forms or as text; tried on the newest scan before it is published. */
import { Button, SegmentedControl } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useDeferredValue, useMemo, useState } from "react";
import { DocumentEditor } from "@/ui/DocumentEditor";
import { StatusWord } from "@/ui/StatusWord";
import { Mistakes } from "@/ui/documents/Mistakes";
import { OutdatedNotice } from "@/ui/documents/OutdatedNotice";
import type { Draft } from "@/ui/documents/useDraft";
import { type Trial, useTrial } from "@/ui/documents/useTrial";
import { ErrorBox } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { PolicyTrial } from "./PolicyTrial";
import { RequirementForm } from "./RequirementForm";
import { UntaggableForm } from "./UntaggableForm";
import { addRequirement, readPolicy, removeRequirement, replaceRequirement, requirementText, setUntaggable } from "./policyDocument";
import { POLICY_DESK } from "./queries";
import type { PolicyTest } from "./types";
import { countText } from "./words";

interface PolicyBenchProps {
  draft: Draft;
  /** 0: none is published, and what is shown is the one to begin with. */
  newest: number;
  wantsText: boolean;
  onShow: (text: boolean) => void;
}

export function PolicyBench({ draft, newest, wantsText, onShow }: PolicyBenchProps) {
  const may = useMay("findings:write", "everywhere") === true;
  // Reading a long document takes longer than a keystroke may; a list must show what was just changed.
  const typed = useDeferredValue(draft.text);
  const shown = wantsText ? typed : draft.text;
  const read = useMemo(() => readPolicy(shown), [shown]);
  const [editing, setEditing] = useState<number | "new" | "untaggable" | null>(null);
  const trial = useTrial(draft, newest, POLICY_DESK);
  const isBroken = read.problems.length > 0;
  const problems = isBroken ? read.problems : trial.problems;
  const asText = wantsText || isBroken;
  const take = (text: string): void => {
    draft.edit(text);
    setEditing(null);
  };
  return (
    <>
      <PolicyBar draft={draft} newest={newest} trial={trial} may={may} isBroken={isBroken} asText={asText} onShow={onShow} />
      <OutdatedNotice trial={trial} />
      {trial.isPublished && (
        <div className="notice" data-tone="info">
          <IconCircleCheck size={16} aria-hidden />
          <div className="notice-body">The policy is published. A scan judges every resource by it.</div>
        </div>
      )}
      {trial.error && <ErrorBox error={trial.error} what="the answer" onRetry={trial.run} />}
      {trial.result && <PolicyTrial result={trial.result} />}
      <section className="panel" aria-label="Policy">
        <div className="panel-head">
          <h2 className="panel-title">{isBroken ? "The text has mistakes" : countText(read.required.length, "required tag", "required tags")}</h2>
          {may && !asText && <Button size="xs" variant="default" onClick={() => setEditing("new")}>Add a tag</Button>}
        </div>
        {asText ? (
          <div className="panel-body">
            <DocumentEditor label="Policy document" value={draft.text} onChange={may ? draft.edit : undefined} problems={problems} />
          </div>
        ) : (
          <>
            <Mistakes label="Mistakes in the policy" problems={problems} onSee={() => onShow(true)} />
            <ul className="rules" aria-label="Required tags">
              {read.required.map((r, at) => (
                <li key={r.key} className="rule requirement">
                  <div className="rule-words">
                    <div><b className="wrap-anywhere">{r.key}</b></div>
                    <div className="muted wrap-anywhere">{requirementText(r)}</div>
                  </div>
                  {may && (
                    <div className="row rule-actions">
                      <Button size="compact-xs" variant="default" aria-label={`Edit ${r.key}`} onClick={() => setEditing(at)}>Edit</Button>
                      <Button size="compact-xs" variant="default" aria-label={`Remove ${r.key}`} disabled={read.required.length === 1} title={read.required.length === 1 ? "A policy asks for one tag at least" : undefined} onClick={() => draft.edit(removeRequirement(draft.text, at))}>Remove</Button>
                    </div>
                  )}
                </li>
              ))}
            </ul>
            <div className="panel-foot row spread">
              <span className="wrap-anywhere">{untaggableText(read.untaggable)}</span>
              {may && <Button size="compact-xs" variant="default" onClick={() => setEditing("untaggable")}>Change what cannot be tagged</Button>}
            </div>
          </>
        )}
      </section>
      {editing === "untaggable" && <UntaggableForm value={read.untaggable} onSave={(next) => take(setUntaggable(draft.text, next))} onClose={() => setEditing(null)} />}
      {editing !== null && editing !== "untaggable" && (
        <RequirementForm
          requirement={editing === "new" ? null : (read.required[editing] ?? null)}
          others={read.required.filter((_, at) => at !== editing)}
          onSave={(r) => take(editing === "new" ? addRequirement(draft.text, r) : replaceRequirement(draft.text, editing, r))}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function untaggableText({ types, services }: { types: string[]; services: string[] }): string {
  const parts = [...(types.length > 0 ? [`types ${types.join(", ")}`] : []), ...(services.length > 0 ? [`services ${services.join(", ")}`] : [])];
  return parts.length === 0 ? "Everything counts as taggable." : `Cannot be tagged, and is no finding: ${parts.join("; ")}.`;
}

interface PolicyBarProps {
  draft: Draft;
  newest: number;
  trial: Trial<PolicyTest>;
  may: boolean;
  isBroken: boolean;
  asText: boolean;
  onShow: (text: boolean) => void;
}

/** How the draft stands to what is published, and what can be done with it. */
function PolicyBar({ draft, newest, trial, may, isBroken, asText, onShow }: PolicyBarProps) {
  const isFirst = newest === 0;
  const canTry = draft.dirty || isFirst;
  const why = !may ? "You may see the policy and test it, not publish it" : !canTry ? "Nothing has changed" : trial.result ? undefined : "Test this policy first";
  return (
    <div className="row spread">
      <div className="row">
        <span role="status">{draft.dirty ? <StatusWord tone="warn">Unsaved changes</StatusWord> : <span className="muted">{isFirst ? "Nothing is published yet." : "As published."}</span>}</span>
        {draft.dirty && <Button size="compact-xs" variant="default" onClick={trial.discard}>Discard</Button>}
      </div>
      <div className="row">
        <SegmentedControl size="xs" aria-label="Show the policy as" value={asText ? "text" : "form"} data={[{ value: "form", label: "Form", disabled: isBroken }, { value: "text", label: "Text" }]} onChange={(value) => onShow(value === "text")} />
        <Button size="xs" variant={canTry && !trial.result ? "filled" : "default"} loading={trial.running} disabled={!canTry || isBroken} onClick={trial.run}>Test</Button>
        <Button size="xs" variant={why === undefined ? "filled" : "default"} loading={trial.publishing} disabled={why !== undefined || trial.outdated !== null} title={why} onClick={trial.publish}>Publish</Button>
      </div>
    </div>
  );
}
