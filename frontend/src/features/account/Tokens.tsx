import { Button, Skeleton } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, take } from "@/api/client";
import type { Token } from "@/api/types";
import { useChangeOf } from "@/api/useChange";
import { dayText, instantText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { NewToken } from "./NewToken";
import { Secret } from "./Secret";

const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal }) => take(api.GET("/api/gateway/v1/tokens", { signal })),
});

const OVERLAP_HOURS = 24;

/** What was rotated last: its secret is shown once. */
interface Rotated {
  name: string;
  token: string;
  until: string | null;
}

export function Tokens({ permissions }: { permissions: readonly string[] }) {
  const query = useQuery(tokensQuery);
  const [rotated, setRotated] = useState<Rotated | null>(null);
  const columns = useMemo(() => columnsOf(setRotated), []);
  return (
    <section className="panel" aria-label="API tokens">
      <div className="panel-head">
        <div>
          <h2 className="panel-title">API tokens</h2>
          <div className="panel-sub">For scripts and the command line. A token never can do more than you can at that moment.</div>
        </div>
      </div>
      <div className="panel-body">
        <NewToken permissions={permissions} defaultDays={query.data?.default_days} maxDays={query.data?.max_days} />
        <div role="status">
          {rotated && <Secret token={rotated.token}>The new secret of {rotated.name}. {rotated.until && `The one before works until ${instantText(rotated.until)}. `}</Secret>}
        </div>
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

function columnsOf(onRotated: (rotated: Rotated) => void): Column<Token>[] {
  return [
    { id: "name", header: "Name", cell: (t) => <Name token={t} /> },
    { id: "may", header: "May", priority: 2, cell: (t) => <May token={t} /> },
    { id: "used", header: "Last used", priority: 2, cell: (t) => <span className="num">{t.last_used_at ? dayText(t.last_used_at) : "never"}</span> },
    { id: "expires", header: "Ends", cell: (t) => <span className="num">{t.expires_at ? dayText(t.expires_at) : "when revoked"}</span> },
    { id: "do", header: "Actions", priority: 2, cell: (t) => <span className="row" style={{ flexWrap: "nowrap" }}><Rotate token={t} onRotated={onRotated} /><Revoke token={t} /></span> },
  ];
}

function May({ token: t }: { token: Token }) {
  return (
    <>
      <div>{t.permissions === null ? "All you may" : t.permissions.join(", ")}</div>
      {t.node && <div className="muted">at {t.node.path.join(" › ") || `${t.node.name}, which has left the hierarchy`}</div>}
    </>
  );
}

/** The name, and how to change it. */
function Name({ token: t }: { token: Token }) {
  const [renaming, setRenaming] = useState(false);
  const rename = useChangeOf(
    ["tokens"],
    (name: string) => take(api.PATCH("/api/gateway/v1/tokens/{token_id}", { params: { path: { token_id: t.id } }, body: { name } })),
    () => setRenaming(false),
  );
  if (!renaming) {
    return (
      <span className="row">
        <span>{t.name} <span className="muted mono">…{t.last4}</span></span>
        <Button size="compact-xs" variant="subtle" aria-label={`Rename ${t.name}`} onClick={() => setRenaming(true)}>Rename</Button>
      </span>
    );
  }
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate(String(new FormData(event.currentTarget).get("name")).trim());
      }}
    >
      <input className="date-input" name="name" aria-label={`New name of ${t.name}`} defaultValue={t.name} required maxLength={100} ref={focusOn} />
      <Button size="compact-xs" type="submit" loading={rename.isPending}>Save</Button>
      {rename.error && <span className="unfavourable" role="alert">{rename.error.message}</span>}
    </form>
  );
}

const focusOn = (input: HTMLInputElement | null): void => input?.select();

function Rotate({ token: t, onRotated }: { token: Token; onRotated: (rotated: Rotated) => void }) {
  const rotate = useChangeOf(
    ["tokens"],
    () => take(api.POST("/api/gateway/v1/tokens/{token_id}/rotation", { params: { path: { token_id: t.id } }, body: { overlap_hours: OVERLAP_HOURS } })),
    (made) => onRotated({ name: made.name, token: made.token, until: made.previous_until }),
  );
  return (
    <>
      <Button size="compact-xs" variant="default" aria-label={`Rotate ${t.name}`} title={`A new secret; the old one works for ${OVERLAP_HOURS} more hours`} loading={rotate.isPending} onClick={() => rotate.mutate()}>Rotate</Button>
      {rotate.error && <span className="unfavourable" role="alert">{rotate.error.message}</span>}
    </>
  );
}

/** Two steps, because a revoked token cannot come back. */
function Revoke({ token }: { token: Token }) {
  const [sure, setSure] = useState(false);
  const revoke = useChangeOf(["tokens"], () => take(api.DELETE("/api/gateway/v1/tokens/{token_id}", { params: { path: { token_id: token.id } } })));
  return (
    <span className="row" style={{ flexWrap: "nowrap" }}>
      <Button size="compact-xs" variant="default" loading={revoke.isPending} onClick={() => (sure ? revoke.mutate() : setSure(true))} onBlur={() => setSure(false)}>
        {sure ? "Revoke for good" : "Revoke"}
      </Button>
      {revoke.error && <span className="unfavourable">{revoke.error.message}</span>}
    </span>
  );
}
