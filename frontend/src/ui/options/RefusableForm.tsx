import { IconAlertTriangle } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import type { Refusal } from "./refusal";

interface RefusableFormProps {
  refusal: Refusal;
  onSubmit: (event: FormEvent) => void;
  children: ReactNode;
}

/** What was refused as a whole stands above the fields; of those that were refused themselves the first is gone to. */
export function RefusableForm({ refusal, onSubmit, children }: RefusableFormProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (Object.keys(refusal.byField).length > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refusal]);
  return (
    <form ref={form} className="stack" onSubmit={onSubmit} noValidate>
      {refusal.others.map((text) => (
        <div key={text} className="notice" data-tone="error" role="alert">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">{text}</div>
        </div>
      ))}
      {children}
    </form>
  );
}
