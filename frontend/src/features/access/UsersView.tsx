import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { sessionQuery } from "@/api/queries";
import { NO_DATA } from "@/lib/money";
import { dayText, instantText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { StatusWord } from "@/ui/StatusWord";
import { QueryPanel } from "@/ui/states";
import { InitialPassword } from "./InitialPassword";
import { endSessions, resetPassword, setDisabled, useChange, usersQuery } from "./queries";
import type { Person } from "./types";
import { stateOf } from "./words";

interface Reset {
  user: string;
  password: string;
}

/** Who can sign in; whoever gives roles everywhere can also keep them out. */
export function UsersView({ mayChange }: { mayChange: boolean }) {
  const query = useQuery(usersQuery);
  const me = useQuery(sessionQuery).data?.user.id;
  const [reset, setReset] = useState<Reset | null>(null);
  return (
    <section className="panel" aria-label="Users">
      <div role="status">{reset && <div className="panel-body" style={{ paddingTop: 12 }}><InitialPassword {...reset} /></div>}</div>
      <QueryPanel query={query} what="the users" skeleton={<Skeleton height={200} radius={6} />}>
        {(data) => <DataTable caption="Users" columns={columnsOf(mayChange, me, setReset)} rows={data.items} rowId={(u) => u.id} rowLabel={(u) => u.display_name ?? u.name} />}
      </QueryPanel>
    </section>
  );
}

function columnsOf(mayChange: boolean, me: string | undefined, onReset: (r: Reset) => void): Column<Person>[] {
  const about: Column<Person>[] = [
    { id: "name", header: "Name", width: "16%", cell: (u) => <>{u.display_name ?? u.name}{u.display_name && <span className="muted"> {u.name}</span>}</> },
    { id: "state", header: "State", cell: (u) => <StatusWord tone={stateOf(u).tone}>{stateOf(u).word}</StatusWord> },
    { id: "roles", header: "Roles", priority: 2, cell: (u) => <Links user={u} /> },
  ];
  if (!mayChange) return about;
  return [
    ...about,
    { id: "by", header: "Signs in with", priority: 2, cell: (u) => <span className="wrap-anywhere">{u.issuer ?? "Password"}</span> },
    { id: "groups", header: "Groups", priority: 2, cell: (u) => u.groups.join(", ") || NO_DATA },
    { id: "last", header: "Last sign-in", priority: 2, cell: (u) => u.last_sign_in_at ? <span className="num" title={instantText(u.last_sign_in_at)}>{dayText(u.last_sign_in_at)}</span> : "never" },
    { id: "sessions", header: "Sessions", align: "right", priority: 2, cell: (u) => <span className="num">{u.sessions ?? NO_DATA}</span> },
    { id: "do", header: "Actions", priority: 2, cell: (u) => (u.id === me ? <span className="muted">You; another admin can change you</span> : <Actions user={u} onReset={onReset} />) },
  ];
}

function Links({ user }: { user: Person }) {
  return (
    <span className="row" style={{ flexWrap: "nowrap" }}>
      <Button component={Link} to="/admin/access" search={{ user: user.id } as never} size="compact-xs" variant="default" aria-label={`Roles of ${user.name}`}>Roles</Button>
      <Button component={Link} to="/admin/access" search={{ view: "why", user: user.name } as never} size="compact-xs" variant="default" aria-label={`Why ${user.name} may do something`}>Why</Button>
    </span>
  );
}

function Actions({ user, onReset }: { user: Person; onReset: (r: Reset) => void }) {
  const [sure, setSure] = useState(false);
  const disable = useChange(() => setDisabled(user.name, !user.is_disabled), () => setSure(false));
  const end = useChange(() => endSessions(user.name));
  const reset = useChange(() => resetPassword(user.name), ({ password }) => onReset({ user: user.name, password }));
  const error = disable.error ?? end.error ?? reset.error;
  const asks = !user.is_disabled && !sure;
  return (
    <span className="row">
      <Button size="compact-xs" variant="default" aria-label={`${user.is_disabled ? "Enable" : sure ? "Disable now:" : "Disable"} ${user.name}`} loading={disable.isPending} onClick={() => (asks ? setSure(true) : disable.mutate())} onBlur={() => setSure(false)}>
        {user.is_disabled ? "Enable" : sure ? "Disable now" : "Disable"}
      </Button>
      <Button size="compact-xs" variant="default" aria-label={`Sign out ${user.name}`} disabled={user.sessions === 0} loading={end.isPending} onClick={() => end.mutate()}>Sign out</Button>
      {user.issuer === null && <Button size="compact-xs" variant="default" aria-label={`Reset password of ${user.name}`} loading={reset.isPending} onClick={() => reset.mutate()}>Reset password</Button>}
      {error && <span className="unfavourable" role="alert">{error.message}</span>}
    </span>
  );
}
