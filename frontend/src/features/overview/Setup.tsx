/** The first steps of a new organisation, for those who see its sources; gone when they are done. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { hierarchyQuery, sourcesQuery } from "@/api/queries";
import { StatusWord } from "@/ui/StatusWord";
import { useMay } from "@/ui/useMay";

export function Setup() {
  return useMay("sources:read", "everywhere") ? <Steps /> : null;
}

function Steps() {
  const sources = useQuery(sourcesQuery).data;
  const hierarchy = useQuery(hierarchyQuery).data;
  if (!sources || !hierarchy) return null;
  const steps = [
    { done: sources.items.length > 0, title: "Connect a bill", text: "Where the cost and usage reports lie: a bucket, a folder or a file.", to: "/admin/connectors" as const, action: "Connect" },
    { done: hierarchy.nodes.length > 0, title: "Import the hierarchy", text: "Business groups, units and teams; cost is shown by them.", to: "/admin/hierarchy" as const, action: "Import" },
    { done: sources.items.some((s) => s.periods.length > 0) && hierarchy.nodes.length > 0, title: "Check the rules", text: "What no rule takes is listed with the team it may belong to.", to: "/admin/rules" as const, action: "Check" },
  ];
  if (steps.every((s) => s.done)) return null;
  return (
    <section className="panel" aria-label="First steps">
      <div className="panel-head"><h2 className="panel-title">First steps</h2></div>
      <div className="panel-body">
        <ol className="stack" style={{ listStyle: "none", margin: 0, padding: 0 }}>
          {steps.map((s) => (
            <li key={s.title} className="health-line">
              <div>
                <StatusWord tone={s.done ? "ok" : "idle"}>{s.title}</StatusWord>
                <div className="muted">{s.text}</div>
              </div>
              {!s.done && <Button component={Link} to={s.to} size="xs" variant="default" aria-label={`${s.action}: ${s.title}`}>{s.action}</Button>}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
