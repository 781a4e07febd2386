/** Of a source of metrics: what it needs, what it last asked for, and what that cost. */
import type { ReactNode } from "react";
import type { Run } from "@/api/types";
import { NO_DATA, exactMoney } from "@/lib/money";
import { dayText } from "@/lib/period";
import { Facts } from "@/ui/Facts";
import { Kpi } from "@/ui/Kpi";

export function NewestDay({ run }: { run: Run | null }) {
  const metrics = run?.state === "complete" ? run.metrics : null;
  return <Kpi label="Newest day" value={metrics ? dayText(metrics.last_day) : NO_DATA} note={metrics ? `${(run?.rows_published ?? 0).toLocaleString()} values in the last run` : "see the last run"} />;
}

export function MetricNeeds({ run }: { run: Run | null }) {
  const metrics = run?.metrics;
  const facts: [string, ReactNode][] = [
    ["Right", <code key="right">cloudwatch:GetMetricData</code>],
    ["Other accounts", "a role of the same name in each, given as Role name; the credentials may assume it"],
    ["Which resources", "the dearest of the last 30 days of your bills"],
    ["How to", "docs/howto/cloudwatch-metrics.md has the policy to paste"],
  ];
  if (metrics) {
    facts.push(
      ["Last asked for", `${metrics.requested.toLocaleString()} metrics of ${metrics.resources.toLocaleString()} resources, ${exactMoney(metrics.charge)}`],
      ["Not evaluated", metrics.not_evaluated === 0 ? "nothing" : `${metrics.not_evaluated.toLocaleString()} resources without metrics`],
    );
    if (metrics.resources_cut > 0) facts.push(["Left out", `${metrics.resources_cut.toLocaleString()} cheaper resources, by the limits of this source`]);
  }
  return (
    <section className="panel" aria-label="What it needs">
      <div className="panel-head">
        <h2 className="panel-title">What it needs</h2>
      </div>
      <div className="panel-body">
        <Facts facts={facts} />
      </div>
    </section>
  );
}
