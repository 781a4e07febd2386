/** Whether data arrives and equals the bill, for those who may know; each line leads to the page that says more. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { sourcesQuery } from "@/api/queries";
import { StatusWord } from "@/ui/StatusWord";
import { reconciliationQuery } from "@/ui/reconciliation/queries";
import { verdictOf } from "@/ui/reconciliation/verdict";
import { QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";

const WORD = { ok: "Equals the bill", warn: "Incomplete", error: "Differs from the bill", idle: "Not settled yet" } as const;

export function DataHealth() {
  const mayHealth = useMay("health:read", "everywhere");
  const maySources = useMay("sources:read", "everywhere");
  if (!mayHealth && !maySources) return null;
  return (
    <section className="panel" aria-label="Data health">
      <div className="panel-head"><h2 className="panel-title">Data health</h2></div>
      <div className="panel-body stack">
        {mayHealth && <Reconciled />}
        {maySources && <Sources />}
      </div>
    </section>
  );
}

function Reconciled() {
  return (
    <QueryPanel query={useQuery(reconciliationQuery)} what="the reconciliation" skeleton={<Skeleton height={40} radius={6} />}>
      {({ items }) => {
        const verdict = verdictOf(items);
        return (
          <div className="health-line">
            <div><StatusWord tone={verdict.tone}>{WORD[verdict.tone]}</StatusWord> <span className="muted">{verdict.sentence}</span></div>
            <Button component={Link} to="/admin/data-health" size="xs" variant="default">Reconciliation</Button>
          </div>
        );
      }}
    </QueryPanel>
  );
}

function Sources() {
  return (
    <QueryPanel query={useQuery(sourcesQuery)} what="the sources" skeleton={<Skeleton height={40} radius={6} />}>
      {({ items }) => {
        const failing = items.filter((s) => s.state === "failing");
        const paused = items.filter((s) => s.paused);
        const names = failing.map((s) => s.name).join(", ");
        const tone = items.length === 0 ? "idle" : failing.length > 0 ? "error" : paused.length > 0 ? "warn" : "ok";
        const counted = (n: number): string => `${n} ${n === 1 ? "source" : "sources"}`;
        const word = items.length === 0 ? "No source yet" : failing.length > 0 ? `${counted(failing.length)} failing` : paused.length > 0 ? `${counted(paused.length)} paused` : `${counted(items.length)} running`;
        return (
          <div className="health-line">
            <div><StatusWord tone={tone}>{word}</StatusWord> <span className="muted wrap-anywhere">{failing.length > 0 ? names : ""}</span></div>
            <Button component={Link} to="/admin/connectors" size="xs" variant="default">Connectors</Button>
          </div>
        );
      }}
    </QueryPanel>
  );
}
