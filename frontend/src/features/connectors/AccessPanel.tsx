/** What a source gets in with. Secrets are never here to be shown: each is set or not, and can be replaced or removed. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError } from "@/api/client";
import type { Source } from "@/api/types";
import { instantText } from "@/lib/period";
import { Facts } from "@/ui/Facts";
import { FieldInput } from "./FieldInput";
import { type Field, type Values, fieldsOf, placeErrors } from "./fields";
import { kindsQuery, setAccess, useChange } from "./queries";

export function AccessPanel({ source, mayChange }: { source: Source; mayChange: boolean }) {
  const kinds = useQuery(kindsQuery);
  const fields = fieldsOf(kinds.data?.items.find((k) => k.kind === source.kind)?.options).filter((f) => f.access);
  if (fields.length === 0) return null;
  return (
    <section className="panel" aria-label="Access">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Access</h2>
          <div className="panel-sub">What it gets in with. Without any, the credentials are those of the environment of the machine where this runs.</div>
        </div>
      </div>
      <div className="panel-body">{mayChange ? <AccessForm source={source} fields={fields} /> : <Shown source={source} fields={fields} />}</div>
    </section>
  );
}

const textOf = (value: unknown): string => (value === undefined || value === null ? "" : String(value));

/** What was typed, by field; a field that is not in here stays as it is. */
function AccessForm({ source, fields }: { source: Source; fields: Field[] }) {
  const [changes, setChanges] = useState<Values>({});
  const save = useChange(() => setAccess(source.id, changes), () => setChanges({}));
  const refused = save.error instanceof ApiError ? save.error.fields : {};
  const { byField, others } = placeErrors(fields.map((f) => f.name), refused);
  const said = save.error && Object.keys(refused).length === 0 ? [save.error.message] : others;
  const change = (name: string, value: string | null): void =>
    setChanges((before) => {
      const { [name]: _, ...rest } = before;
      return value === null ? rest : { ...rest, [name]: value };
    });
  const setAt = (field: Field): string | null => source.secrets.find((s) => s.field === field.name)?.set_at ?? null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="fields">
        {fields.map((f) =>
          f.secret ? (
            <SecretField key={`${f.name} ${setAt(f)}`} field={f} setAt={setAt(f)} typed={changes[f.name] ?? null} error={byField[f.name]} onChange={(v) => change(f.name, v)} />
          ) : (
            <FieldInput key={f.name} field={f} value={changes[f.name] ?? textOf(source.options[f.name])} error={byField[f.name]} onChange={(v) => change(f.name, v === textOf(source.options[f.name]) ? null : v)} />
          ),
        )}
      </div>
      {said.map((text) => (
        <p key={text} className="unfavourable" role="alert">{text}</p>
      ))}
      <div className="row">
        <Button size="xs" type="submit" variant="default" disabled={Object.keys(changes).length === 0} loading={save.isPending}>Save</Button>
        <span role="status" className="muted">{save.isSuccess && Object.keys(changes).length === 0 && "Saved. Check it to see that it gets in."}</span>
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

function Shown({ source, fields }: { source: Source; fields: Field[] }) {
  const setAt = new Map(source.secrets.map((s) => [s.field, s.set_at]));
  const shown = ({ name, secret }: Field): string => {
    const at = setAt.get(name);
    return secret ? (at ? `set ${instantText(at)}` : "not set") : textOf(source.options[name]) || "not set";
  };
  return <Facts facts={fields.map((f): [string, string] => [f.label, shown(f)])} />;
}
