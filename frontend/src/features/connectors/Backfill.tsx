/** Months of before: say which, see what that means, start. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Source } from "@/api/types";
import { PlanView } from "./PlanView";
import { type Months, planSource, startIngest, useChange } from "./queries";
import { isRead } from "./words";

export function Backfill({ source }: { source: Source }) {
  const [months, setMonths] = useState<Months>({});
  const plan = useMutation({ mutationFn: (asked: Months) => planSource(source.id, asked) });
  const start = useChange((asked: Months) => startIngest(source.id, asked), () => plan.reset());
  const change = (part: Months): void => {
    plan.reset();
    start.reset();
    setMonths((m) => Object.fromEntries(Object.entries({ ...m, ...part }).filter(([, v]) => v !== "")));
  };
  const backwards = months.from !== undefined && months.to !== undefined && months.from > months.to;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!backwards) plan.mutate(months);
  };
  return (
    <section className="panel" aria-label="Back-fill">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Back-fill</h2>
          <div className="panel-sub">Reads months of before; what is in already is not read again.</div>
        </div>
      </div>
      <div className="panel-body stack">
        <form className="row" style={{ alignItems: "flex-end" }} onSubmit={submit}>
          <Month label="From" value={months.from} onChange={(from) => change({ from })} />
          <Month label="To, included" value={months.to} onChange={(to) => change({ to })} />
          <Button size="xs" type="submit" variant="default" loading={plan.isPending}>Show the plan</Button>
          {backwards && <span className="unfavourable" role="alert">The last month lies before the first.</span>}
          <span role="status">{start.isSuccess && <span className="muted">Queued; the state above shows how far it is.</span>}</span>
        </form>
        {plan.error && <p className="unfavourable wrap-anywhere" role="alert">{plan.error.message}</p>}
        {plan.data && (
          <>
            <PlanView plan={plan.data} />
            {(plan.data.periods.some(isRead) || (plan.data.metrics?.days ?? 0) > 0) && (
              <div className="row">
                <Button size="xs" loading={start.isPending} onClick={() => start.mutate(months)}>Start the back-fill</Button>
                {start.error && <span className="unfavourable" role="alert">{start.error.message}</span>}
              </div>
            )}
          </>
        )}
      </div>
    </section>
  );
}

function Month({ label, value, onChange }: { label: string; value: string | undefined; onChange: (month: string) => void }) {
  return (
    <label className="field">
      {label}
      <input className="date-input" type="month" pattern="\d{4}-\d{2}" placeholder="YYYY-MM" value={value ?? ""} onChange={(e) => onChange(e.currentTarget.value)} style={{ width: 160 }} />
    </label>
  );
}
