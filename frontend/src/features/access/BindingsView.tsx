import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { sessionQuery } from "@/api/queries";
import { dayText } from "@/lib/period";
import type { AccessSearch } from "@/lib/search";
import { type Column, DataTable } from "@/ui/DataTable";
import { NodePicker } from "@/ui/NodePicker";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { bindingsQuery, giveRole, takeRole, useChange } from "./queries";
import type { Binding, Roles } from "./types";
import { again, placeText, whoText } from "./words";

/** Who has which role where; what was just taken can be given back. */
export function BindingsView({ roles, may }: { roles: Roles; may: boolean }) {
  const [search] = useSearchState<AccessSearch>();
  const query = useQuery(bindingsQuery(search));
  const me = useQuery(sessionQuery).data?.user.id;
  const [taken, setTaken] = useState<Binding | null>(null);
  const isFiltered = [search.user, search.group, search.role, search.node].some((v) => v !== undefined);
  return (
    <section className="panel" aria-label="Roles given">
      <div className="panel-body" style={{ paddingTop: 12 }}><Filters roles={roles} /></div>
      <Undo taken={taken} onDone={() => setTaken(null)} />
      <QueryPanel query={query} what="the roles given" skeleton={<Skeleton height={200} radius={6} />}>
        {(data) => (
          <>
            {data.items.length === 0 ? (
              <EmptyBox title={isFiltered ? "Nobody has such a role" : "No role is given here"} action={isFiltered ? <Link className="button-link" to="/admin/access" search={{}}>Clear filters</Link> : undefined}>
                {isFiltered ? "No role matches these filters." : "At the places you may see, nobody has a role of their own."}
              </EmptyBox>
            ) : (
              <DataTable caption="Roles given" columns={columnsOf(may, me, setTaken)} rows={data.items} rowId={(b) => b.id} rowLabel={whoText} />
            )}
            {data.hidden > 0 && <p className="muted panel-body" style={{ paddingTop: 10 }}>{data.hidden === 1 ? "1 more is" : `${data.hidden} more are`} at places you may not see.</p>}
          </>
        )}
      </QueryPanel>
    </section>
  );
}

function columnsOf(may: boolean, me: string | undefined, onTaken: (b: Binding) => void): Column<Binding>[] {
  return [
    { id: "who", header: "Person or group", cell: (b) => <Who binding={b} /> },
    { id: "role", header: "Role", cell: (b) => b.role.title },
    { id: "where", header: "Where", cell: (b) => <Where binding={b} /> },
    { id: "since", header: "Since", priority: 2, cell: (b) => <span className="num">{dayText(b.created_at)}{b.created_by ? ` by ${b.created_by}` : ""}</span> },
    ...(may ? [{ id: "remove", header: "Action", priority: 2 as const, cell: (b: Binding) => <Remove binding={b} isMine={b.principal.id === me} onTaken={onTaken} /> }] : []),
  ];
}

function Who({ binding }: { binding: Binding }) {
  const { kind, id, name, display_name, is_disabled } = binding.principal;
  return (
    <>
      <Link className="link" to="/admin/access" search={kind === "group" ? { group: id } : { user: id }}>{display_name ?? name}</Link>
      <span className="muted"> {kind === "group" ? "group" : display_name ? name : ""}{is_disabled && " (disabled)"}</span>
    </>
  );
}

function Where({ binding }: { binding: Binding }) {
  return (
    <>
      <div>{placeText(binding.node)}</div>
      {binding.note && <div className={binding.gives.length === 0 ? "unfavourable" : "muted"}>{binding.note}</div>}
    </>
  );
}

/** The own role cannot be given back by whoever lost it, so that takes a second step. */
function Remove({ binding, isMine, onTaken }: { binding: Binding; isMine: boolean; onTaken: (b: Binding) => void }) {
  const [sure, setSure] = useState(false);
  const remove = useChange(() => takeRole(binding.id), () => onTaken(binding));
  if (binding.why_not_remove) return <span className="muted">Not yours to take: {binding.why_not_remove}</span>;
  const asks = isMine && !sure;
  return (
    <span className="row">
      <Button size="compact-xs" variant="default" aria-label={`Remove ${binding.role.title} of ${whoText(binding)}`} loading={remove.isPending} onClick={() => (asks ? setSure(true) : remove.mutate())} onBlur={() => setSure(false)}>
        {isMine && sure ? "Remove my own role" : "Remove"}
      </Button>
      {remove.error && <span className="unfavourable" role="alert">{remove.error.message}</span>}
    </span>
  );
}

function Undo({ taken, onDone }: { taken: Binding | null; onDone: () => void }) {
  const undo = useChange(giveRole, onDone);
  return (
    <div role="status">
      {taken && (
        <div className="notice" data-tone="info" style={{ margin: 12 }}>
          <div className="notice-body">
            {whoText(taken)} is not {taken.role.title} at {placeText(taken.node)} any more. {undo.error?.message}
          </div>
          <Button size="compact-xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate(again(taken))}>Undo</Button>
        </div>
      )}
    </div>
  );
}

function Filters({ roles }: { roles: Roles }) {
  const [search, patch] = useSearchState<AccessSearch>();
  const all = useQuery(bindingsQuery({}));
  const people = new Map<string, string>();
  for (const b of all.data?.items ?? []) people.set(`${b.principal.kind}:${b.principal.id}`, b.principal.kind === "group" ? `${b.principal.name} (group)` : whoText(b));
  const value = search.user ? `user:${search.user}` : search.group ? `group:${search.group}` : "";
  if (value && !people.has(value)) people.set(value, search.user ?? search.group ?? "");
  const pick = (picked: string): void => {
    const id = picked.slice(picked.indexOf(":") + 1);
    patch({ user: picked.startsWith("user:") ? id : undefined, group: picked.startsWith("group:") ? id : undefined });
  };
  return (
    <div className="row" style={{ alignItems: "flex-end" }} role="group" aria-label="Filters">
      <label className="field">
        Person or group
        <select className="select" value={value} onChange={(e) => pick(e.currentTarget.value)}>
          <option value="">Everybody</option>
          {[...people].toSorted((a, b) => a[1].localeCompare(b[1])).map(([key, text]) => <option key={key} value={key}>{text}</option>)}
        </select>
      </label>
      <label className="field">
        Role
        <select className="select" value={search.role ?? ""} onChange={(e) => patch({ role: e.currentTarget.value || undefined })}>
          <option value="">Any</option>
          {roles.items.map((r) => <option key={r.name} value={r.name}>{r.title}</option>)}
        </select>
      </label>
      <div className="field">
        Holds at
        <NodePicker what="Node" value={search.node} onPick={(node) => patch({ node })} />
      </div>
    </div>
  );
}
