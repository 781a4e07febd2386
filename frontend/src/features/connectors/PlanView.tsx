import type { Plan, PlannedPeriod } from "@/api/types";
import { monthText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { bytesText, planSentence, verdictWord } from "./words";

const COLUMNS: Column<PlannedPeriod>[] = [
  { id: "name", header: "Billing period", cell: (p) => monthText(p.billing_period) },
  { id: "verdict", header: "What happens", cell: (p) => verdictWord(p) },
  { id: "size", header: "Size", align: "right", cell: (p) => <span className="num">{bytesText(p.bytes)}</span> },
  { id: "files", header: "Files", align: "right", priority: 2, cell: (p) => <span className="num">{p.files.toLocaleString()}</span> },
];
const WHY: Column<PlannedPeriod> = { id: "reason", header: "Why", priority: 2, cell: (p) => <span className="muted">{p.reason ?? ""}</span> };

/** The billing periods that an ingest would look at, newest first. */
export function PlanView({ plan }: { plan: Plan }) {
  const columns = plan.periods.some((p) => p.reason) ? [...COLUMNS, WHY] : COLUMNS;
  return (
    <>
      <p role="status">{planSentence(plan)}</p>
      {plan.periods.length > 0 && <DataTable caption="Plan" columns={columns} rows={plan.periods.toReversed()} rowId={(p) => p.billing_period} rowLabel={(p) => monthText(p.billing_period)} />}
    </>
  );
}
