/** One rule as a form: whom it looks at, and whom it gives the cost to. */
import { Button, Drawer, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { hierarchyQuery } from "@/api/queries";
import { useFocusBack } from "@/ui/useFocusBack";
import { ConditionEditor } from "./ConditionEditor";
import { ASSIGNMENTS, type Assignment, type Condition, NEW_COMPARISON, type Rule, WITHOUT_TARGET, faultOf } from "./model";
import { catalogQuery } from "./queries";
import { ruleText } from "./words";

const ASSIGN_TEXT: Record<Assignment, string> = {
  team: "This team",
  service: "This service, and its team",
  team_from_tag: "The team that a tag names",
  service_from_tag: "The service that a tag names",
  service_from_components: "The service of which it is a component",
  team_from_account: "The team of its account",
};

const TARGET_TEXT: Partial<Record<Assignment, string>> = { team: "Team id", service: "Service id", team_from_tag: "Tag key", service_from_tag: "Tag key" };

const NEW_RULE: Rule = { id: "", name: "", when: { kind: "all", parts: [NEW_COMPARISON] }, assign: "team", target: "" };

interface RuleFormProps {
  /** Null for a new one. */
  rule: Rule | null;
  otherIds: readonly string[];
  tagKeys: readonly string[];
  names: ReadonlyMap<string, string>;
  onSave: (rule: Rule) => void;
  onClose: () => void;
}

export function RuleForm(props: RuleFormProps) {
  useFocusBack();
  return (
    <Drawer opened onClose={props.onClose} position="right" size="xl" title={props.rule ? `Rule ${props.rule.id}` : "New rule"} closeButtonProps={{ "aria-label": "Close" }}>
      <Fields {...props} />
    </Drawer>
  );
}

function Fields({ rule, otherIds, tagKeys, names, onSave, onClose }: RuleFormProps) {
  const [edited, setEdited] = useState<Rule>(rule ?? NEW_RULE);
  const [tried, setTried] = useState(false);
  const fault = faultOf(edited, otherIds);
  const put = (part: Partial<Rule>): void => setEdited({ ...edited, ...part });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault !== null) return;
    // What nobody changed is not written anew: its text keeps its form.
    if (JSON.stringify(edited) === JSON.stringify(rule)) onClose();
    else onSave(edited);
  };
  const target = TARGET_TEXT[edited.assign];
  return (
    <form className="stack" onSubmit={submit}>
      <div className="query-bar">
        <TextInput size="xs" label="Id" value={edited.id} onChange={(e) => put({ id: e.currentTarget.value })} placeholder="team-tag" data-autofocus />
        <TextInput size="xs" label="Name, if it needs one" value={edited.name} onChange={(e) => put({ name: e.currentTarget.value })} style={{ flex: "1 1 220px" }} />
      </div>
      <fieldset className="plain">
        <legend className="panel-title">Which charges</legend>
        <label className="row">
          <select className="select" aria-label="Which charges" value={edited.when ? "some" : "all"} onChange={(e) => put({ when: e.currentTarget.value === "all" ? null : (rule?.when ?? NEW_RULE.when) })}>
            <option value="all">Every charge that no earlier rule took</option>
            <option value="some">Only those that meet a condition</option>
          </select>
        </label>
        {edited.when && <WholeCondition value={edited.when} onChange={(when) => put({ when })} />}
      </fieldset>
      <fieldset className="plain">
        <legend className="panel-title">Go to</legend>
        <div className="query-bar">
          <select className="select" aria-label="Go to" value={edited.assign} onChange={(e) => put(withAssignment(edited, e.currentTarget.value as Assignment))}>
            {ASSIGNMENTS.map((a) => <option key={a} value={a}>{ASSIGN_TEXT[a]}</option>)}
          </select>
          {target && (
            <label className="field" style={{ flex: "1 1 200px" }}>
              {target}
              <input className="date-input" list={LISTS[edited.assign]} value={edited.target} onChange={(e) => put({ target: e.currentTarget.value })} />
            </label>
          )}
        </div>
      </fieldset>
      <Suggestions tagKeys={tagKeys} />
      <p className="muted wrap-anywhere">{ruleText(edited, names)}</p>
      <div className="row spread">
        <span className="unfavourable" role="alert">{tried && fault}</span>
        <span className="row">
          <Button size="xs" variant="default" onClick={onClose}>Cancel</Button>
          <Button size="xs" type="submit">{rule ? "Take over" : "Add as the last rule"}</Button>
        </span>
      </div>
    </form>
  );
}

/** A single condition can become the first of a group. */
function WholeCondition({ value, onChange }: { value: Condition; onChange: (next: Condition) => void }) {
  return (
    <>
      <ConditionEditor value={value} onChange={onChange} onRemove={null} />
      {(value.kind === "is" || value.kind === "not") && (
        <div><Button size="compact-xs" variant="default" onClick={() => onChange({ kind: "all", parts: [value, NEW_COMPARISON] })}>Add a condition</Button></div>
      )}
    </>
  );
}

/** A target means something else under another assignment, but for the two that take a tag. */
function withAssignment(rule: Rule, assign: Assignment): Partial<Rule> {
  const keeps = rule.assign.endsWith("_from_tag") && assign.endsWith("_from_tag");
  return { assign, target: WITHOUT_TARGET.has(assign) || !keeps ? "" : rule.target };
}

const LISTS: Partial<Record<Assignment, string>> = { team: "rule-teams", service: "rule-services", team_from_tag: "rule-tag-keys", service_from_tag: "rule-tag-keys" };

function Suggestions({ tagKeys }: { tagKeys: readonly string[] }) {
  const hierarchy = useQuery(hierarchyQuery);
  const catalog = useQuery(catalogQuery);
  const teams = (hierarchy.data?.nodes ?? []).filter((n) => n.type === "team");
  return (
    <>
      <datalist id="rule-teams">{teams.map((t) => <option key={t.id} value={t.id}>{t.name}</option>)}</datalist>
      <datalist id="rule-services">{(catalog.data?.services ?? []).map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}</datalist>
      <datalist id="rule-tag-keys">{tagKeys.map((k) => <option key={k} value={k}>{k}</option>)}</datalist>
    </>
  );
}
