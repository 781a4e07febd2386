import type { MetricPlan, Plan, PlannedPeriod } from "@/api/types";
import { monthText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { bytesText, metricPlanSentence, planSentence, verdictWord } from "./words";

const COLUMNS: Column<PlannedPeriod>[] = [
  { id: "name", header: "Billing period", cell: (p) => monthText(p.billing_period) },
  { id: "verdict", header: "What happens", cell: (p) => verdictWord(p) },
  { id: "size", header: "Size", align: "right", cell: (p) => <span className="num">{bytesText(p.bytes)}</span> },
  { id: "files", header: "Files", align: "right", priority: 2, cell: (p) => <span className="num">{p.files.toLocaleString()}</span> },
];
const WHY: Column<PlannedPeriod> = { id: "reason", header: "Why", priority: 2, cell: (p) => <span className="muted">{p.reason ?? ""}</span> };

/** The billing periods that an ingest would look at, newest first. */
export function PlanView({ plan }: { plan: Plan }) {
  if (plan.metrics) return <MetricPlanView plan={plan.metrics} />;
  const columns = plan.periods.some((p) => p.reason) ? [...COLUMNS, WHY] : COLUMNS;
  return (
    <>
      <p role="status">{planSentence(plan)}</p>
      {plan.periods.length > 0 && <DataTable caption="Plan" columns={columns} rows={plan.periods.toReversed()} rowId={(p) => p.billing_period} rowLabel={(p) => monthText(p.billing_period)} />}
    </>
  );
}

function MetricPlanView({ plan }: { plan: MetricPlan }) {
  return (
    <>
      <p role="status">{metricPlanSentence(plan)}</p>
      {plan.monthly_charge !== null && (
        <p className="muted">
          {plan.days === 0 ? "Every whole day is in." : `${plan.days.toLocaleString()} whole days are not in yet; they are asked for together, at the price of one.`}
          {plan.resources_cut > 0 && ` ${plan.resources_cut.toLocaleString()} cheaper resources are left out by the limits of this source.`}
        </p>
      )}
    </>
  );
}
