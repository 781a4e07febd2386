/** What nobody owns, by what it says, and whose it may be. Nothing is applied unasked. */
import { Button, Drawer, Select, Skeleton, UnstyledButton } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { hierarchyQuery } from "@/api/queries";
import type { Suggestions, Unmatched } from "@/api/types";
import { NO_DATA, scaleOf } from "@/lib/money";
import { monthText } from "@/lib/period";
import { Amount } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { Kpi } from "@/ui/Kpi";
import { EmptyBox, ErrorBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { suggestionsQuery } from "./queries";
import { type Acceptance, useAcceptance } from "./useAcceptance";
import { sayings } from "./words";

type Names = ReadonlyMap<string, string>;

export function UnmatchedView({ dirty }: { dirty: boolean }) {
  const query = useQuery(suggestionsQuery);
  const hierarchy = useQuery(hierarchyQuery);
  const teams = useMemo(() => (hierarchy.data?.nodes ?? []).filter((n) => n.type === "team"), [hierarchy.data]);
  const names = useMemo(() => new Map(teams.map((n) => [n.id, n.name])), [teams]);
  const acceptance = useAcceptance();
  return (
    <>
      {acceptance.done && <Done acceptance={acceptance} names={names} />}
      {acceptance.error && <ErrorBox error={acceptance.error} what="the change" onRetry={acceptance.again} />}
      <section className="panel" aria-label="Unmatched">
        <QueryPanel query={query} what="what nobody owns" skeleton={<Skeleton height={420} radius={6} />}>
          {(found) => <Groups found={found} names={names} acceptance={acceptance} dirty={dirty} />}
        </QueryPanel>
      </section>
    </>
  );
}

function Done({ acceptance, names }: { acceptance: Acceptance; names: Names }) {
  const { group, team, moved } = acceptance.done!;
  return (
    <div className="notice" data-tone="info" role="status">
      <IconCircleCheck size={16} aria-hidden />
      <div className="notice-body">
        {moved.moved.length === 0 ? "No cost moved" : moved.moved.map((m) => (
          <span key={`${m.team_from}-${m.currency}`}><Amount money={m} scale={2} /> moved from {names.get(m.team_from) ?? m.team_from} to {names.get(m.team_to) ?? m.team_to}. </span>
        ))}
        {sayings(group)} now belongs to {names.get(team) ?? team}, by a rule after all others.
      </div>
      <Button size="compact-xs" variant="default" loading={acceptance.busy} onClick={acceptance.undo}>Undo</Button>
    </div>
  );
}

function Groups({ found, names, acceptance, dirty }: { found: Suggestions; names: Names; acceptance: Acceptance; dirty: boolean }) {
  const [open, setOpen] = useState<Unmatched | null>(null);
  if (!found.has_hierarchy) return <EmptyBox title="No hierarchy yet">Teams come with the hierarchy. Import it first; then this page says whose the costs may be.</EmptyBox>;
  if (found.periods.length === 0) return <EmptyBox title="No bill has arrived yet">Connect a source; what no rule takes is listed here.</EmptyBox>;
  if (found.items.length === 0) return <EmptyBox title="Everything has a team">No cost of {found.periods.map(monthText).join(", ")} is Unattributable.</EmptyBox>;
  return (
    <>
      <div className="panel-head">
        <div>
          <h2 className="panel-title">What no rule takes</h2>
          <div className="panel-sub">
            Billed cost of {found.periods.map(monthText).join(", ")}, the largest first.
            {found.missing_periods.length > 0 && ` Not known: ${found.missing_periods.map(monthText).join(", ")}.`}
          </div>
        </div>
        <div className="kpis">
          {Object.entries(found.unattributable).map(([currency, amount]) => (
            <Kpi key={currency} label="Unattributable" value={<Amount money={{ amount, currency }} show="compact" />} note={`${found.items.filter((u) => u.currency === currency).length} groups listed`} />
          ))}
        </div>
      </div>
      <DataTable caption="Unmatched costs" columns={columnsOf(found.items, names, setOpen)} rows={found.items} rowId={(u) => `${u.currency} ${u.column} ${u.value}`} rowLabel={sayings} onOpen={setOpen} />
      <Drawer opened={open !== null} onClose={() => setOpen(null)} position="right" size="lg" title={open ? sayings(open) : ""} closeButtonProps={{ "aria-label": "Close" }}>
        {open && <Group group={open} names={names} acceptance={acceptance} dirty={dirty} onDone={() => setOpen(null)} />}
      </Drawer>
    </>
  );
}

const sure = (confidence: number): string => `${Math.round(confidence * 100)} %`;

function columnsOf(items: readonly Unmatched[], names: Names, open: (group: Unmatched) => void): Column<Unmatched>[] {
  const scale = scaleOf(items.map((u) => u.amount));
  return [
    { id: "name", header: "What it says", cell: (u) => <UnstyledButton className="open-row link wrap-anywhere" onClick={() => open(u)} aria-haspopup="dialog">{sayings(u)}</UnstyledButton> },
    { id: "amount", header: "Cost", align: "right", cell: (u) => <Amount money={u} scale={scale} /> },
    { id: "team", header: "Perhaps", cell: (u) => (u.team === null ? <span className="muted">unknown</span> : <>{names.get(u.team) ?? u.team} <span className="muted num">{sure(u.candidates[0]!.confidence)}</span></>) },
    { id: "why", header: "Because", priority: 2, cell: (u) => <span className="muted wrap-anywhere">{u.team === null ? NO_DATA : u.candidates[0]!.evidence[0]!.text}</span> },
    { id: "keys", header: "Kinds of charge", align: "right", priority: 2, cell: (u) => <span className="num">{u.keys.toLocaleString()}</span> },
  ];
}

function Group({ group, names, acceptance, dirty, onDone }: { group: Unmatched; names: Names; acceptance: Acceptance; dirty: boolean; onDone: () => void }) {
  const [team, setTeam] = useState<string | null>(group.team);
  const may = useMay("ownership:write");
  const why = !may ? "You may see rules, not publish them" : dirty ? "You have unsaved changes of the rules: publish or discard them first" : team === null ? "Choose a team" : undefined;
  const give = (): void => {
    if (team !== null) acceptance.accept(group, team);
    onDone();
  };
  return (
    <div className="stack">
      <p><Amount money={group} scale={2} /> <span className="muted">in {group.keys.toLocaleString()} {group.keys === 1 ? "kind" : "kinds"} of charge</span></p>
      {group.candidates.length === 0 && <p className="muted">Nothing speaks for any team.</p>}
      {group.candidates.map((c) => (
        <section key={c.team} aria-label={names.get(c.team) ?? c.team}>
          <h3 className="panel-title">{names.get(c.team) ?? c.team} <span className="muted num">{sure(c.confidence)}</span></h3>
          <ul>{c.evidence.map((e) => <li key={e.text} className="wrap-anywhere">{e.text}</li>)}</ul>
        </section>
      ))}
      {group.column === "" ? (
        <p className="muted">These charges say nothing that a rule could tell them by. Tag them, or write a rule over their service or region.</p>
      ) : (
        <>
          <Select label="Belongs to" placeholder="Choose a team" searchable data={[...names].map(([value, label]) => ({ value, label }))} value={team} onChange={setTeam} />
          <p className="muted">Publishes a rule after all others. It takes these charges and no others; history is restated.</p>
          <div className="row"><Button size="xs" disabled={why !== undefined} title={why} loading={acceptance.busy} onClick={give}>Give to this team</Button>{why && may !== undefined && <span className="muted">{why}</span>}</div>
        </>
      )}
    </div>
  );
}
