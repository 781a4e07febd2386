import { Button, SegmentedControl } from "@mantine/core";
import type { RulesMoved } from "@/api/types";
import { StatusWord } from "@/ui/StatusWord";
import type { Draft } from "@/ui/documents/useDraft";
import type { Trial } from "@/ui/documents/useTrial";


interface DraftBarProps {
  draft: Draft;
  newest: number;
  trial: Trial<RulesMoved>;
  may: boolean | undefined;
  narrow: boolean;
  isBroken: boolean;
  asText: boolean;
  onShow: (text: boolean) => void;
}

/** How the draft stands to what is published, and what can be done with it. */
export function DraftBar({ draft, newest, trial, may, narrow, isBroken, asText, onShow }: DraftBarProps) {
  const still = newest === 0 ? "Starter rules: they apply until you publish your own." : "As published.";
  const why = !may ? "You may see rules and try them, not publish them" : !draft.dirty ? "Nothing has changed" : trial.result ? undefined : "Do a dry run of these rules first";
  return (
    <div className="row spread">
      <div className="row">
        <span role="status">{draft.dirty ? <StatusWord tone="warn">Unsaved changes</StatusWord> : <span className="muted">{still}</span>}</span>
        {draft.dirty && <Button size="compact-xs" variant="default" onClick={trial.discard}>Discard</Button>}
      </div>
      {!narrow && (
        <div className="row">
          <SegmentedControl
            size="xs"
            aria-label="Show the rules as"
            value={asText ? "text" : "list"}
            data={[{ value: "list", label: "List", disabled: isBroken }, { value: "text", label: "Text" }]}
            onChange={(value) => onShow(value === "text")}
          />
          <Button size="xs" variant={draft.dirty && !trial.result ? "filled" : "default"} loading={trial.running} disabled={!draft.dirty || isBroken} onClick={trial.run}>Dry run</Button>
          <Button size="xs" variant={why === undefined ? "filled" : "default"} loading={trial.publishing} disabled={why !== undefined || trial.outdated !== null} title={why} onClick={trial.publish}>Publish</Button>
        </div>
      )}
    </div>
  );
}
