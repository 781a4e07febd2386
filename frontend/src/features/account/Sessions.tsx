import { Button, Skeleton } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, take } from "@/api/client";
import type { OwnSession } from "@/api/types";
import { useChangeOf } from "@/api/useChange";
import { dayText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { QueryPanel } from "@/ui/states";

const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/sessions", { signal })),
});

export function Sessions() {
  const query = useQuery(sessionsQuery);
  return (
    <section className="panel" aria-label="Sessions">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">Sessions</h2>
          <div className="panel-sub">Where you are signed in. End what you do not know, then change your password.</div>
        </div>
      </div>
      <QueryPanel query={query} what="your sessions" skeleton={<Skeleton height={120} radius={6} />}>
        {(data) => <DataTable caption="Sessions" columns={COLUMNS} rows={data.items} rowId={(s) => s.id} rowLabel={(s) => browserOf(s)} />}
      </QueryPanel>
    </section>
  );
}

/** Enough to know a device again: browser and system, else what the client calls itself. */
function browserOf({ user_agent: agent }: OwnSession): string {
  if (!agent) return "Unknown client";
  const browser = /\b(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent.replace(/Chrome\/\S+(?=.*\b(?:Edg|OPR)\/)/, ""))?.[1];
  const system = /\b(Windows|Android|iPhone|iPad|Mac OS X|CrOS|Linux)\b/.exec(agent)?.[1];
  const name = { Edg: "Edge", OPR: "Opera" }[browser ?? ""] ?? browser;
  return name ? `${name}${system ? ` on ${system}` : ""}` : (agent.split(/[\s/]/)[0] ?? agent);
}

const COLUMNS: Column<OwnSession>[] = [
  { id: "browser", header: "Browser", cell: (s) => <span title={s.user_agent ?? undefined}>{browserOf(s)}</span> },
  { id: "address", header: "Address", priority: 2, cell: (s) => <span className="mono">{s.address ?? "unknown"}</span> },
  { id: "created", header: "Since", priority: 2, cell: (s) => <span className="num">{dayText(s.created_at)}</span> },
  { id: "used", header: "Last used", priority: 2, cell: (s) => <span className="num">{dayText(s.last_seen_at)}</span> },
  { id: "end", header: "Action", cell: (s) => (s.is_current ? "This one" : <End session={s} />) },
];

function End({ session }: { session: OwnSession }) {
  const end = useChangeOf(["sessions"], () => take(api.DELETE("/api/gateway/v1/sessions/{session_id}", { params: { path: { session_id: session.id } } })));
  return (
    <span className="row" style={{ flexWrap: "nowrap" }}>
      <Button size="compact-xs" variant="default" loading={end.isPending} onClick={() => end.mutate()}>End</Button>
      {end.error && <span className="unfavourable">{end.error.message}</span>}
    </span>
  );
}
