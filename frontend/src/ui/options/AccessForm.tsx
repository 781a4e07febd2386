/** What something gets in with. Secrets are never here to be shown: each is set or not, and can be replaced or removed. */
import { Button } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { instantText } from "@/lib/period";
import { Facts } from "@/ui/Facts";
import { FieldInput } from "./FieldInput";
import type { Field, Values } from "./fields";
import { NO_REFUSAL, refusalOf } from "./refusal";

interface AccessFormProps {
  fields: Field[];
  /** What is no secret, by name. */
  options: Readonly<Record<string, unknown>>;
  secrets: readonly { field: string; set_at: string }[];
  mayChange: boolean;
  /** Takes what was typed, by field: what is not in there stays as it is, what is empty is removed. */
  save: Pick<UseMutationResult<unknown, Error, Values>, "mutate" | "error" | "isPending" | "isSuccess">;
  /** What is said when it is saved. */
  saved: string;
}

export function AccessForm(props: AccessFormProps) {
  return props.mayChange ? <Form {...props} /> : <Shown {...props} />;
}

const textOf = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** What was typed, by field; a field that is not in here stays as it is. */
function Form({ fields, options, secrets, save, saved }: AccessFormProps) {
  const [changes, setChanges] = useState<Values>({});
  const { byField, others } = save.error ? refusalOf(save.error, fields.map((f) => f.name)) : NO_REFUSAL;
  const change = (name: string, value: string | null): void =>
    setChanges((before) => {
      const { [name]: _, ...rest } = before;
      return value === null ? rest : { ...rest, [name]: value };
    });
  const setAt = (field: Field): string | null => secrets.find((s) => s.field === field.name)?.set_at ?? null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate(changes, { onSuccess: () => setChanges({}) });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="fields">
        {fields.map((f) =>
          f.secret ? (
            <SecretField key={`${f.name} ${setAt(f)}`} field={f} setAt={setAt(f)} typed={changes[f.name] ?? null} error={byField[f.name]} onChange={(v) => change(f.name, v)} />
          ) : (
            <FieldInput key={f.name} field={f} value={changes[f.name] ?? textOf(options[f.name])} error={byField[f.name]} onChange={(v) => change(f.name, v === textOf(options[f.name]) ? null : v)} />
          ),
        )}
      </div>
      {others.map((text) => (
        <p key={text} className="unfavourable" role="alert">{text}</p>
      ))}
      <div className="row">
        <Button size="xs" type="submit" variant="default" disabled={Object.keys(changes).length === 0} loading={save.isPending}>Save</Button>
        <span role="status" className="muted">{save.isSuccess && Object.keys(changes).length === 0 && saved}</span>
      </div>
    </form>
  );
}

interface SecretFieldProps {
  field: Field;
  setAt: string | null;
  /** Null: stays as it is. Empty: will be removed, where there is one. */
  typed: string | null;
  error: string | undefined;
  onChange: (typed: string | null) => void;
}

function SecretField({ field, setAt, typed, error, onChange }: SecretFieldProps) {
  const [asking, setAsking] = useState(false);
  const isReplaced = typed !== null && typed !== "";
  const isRemoved = typed === "";
  const keep = (): void => {
    setAsking(false);
    onChange(null);
  };
  const of = (verb: string): string => `${verb} ${field.label}`;
  if (!isRemoved && (asking || isReplaced)) {
    return (
      <div>
        <FieldInput field={field} value={typed ?? ""} error={error} onChange={(v) => onChange(v === "" ? null : v)} />
        <Button size="compact-xs" variant="default" mt={4} onClick={keep} aria-label={of(setAt ? "Keep what is set:" : "Do not set it:")}>{setAt ? "Keep what is set" : "Do not set it"}</Button>
      </div>
    );
  }
  return (
    <div className="field" role="group" aria-label={field.label}>
      {field.label}
      <span className="muted">{isRemoved ? "Will be removed when you save" : setAt ? `Set ${instantText(setAt)}` : "Not set"}</span>
      {error && <span className="unfavourable">{error}</span>}
      <span className="row">
        {isRemoved ? (
          <Button size="compact-xs" variant="default" onClick={keep} aria-label={of("Keep it:")}>Keep it</Button>
        ) : (
          <>
            <Button size="compact-xs" variant="default" onClick={() => setAsking(true)} aria-label={of(setAt ? "Replace" : "Set")}>{setAt ? "Replace" : "Set"}</Button>
            {setAt && <Button size="compact-xs" variant="default" onClick={() => onChange("")} aria-label={of("Remove")}>Remove</Button>}
          </>
        )}
      </span>
    </div>
  );
}

function Shown({ fields, options, secrets }: Pick<AccessFormProps, "fields" | "options" | "secrets">) {
  const setAt = new Map(secrets.map((s) => [s.field, s.set_at]));
  const shown = ({ name, secret }: Field): string => {
    const at = setAt.get(name);
    return secret ? (at ? `set ${instantText(at)}` : "not set") : textOf(options[name]) || "not set";
  };
  return <Facts facts={fields.map((f): [string, string] => [f.label, shown(f)])} />;
}
