/** One required tag as a form: its key, what it may say, and of what it is asked. */
import { Button, Drawer, TextInput, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useFocusBack } from "@/ui/useFocusBack";
import { SCOPE_COLUMNS, faultOf, requirementText } from "./policyDocument";
import type { Requirement } from "./types";

const COLUMN_LABEL = { SubAccountId: "Accounts", ServiceName: "Services", RegionId: "Regions", ResourceType: "Resource types" } as const;
const NEW: Requirement = { key: "", also: [], values: null, pattern: null, where: {} };
const WHICH = { any: "Any value", teams: "A team of the hierarchy", list: "One of these values" } as const;
type Which = keyof typeof WHICH;

export const linesOf = (text: string): string[] => text.split("\n").map((l) => l.trim()).filter((l) => l !== "");

interface RequirementFormProps {
  /** Null for a new one. */
  requirement: Requirement | null;
  others: readonly Requirement[];
  onSave: (requirement: Requirement) => void;
  onClose: () => void;
}

export function RequirementForm(props: RequirementFormProps) {
  useFocusBack();
  return (
    <Drawer opened onClose={props.onClose} position="right" size="lg" title={props.requirement ? `Required tag ${props.requirement.key}` : "New required tag"} closeButtonProps={{ "aria-label": "Close" }}>
      <Fields {...props} />
    </Drawer>
  );
}

function Fields({ requirement, others, onSave, onClose }: RequirementFormProps) {
  const before = requirement ?? NEW;
  const [key, setKey] = useState(before.key);
  const [also, setAlso] = useState(before.also.join("\n"));
  const [which, setWhich] = useState<Which>(before.values === null ? "any" : before.values === "teams" ? "teams" : "list");
  const [values, setValues] = useState(Array.isArray(before.values) ? before.values.join("\n") : "");
  const [pattern, setPattern] = useState(before.pattern ?? "");
  const [where, setWhere] = useState<Record<string, string>>(Object.fromEntries(Object.entries(before.where).map(([c, v]) => [c, v.join("\n")])));
  const [tried, setTried] = useState(false);
  const scope = Object.entries(where).map(([column, text]) => [column, linesOf(text)] as const).filter(([, v]) => v.length > 0);
  const edited: Requirement = { key: key.trim(), also: linesOf(also), values: which === "any" ? null : which === "teams" ? "teams" : linesOf(values), pattern: pattern === "" ? null : pattern, where: Object.fromEntries(scope) };
  const fault = faultOf(edited, others);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault !== null) return;
    // What nobody changed is not written anew: its text keeps its form.
    if (JSON.stringify(edited) === JSON.stringify(requirement)) onClose();
    else onSave(edited);
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextInput label="Key" description="In any spelling that the attribution rules know as the same" value={key} onChange={(e) => setKey(e.currentTarget.value)} data-autofocus />
      <Textarea label="Other keys that count as it, one in a line" autosize minRows={2} maxRows={6} value={also} onChange={(e) => setAlso(e.currentTarget.value)} />
      <label className="field">
        What it may say
        <select className="select" value={which} onChange={(e) => setWhich(e.currentTarget.value as Which)}>
          {Object.entries(WHICH).map(([value, text]) => <option key={value} value={value}>{text}</option>)}
        </select>
      </label>
      {which === "list" && <Textarea label="Allowed values, one in a line" autosize minRows={3} maxRows={10} value={values} onChange={(e) => setValues(e.currentTarget.value)} />}
      <TextInput label="Pattern that the whole value matches, if it has one" placeholder="CC-\d{4}" value={pattern} spellCheck={false} onChange={(e) => setPattern(e.currentTarget.value)} />
      <fieldset className="fieldset">
        <legend>Asked only of these, one in a line; of all where it is empty</legend>
        {SCOPE_COLUMNS.map((column) => (
          <Textarea key={column} size="xs" label={COLUMN_LABEL[column]} autosize minRows={1} maxRows={6} value={where[column] ?? ""} onChange={(e) => setWhere({ ...where, [column]: e.currentTarget.value })} />
        ))}
      </fieldset>
      <p className="muted wrap-anywhere">{requirementText(edited)}</p>
      <div className="row spread">
        <span className="unfavourable" role="alert">{tried && fault}</span>
        <span className="row">
          <Button size="xs" variant="default" onClick={onClose}>Cancel</Button>
          <Button size="xs" type="submit">{requirement ? "Take over" : "Add it"}</Button>
        </span>
      </div>
    </form>
  );
}
