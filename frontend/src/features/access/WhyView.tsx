import { Button, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import type { AccessSearch } from "@/lib/search";
import { NodePicker } from "@/ui/NodePicker";
import { StatusWord } from "@/ui/StatusWord";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useSearchState } from "@/ui/useSearchState";
import { usersQuery, whyQuery } from "./queries";
import type { Roles, Why } from "./types";
import { placeText, questionText } from "./words";

const USUAL = "costs:read";

/** Why somebody may do something somewhere, or what is missing. The question is in the address. */
export function WhyView({ roles }: { roles: Roles }) {
  const [search, patch] = useSearchState<AccessSearch>();
  const users = useQuery(usersQuery).data?.items ?? [];
  const list = useId();
  const permission = search.perm ?? USUAL;
  const ask = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    patch({ user: String(new FormData(event.currentTarget).get("user")).trim() || undefined });
  };
  return (
    <section className="panel" aria-label="Why">
      <form className="panel-body row" style={{ alignItems: "flex-end", paddingTop: 12 }} onSubmit={ask}>
        <TextInput size="xs" key={search.user} label="User name" name="user" defaultValue={search.user ?? ""} list={list} required withAsterisk={false} autoComplete="off" spellCheck={false} maxLength={200} />
        <datalist id={list}>{users.map((u) => <option key={u.id} value={u.name}>{u.display_name ?? u.name}</option>)}</datalist>
        <label className="field" style={{ minWidth: 0, maxWidth: "min(100%, 400px)" }}>
          May they
          <select className="select" style={{ maxWidth: "100%", minWidth: 0 }} value={permission} onChange={(e) => patch({ perm: e.currentTarget.value })}>
            {roles.permissions.map((p) => <option key={p.name} value={p.name}>{p.about} ({p.name})</option>)}
          </select>
        </label>
        <div className="field">
          Where
          <NodePicker what="Place" value={search.node} onPick={(node) => patch({ node })} />
        </div>
        <Button size="xs" type="submit">Explain</Button>
      </form>
      {search.user ? <Answer user={search.user} permission={permission} node={search.node} /> : <EmptyBox title="Name somebody">The answer names the roles that allow it, own ones and those of groups, or says what is missing.</EmptyBox>}
    </section>
  );
}

function Answer({ user, permission, node }: { user: string; permission: string; node: string | undefined }) {
  const query = useQuery(whyQuery(user, permission, node));
  return (
    <QueryPanel query={query} what="the explanation" skeleton={<Skeleton height={90} radius={6} />}>
      {(why) => (
        <div className="panel-body stack" role="status" style={{ paddingTop: 4 }}>
          <h2 className="panel-title"><StatusWord tone={why.allowed ? "ok" : "error"}>{why.allowed ? "Yes" : "No"}</StatusWord></h2>
          <p>{questionText(why)}</p>
          <Reasons why={why} />
        </div>
      )}
    </QueryPanel>
  );
}

function Reasons({ why }: { why: Why }) {
  if (why.allowed && why.given_by.length === 0) return <p className="muted">Everybody who is signed in may.</p>;
  return (
    <ul className="stack" style={{ paddingLeft: 18 }}>
      {why.allowed
        ? why.given_by.map((g) => (
            <li key={g.binding_id}>
              {g.role.title} at {placeText(g.node)}, {g.group ? `by the group ${g.group}` : "as an own role"}
              {g.way.length > 1 && <span className="muted">; from there down to {g.way.join(" › ")}</span>}
            </li>
          ))
        : why.missing.map((sentence) => <li key={sentence}>{sentence}</li>)}
    </ul>
  );
}
