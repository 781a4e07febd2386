import { Button, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { addDays } from "@/lib/period";
import { useFocusBack } from "@/ui/useFocusBack";
import type { Exempt } from "./types";

const LEAST_REASON = 3;
const USUAL_DAYS = 90;
const MOST_DAYS = 731;

interface ExemptDialogProps {
  ids: string[];
  busy: boolean;
  error: Error | null;
  onExempt: (exempt: Exempt) => void;
  onClose: () => void;
}

/** An exemption has an end and a reason; both stay in the history. */
export function ExemptDialog({ ids, busy, error, onExempt, onClose }: ExemptDialogProps) {
  useFocusBack();
  const [today] = useState(() => new Date().toISOString().slice(0, 10));
  const [until, setUntil] = useState(addDays(today, USUAL_DAYS));
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const faults = { until: until <= today ? "A day after today is needed" : undefined, reason: reason.trim().length < LEAST_REASON ? "Say why, for those who ask later" : undefined };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!faults.until && !faults.reason) onExempt({ ids, until, reason: reason.trim() });
  };
  return (
    <Modal opened onClose={onClose} title={ids.length === 1 ? "Exempt this finding" : `Exempt ${ids.length.toLocaleString()} findings`} closeButtonProps={{ "aria-label": "Close" }}>
      <form className="stack" onSubmit={submit} noValidate>
        <p className="muted">What is exempt counts neither as tagged nor as lacking a tag. After the day it is open again.</p>
        <TextInput label="Reason" value={reason} maxLength={500} error={tried && faults.reason} onChange={(e) => setReason(e.currentTarget.value)} data-autofocus />
        <label className="field">
          Until the end of
          <input className="date-input" type="date" min={addDays(today, 1)} max={addDays(today, MOST_DAYS)} value={until} aria-invalid={tried && faults.until ? true : undefined} onChange={(e) => setUntil(e.currentTarget.value)} />
          {tried && faults.until && <span className="unfavourable" role="alert">{faults.until}</span>}
        </label>
        {error && <p className="unfavourable" role="alert">{error.message}</p>}
        <div className="row" style={{ justifyContent: "flex-end" }}>
          <Button size="xs" variant="default" onClick={onClose}>Cancel</Button>
          <Button size="xs" type="submit" loading={busy}>Exempt</Button>
        </div>
      </form>
    </Modal>
  );
}
