/** What a policy would find, beside what the active one does, before anybody publishes. */
import type { Money } from "@/lib/money";
import { Amount } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { Kpi } from "@/ui/Kpi";
import type { PolicyTest } from "./types";

interface KeyCount {
  key: string;
  resources: number;
}

const COLUMNS: Column<KeyCount>[] = [
  { id: "name", header: "Required tag", cell: (k) => k.key },
  { id: "resources", header: "Resources without it", align: "right", cell: (k) => <span className="num">{k.resources.toLocaleString()}</span> },
];

export function PolicyTrial({ result }: { result: PolicyTest }) {
  const { findings_before, findings_after, cost_before, cost_after, by_key } = result;
  const keys = Object.entries(by_key).map(([key, resources]) => ({ key, resources }));
  const currencies = [...new Set([...cost_before, ...cost_after].map((m) => m.currency))];
  return (
    <section className="panel" aria-label="Test">
      <div className="panel-head">
        <div role="status">
          <h2 className="panel-title">{findings_after === findings_before ? "As many findings as now" : `${findings_after.toLocaleString()} findings instead of ${findings_before.toLocaleString()}`}</h2>
          <div className="panel-sub">In the newest scan. Nothing is published yet.</div>
        </div>
      </div>
      <div className="panel-body stack">
        <div className="kpis">
          <Kpi label="Findings, after" value={<span className="num">{findings_after.toLocaleString()}</span>} note={<>now <span className="num">{findings_before.toLocaleString()}</span></>} />
          {currencies.map((currency) => (
            <Kpi key={currency} label="Their cost in 30 days, after" value={<Amount money={inCurrency(cost_after, currency)} show="compact" />} note={<>now <Amount money={inCurrency(cost_before, currency)} show="compact" /></>} />
          ))}
        </div>
        <DataTable caption="By required tag" columns={COLUMNS} rows={keys} rowId={(k) => k.key} rowLabel={(k) => k.key} />
      </div>
    </section>
  );
}

const inCurrency = (amounts: readonly Money[], currency: string): Money => amounts.find((m) => m.currency === currency) ?? { amount: "0", currency };
