import { Button, Skeleton, TextInput } from "@mantine/core";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { api, take } from "@/api/client";
import type { Token } from "@/api/types";
import { dayText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyBox, QueryPanel } from "@/ui/states";

const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/tokens", { signal })),
});

const LIFETIMES = [
  { days: 30, label: "30 days" },
  { days: 90, label: "90 days" },
  { days: 365, label: "1 year" },
  { days: 0, label: "Until revoked" },
] as const;

export function Tokens() {
  const client = useQueryClient();
  const query = useQuery(tokensQuery);
  const columns = useMemo(() => columnsOf(), []);
  const refresh = () => client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  return (
    <section className="panel" aria-label="API tokens">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">API tokens</h2>
          <div className="panel-sub">For scripts and the command line. A token may do what you may do.</div>
        </div>
      </div>
      <div className="panel-body">
        <NewToken onMade={refresh} />
      </div>
      <QueryPanel query={query} what="your tokens" skeleton={<Skeleton height={120} radius={6} />}>
        {(data) =>
          data.items.length === 0 ? (
            <EmptyBox title="No tokens">Make one above; it is shown once.</EmptyBox>
          ) : (
            <DataTable caption="API tokens" columns={columns} rows={data.items} rowId={(t) => t.id} rowLabel={(t) => t.name} />
          )
        }
      </QueryPanel>
    </section>
  );
}

function columnsOf(): Column<Token>[] {
  return [
    { id: "name", header: "Name", cell: (t) => t.name },
    { id: "last4", header: "Ends in", priority: 2, cell: (t) => <span className="mono">{t.last4}</span> },
    { id: "created", header: "Made", priority: 2, cell: (t) => <span className="num">{dayText(t.created_at)}</span> },
    { id: "used", header: "Last used", priority: 2, cell: (t) => <span className="num">{t.last_used_at ? dayText(t.last_used_at) : "never"}</span> },
    { id: "expires", header: "Ends", cell: (t) => <span className="num">{t.expires_at ? dayText(t.expires_at) : "when revoked"}</span> },
    { id: "revoke", header: "Action", cell: (t) => <Revoke token={t} /> },
  ];
}

/** Two steps, because a revoked token cannot come back. */
function Revoke({ token }: { token: Token }) {
  const client = useQueryClient();
  const [sure, setSure] = useState(false);
  const revoke = useMutation({
    mutationFn: () => take(api.DELETE("/api/gateway/v1/tokens/{token_id}", { params: { path: { token_id: token.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return (
    <span className="row" style={{ flexWrap: "nowrap" }}>
      <Button size="compact-xs" variant="default" loading={revoke.isPending} onClick={() => (sure ? revoke.mutate() : setSure(true))} onBlur={() => setSure(false)}>
        {sure ? "Revoke for good" : "Revoke"}
      </Button>
      {revoke.error && <span className="unfavourable">{revoke.error.message}</span>}
    </span>
  );
}

function NewToken({ onMade }: { onMade: () => void }) {
  const make = useMutation({
    mutationFn: (body: { name: string; expires_in_days?: number }) => take(api.POST("/api/gateway/v1/tokens", { body })),
    onSuccess: onMade,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const days = Number(form.get("days"));
    make.mutate({ name: String(form.get("name")), ...(days > 0 ? { expires_in_days: days } : {}) });
    event.currentTarget.reset();
  };
  return (
    <>
      <form onSubmit={submit} className="row" style={{ alignItems: "flex-end" }}>
        <TextInput size="xs" label="Name" name="name" required withAsterisk={false} maxLength={80} w={180} />
        <label className="field">
          Valid for
          <select className="select" name="days" defaultValue="90">
            {LIFETIMES.map((l) => (
              <option key={l.days} value={l.days}>{l.label}</option>
            ))}
          </select>
        </label>
        <Button size="xs" type="submit" loading={make.isPending}>Make a token</Button>
      </form>
      <div role="status">
        {make.data && (
          <div className="notice" data-tone="info" style={{ marginTop: 10 }}>
            <div className="notice-body">
              Copy it now, it is not shown again:
              <code className="command" style={{ marginTop: 6 }}>{make.data.token}</code>
            </div>
          </div>
        )}
        {make.error && <p className="unfavourable">{make.error.message}</p>}
      </div>
    </>
  );
}
