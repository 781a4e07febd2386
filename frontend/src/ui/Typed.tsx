import { TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";

interface TypedProps {
  label: string;
  value?: string | undefined;
  onValue: (value: string | undefined) => void;
  /** Of an amount; without it any text is taken. */
  pattern?: string;
}

/** A field of a filter: what is typed counts when it is sent or left. Give it a key that changes with its value. */
export function Typed({ label, value = "", onValue, pattern }: TypedProps) {
  const [typed, setTyped] = useState(value);
  const isWrong = pattern !== undefined && typed !== "" && !new RegExp(`^${pattern}$`).test(typed);
  const take = (): void => {
    if (typed.trim() !== value && !isWrong) onValue(typed.trim() || undefined);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    take();
  };
  return (
    <form onSubmit={submit}>
      <TextInput size="xs" label={label} value={typed} maxLength={200} inputMode={pattern ? "decimal" : undefined} error={isWrong ? "An amount is expected, like 120" : undefined} onChange={(e) => setTyped(e.currentTarget.value)} onBlur={take} />
    </form>
  );
}
