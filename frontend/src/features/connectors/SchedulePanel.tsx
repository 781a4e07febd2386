import { Button } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Source } from "@/api/types";
import { setSchedule, useChange } from "./queries";
import { everyText } from "./words";

const CHOICES = [600, 3600, 21_600, 86_400, 604_800];

export function SchedulePanel({ source, mayChange }: { source: Source; mayChange: boolean }) {
  const own = source.poll_every_s;
  const [chosen, setChosen] = useState(own === null ? "" : String(own));
  const save = useChange(() => setSchedule(source.id, { poll_every_s: chosen === "" ? null : Number(chosen) }));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const choices = own === null || CHOICES.includes(own) ? CHOICES : [...CHOICES, own].toSorted((a, b) => a - b);
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  return (
    <section className="panel" aria-label="Schedule">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Schedule</h2>
          <div className="panel-sub">A look that finds nothing new costs next to nothing.</div>
        </div>
      </div>
      <div className="panel-body">
        {mayChange ? (
          <form className="row" style={{ alignItems: "flex-end" }} onSubmit={submit}>
            <label className="field">
              Look for new deliveries
              <select className="select" value={chosen} onChange={(e) => setChosen(e.currentTarget.value)}>
                <option value="">{own === null ? `As this installation is set: ${everyText(source.looks_every_s)}` : "As this installation is set"}</option>
                {choices.map((s) => (
                  <option key={s} value={s}>{capital(everyText(s))}</option>
                ))}
              </select>
            </label>
            <Button size="xs" type="submit" variant="default" loading={save.isPending}>Save</Button>
            <span role="status">{save.error ? <span className="unfavourable">{save.error.message}</span> : save.isSuccess && <span className="muted">Saved.</span>}</span>
          </form>
        ) : (
          <p>{capital(everyText(source.looks_every_s))}{own === null ? ", as this installation is set" : ""}.</p>
        )}
      </div>
    </section>
  );
}
