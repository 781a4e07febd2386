/** Clouds whose resources are listed: what was never in a bill, or never had a tag, is found there. */
import "./untagged.css";
import { Button, Skeleton, UnstyledButton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { NO_DATA } from "@/lib/money";
import { instantText } from "@/lib/period";
import type { CloudsSearch } from "@/lib/search";
import { type Column, DataTable } from "@/ui/DataTable";
import { PageHeader } from "@/ui/PageHeader";
import { StatusWord } from "@/ui/StatusWord";
import { EmptyBox, QueryPanel } from "@/ui/states";
import { useMay } from "@/ui/useMay";
import { useSearchState } from "@/ui/useSearchState";
import { AddCloud } from "./AddCloud";
import { CloudDrawer } from "./CloudDrawer";
import { GovernanceTabs } from "./GovernanceTabs";
import { nextText, stateOf } from "./inventoryForm";
import { inventoriesQuery } from "./queries";
import type { InventoryOut } from "./types";
import { countText } from "./words";

export function CloudsPage() {
  const [search, patch] = useSearchState<CloudsSearch>();
  const query = useQuery(inventoriesQuery);
  const may = useMay("findings:write", "everywhere") === true;
  const items = query.data?.items;
  if (search.add && may) return <AddCloud />;
  return (
    <>
      <PageHeader title="Cloud accounts" answer={items ? sentence(items) : ""} actions={may && items && items.length > 0 && <AddButton />} />
      <GovernanceTabs />
      <QueryPanel query={query} what="the cloud accounts" skeleton={<Skeleton height={260} radius={6} />}>
        {(data) =>
          data.items.length === 0 ? (
            <NoClouds may={may} />
          ) : (
            <>
              <Failures items={data.items} onOpen={(open) => patch({ open })} />
              <section className="panel" aria-label="Cloud accounts">
                <DataTable caption="Cloud accounts" columns={columnsOf(query.dataUpdatedAt, (i) => patch({ open: i.id }))} rows={data.items} rowId={(i) => i.id} rowLabel={(i) => i.name} onOpen={(i) => patch({ open: i.id })} />
              </section>
            </>
          )
        }
      </QueryPanel>
      <CloudDrawer inventory={items?.find((i) => i.id === search.open)} now={query.dataUpdatedAt} onClose={() => patch({ open: undefined })} />
    </>
  );
}

function sentence(items: InventoryOut[]): string {
  if (items.length === 0) return "Findings come from the bill alone.";
  const bad = items.filter((i) => i.state === "failed" || i.state === "partial").length;
  return `${countText(items.length, "list of accounts", "lists of accounts")}${bad === 0 ? ", and all were read in full." : `, ${bad} not read in full.`}`;
}

function AddButton() {
  return <Link className="button-link" to="/governance/clouds" search={{ add: "aws" }}>Add cloud accounts</Link>;
}

function NoClouds({ may }: { may: boolean }) {
  return (
    <div className="panel">
      <EmptyBox title="No cloud is listed yet" action={may ? <AddButton /> : undefined}>
        <p>The bill shows what costs money. A cloud’s own list also shows what costs nothing yet, which tags a resource has today, and that it is gone.</p>
        <p style={{ marginTop: 8 }}>{may ? "A role that may only read is enough, and no secret is stored." : "Whoever runs this installation can add accounts; your account may only look."}</p>
      </EmptyBox>
    </div>
  );
}

/** What could not be read, above everything else. */
function Failures({ items, onOpen }: { items: InventoryOut[]; onOpen: (id: string) => void }) {
  const bad = items.filter((i) => !i.paused && (i.state === "failed" || i.state === "partial"));
  if (bad.length === 0) return null;
  return (
    <section aria-label="What could not be read" style={{ display: "grid", gap: 6 }}>
      {bad.map((i) => {
        const failed = i.steps.filter((s) => !s.ok);
        return (
          <div key={i.id} className="notice" data-tone="error">
            <IconAlertTriangle size={16} aria-hidden />
            <div className="notice-body">
              <b>{i.name}</b>: {failed[0] ? `${failed[0].step}: ${failed[0].detail}` : "the last scan failed"}
              {failed.length > 1 && `, and ${failed.length - 1} more`}
            </div>
            <Button size="compact-xs" variant="default" onClick={() => onOpen(i.id)}>Steps of {i.name}</Button>
          </div>
        );
      })}
    </section>
  );
}

const columnsOf = (now: number, open: (i: InventoryOut) => void): Column<InventoryOut>[] => [
  { id: "name", header: "Name", cell: (i) => <UnstyledButton className="open-row link" onClick={() => open(i)} aria-haspopup="dialog">{i.name}</UnstyledButton> },
  { id: "state", header: "State", cell: (i) => <StatusWord tone={stateOf(i).tone}>{stateOf(i).word}</StatusWord> },
  { id: "resources", header: "Resources", align: "right", cell: (i) => <span className="num">{i.resources?.toLocaleString() ?? NO_DATA}</span> },
  { id: "never", header: "Never tagged", align: "right", priority: 2, cell: (i) => <span className="num">{i.never_tagged?.toLocaleString() ?? NO_DATA}</span> },
  { id: "last", header: "Last scan", priority: 2, cell: (i) => <span className="num">{i.last_scan_at ? instantText(i.last_scan_at) : "never"}</span> },
  { id: "next", header: "Next scan", priority: 2, cell: (i) => <span className="num">{nextText(i, now)}</span> },
];
