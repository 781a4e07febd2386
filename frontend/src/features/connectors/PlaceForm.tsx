import { Button, TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import { FieldInput } from "@/ui/options/FieldInput";
import { RefusableForm } from "@/ui/options/RefusableForm";
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
    <RefusableForm refusal={refusal} onSubmit={submit}>
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
    </RefusableForm>
  );
}
