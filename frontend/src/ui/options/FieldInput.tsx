import { PasswordInput, TextInput } from "@mantine/core";
import type { Field } from "./fields";

interface InputProps {
  field: Field;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** The field that can hold a value of this kind; a secret is typed blind, and browsers are asked not to keep it. */
export function FieldInput({ field, value, error, onChange }: InputProps) {
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
  if (field.secret) {
    return (
      <PasswordInput
        label={field.label} description={field.help || undefined} required={field.required} withAsterisk={false} value={value} error={error}
        autoComplete="new-password" spellCheck={false} visibilityToggleButtonProps={{ "aria-label": `Show what is typed as ${field.label}` }} onChange={(e) => onChange(e.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      label={field.label} description={field.help || undefined} required={field.required} withAsterisk={false} value={value} error={error}
      inputMode={field.kind === "integer" || field.kind === "number" ? "decimal" : undefined} autoComplete="off" spellCheck={false} onChange={(e) => onChange(e.currentTarget.value)}
    />
  );
}
