import { Button, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef } from "react";
import type { Refusal } from "./AddWizard";
import { type Field, type Values, readValues } from "./fields";
import type { Place } from "./queries";

interface PlaceFormProps {
  kind: string;
  fields: Field[];
  name: string;
  values: Values;
  refusal: Refusal;
  busy: boolean;
  onName: (name: string) => void;
  onValue: (field: string, value: string) => void;
  onPlace: (place: Place) => void;
  onRefuse: (refusal: Refusal) => void;
}

export function PlaceForm(props: PlaceFormProps) {
  const { kind, fields, name, values, refusal, busy } = props;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(refusal.byField).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refusal]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = readValues(fields, values);
    const byField = name.trim() === "" ? { name: "Needed", ...read.errors } : read.errors;
    if (Object.keys(byField).length > 0) return props.onRefuse({ byField, others: [] });
    const { location, ...options } = read.options;
    props.onPlace({ kind, location: String(location), options });
  };
  const needed = fields.filter((f) => f.required);
  const optional = fields.filter((f) => !f.required);
  const input = (f: Field) => <Input key={f.name} field={f} value={values[f.name] ?? ""} error={refusal.byField[f.name]} onChange={(v) => props.onValue(f.name, v)} />;
  return (
    <form ref={form} onSubmit={submit} className="stack" noValidate>
      {refusal.others.map((text) => (
        <div key={text} className="notice" data-tone="error" role="alert">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">{text}</div>
        </div>
      ))}
      <div className="fields">
        <TextInput label="Name" description="How you call it, on every page" required withAsterisk={false} value={name} error={refusal.byField.name} maxLength={100} onChange={(e) => props.onName(e.currentTarget.value)} />
        {needed.map(input)}
      </div>
      {optional.length > 0 && (
        <fieldset className="fieldset">
          <legend>All of these may stay empty</legend>
          <p className="muted">No secret is stored: credentials come from the environment of the machine where this runs, from a profile there, or from a role that it may assume.</p>
          <div className="fields">{optional.map(input)}</div>
        </fieldset>
      )}
      <div className="row">
        <Button size="xs" type="submit" loading={busy}>Check it</Button>
      </div>
    </form>
  );
}

interface InputProps {
  field: Field;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function Input({ field, value, error, onChange }: InputProps) {
  if (field.kind === "boolean") {
    return (
      <label className="check-field">
        <input type="checkbox" checked={value === "true"} onChange={(e) => onChange(String(e.currentTarget.checked))} />
        <span>
          {field.label}
          <span className="muted" style={{ display: "block" }}>{field.help}</span>
          {error && <span className="unfavourable">{error}</span>}
        </span>
      </label>
    );
  }
  if (field.kind === "choice") {
    return (
      <label className="field">
        {field.label}
        <select className="select" value={value} aria-invalid={error ? true : undefined} onChange={(e) => onChange(e.currentTarget.value)}>
          {!field.choices.includes(value) && <option value="">Choose…</option>}
          {field.choices.map((c) => (
            <option key={c} value={c}>{c}</option>
          ))}
        </select>
        {field.help && <span className="muted">{field.help}</span>}
        {error && <span className="unfavourable">{error}</span>}
      </label>
    );
  }
  return (
    <TextInput
      label={field.label} description={field.help || undefined} required={field.required} withAsterisk={false} value={value} error={error}
      inputMode={field.kind === "integer" || field.kind === "number" ? "decimal" : undefined} autoComplete="off" spellCheck={false} onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
