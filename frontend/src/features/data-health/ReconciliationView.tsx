/** The bill at every hop, from the source's own total to what the screen sums, with the difference as the number that counts. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReconciliationItem } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { instantText, monthText } from "@/lib/period";
import { Amount } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { ExportCsv } from "@/ui/ExportCsv";
import { Kpi } from "@/ui/Kpi";
import { StatusWord } from "@/ui/StatusWord";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { RECONCILIATION_PATH, reconciliationQuery } from "@/ui/reconciliation/queries";
import { byTrouble, isZero, itemTone, statusText, verdictOf } from "@/ui/reconciliation/verdict";

export function ReconciliationView() {
  const query = useQuery(reconciliationQuery);
  return (
    <QueryPanel query={query} what="the reconciliation" skeleton={<Skeleton height={420} radius={6} />}>
      {(data) => <Content items={data.items} />}
    </QueryPanel>
  );
}

function Content({ items }: { items: ReconciliationItem[] }) {
  const rows = useMemo(() => byTrouble(items), [items]);
  const verdict = verdictOf(items);
  if (items.length === 0) {
    return (
      <div className="panel">
        <EmptyBox title="Nothing to reconcile yet" action={<Button component={Link} to="/admin/connectors" size="xs" variant="default">Open Connectors</Button>}>
          Once a bill has been read, its total is compared here at every hop.
        </EmptyBox>
      </div>
    );
  }
  const worst = verdict.worst;
  const currency = items[0]?.currency ?? "USD";
  const headline = worst ? { amount: worst.difference ?? "0", currency: worst.currency } : { amount: "0.00", currency };
  return (
    <>
      <div className="kpis">
        <Kpi
          label={worst ? "Largest difference" : "Difference to the bill"}
          value={
            <span className={worst ? "unfavourable" : "favourable"}>
              {verdict.settled === 0 && !worst ? NO_DATA : <Amount money={headline} show="exact" />}
            </span>
          }
          note={worst ? `${worst.source}, ${monthText(worst.billing_period)}` : `${verdict.settled} periods match at every hop`}
        />
        <Kpi label="On the way" value={<span className="num">{verdict.pending}</span>} note={verdict.pending === 1 ? "period with a newer delivery" : "periods with a newer delivery"} />
        <Kpi
          label="Quarantined lines"
          value={<span className="num">{verdict.quarantined.toLocaleString()}</span>}
          note={verdict.quarantined === 0 ? "Every line was understood" : <Link className="link" to="/admin/data-health" search={{ view: "runs" }}>See the runs that hold them</Link>}
        />
      </div>
      <section className="panel" aria-label="Reconciliation">
        <div className="panel-head">
          <div>
            <h2 className="panel-title">Billed cost, hop by hop</h2>
            <div className="panel-sub">Difference = source − quarantined − cockpit. The difference is exact; the amounts are rounded here, and compared to the last digit.</div>
          </div>
          <ExportCsv path={RECONCILIATION_PATH} query={{}} />
        </div>
        <DataTable caption="Reconciliation" columns={COLUMNS} rows={rows} rowId={(r) => `${r.source_id}-${r.billing_period}-${r.currency}`} rowLabel={labelOf} wide />
      </section>
    </>
  );
}

const labelOf = (r: ReconciliationItem): string => `${r.source}, ${monthText(r.billing_period)}`;

function hop(id: string, header: string, value: (r: ReconciliationItem) => string | null): Column<ReconciliationItem> {
  return {
    id,
    header,
    align: "right",
    priority: 2,
    cell: (r) => {
      const amount = value(r);
      const first = r.first_difference_hop?.split(".")[0] === id;
      return (
        <span className={first ? "unfavourable" : undefined} title={first ? "The first difference appears here" : undefined}>
          <Amount money={amount === null ? null : { amount, currency: r.currency }} show="cents" />
          {first && <span> differs</span>}
        </span>
      );
    },
  };
}

const COLUMNS: Column<ReconciliationItem>[] = [
  {
    id: "name",
    header: "Source and period",
    cell: (r) => (
      <span title={`${r.rows_read ?? NO_DATA} lines read, ${r.rows_published ?? NO_DATA} published`}>
        {r.source} <span className="muted">{monthText(r.billing_period)}</span>
      </span>
    ),
  },
  {
    id: "status",
    header: "Status",
    cell: (r) => (
      <span title={r.pending_since ? `since ${instantText(r.pending_since)}` : undefined}>
        <StatusWord tone={itemTone(r)}>{statusText(r)}</StatusWord>
      </span>
    ),
  },
  hop("source", "Source", (r) => r.source_billed),
  hop("quarantine", "Quarantined", (r) => r.quarantined_billed),
  hop("raw", "Raw", (r) => r.raw_billed),
  hop("enriched", "Enriched", (r) => r.enriched_billed),
  hop("cockpit", "Cockpit", (r) => r.cockpit_billed),
  {
    id: "difference",
    header: "Difference",
    align: "right",
    cell: (r) => (
      <b className={r.difference === null ? "muted" : isZero(r.difference) ? "favourable" : "unfavourable"}>
        <Amount money={r.difference === null ? null : { amount: r.difference, currency: r.currency }} show="exact" />
      </b>
    ),
  },
];
