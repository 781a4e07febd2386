import { Button, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type FormEvent, useEffect, useRef } from "react";
import { FieldInput } from "@/ui/options/FieldInput";
import { type Field, type Values, readValues } from "@/ui/options/fields";
import type { Refusal } from "@/ui/options/refusal";
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
  const optional = fields.filter((f) => !f.required && !f.access);
  const credentials = fields.filter((f) => !f.required && f.access);
  const input = (f: Field) => <FieldInput key={f.name} field={f} value={values[f.name] ?? ""} error={refusal.byField[f.name]} onChange={(v) => props.onValue(f.name, v)} />;
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
          <div className="fields">{optional.map(input)}</div>
        </fieldset>
      )}
      {credentials.length > 0 && (
        <fieldset className="fieldset">
          <legend>How it gets in</legend>
          <p className="muted">All of it may stay empty: then the credentials are those of the environment of the machine where this runs. Secrets are stored encrypted and never shown again.</p>
          <div className="fields">{credentials.map(input)}</div>
        </fieldset>
      )}
      <div className="row">
        <Button size="xs" type="submit" loading={busy}>Check it</Button>
      </div>
    </form>
  );
}
