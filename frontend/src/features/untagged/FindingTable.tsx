import { UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import { NO_DATA, scaleOf } from "@/lib/money";
import { dayText, shortDay } from "@/lib/period";
import type { UntaggedSearch } from "@/lib/search";
import { Amount } from "@/ui/Amount";
import { type Column, DataTable, type Selection } from "@/ui/DataTable";
import { useSearchState } from "@/ui/useSearchState";
import type { FindingOut, Violation } from "./types";
import { nameOf, ownerOf, violationText } from "./words";

const TWO_LINES_PX = 54;

interface FindingTableProps {
  rows: FindingOut[];
  /** Undefined for who may only read. */
  selection: Selection | undefined;
}

export function FindingTable({ rows, selection }: FindingTableProps) {
  const [search, patch] = useSearchState<UntaggedSearch>();
  const sort = search.sort ?? "-cost";
  const columns = useMemo(() => columnsOf(rows, (f) => patch({ finding: f.id })), [rows, patch]);
  const onSort = (next: string): void => {
    // Names go from a to z only; what the server does not offer is not asked.
    const asked = next.endsWith("name") ? "resource" : (next as UntaggedSearch["sort"] | "-cost");
    patch({ sort: asked === "-cost" ? undefined : asked });
  };
  return (
    <DataTable
      caption="Findings"
      columns={columns}
      rows={rows}
      rowId={(f) => f.id}
      rowLabel={nameOf}
      sort={sort === "resource" ? "name" : sort}
      onSort={onSort}
      onOpen={(f) => patch({ finding: f.id })}
      selection={selection}
      rowHeight={TWO_LINES_PX}
      wide
    />
  );
}

/** The server has sorted by the same: what is given here only keeps its order. */
function columnsOf(rows: readonly FindingOut[], open: (f: FindingOut) => void): Column<FindingOut>[] {
  const scale = scaleOf(rows.flatMap((f) => f.cost_30d?.amount ?? []));
  const state = rows[0]?.state ?? "open";
  return [
    {
      id: "name",
      header: "Resource",
      sortBy: nameOf,
      cell: (f) => (
        <span className="two-lines">
          <UnstyledButton className="open-row" onClick={() => open(f)} aria-haspopup="dialog"><bdi>{nameOf(f)}</bdi></UnstyledButton>
          {nameOf(f) !== f.resource_id && <bdi className="muted mono" title={f.resource_id}>{f.resource_id}</bdi>}
        </span>
      ),
    },
    { id: "cost", header: "Cost, 30 days", align: "right", sortBy: (f) => (f.cost_30d ? Number(f.cost_30d.amount) : undefined), cell: (f) => (f.cost_30d ? <Amount money={f.cost_30d} scale={scale} /> : <span className="muted">not in the bill yet</span>) },
    state === "open" ? { id: "missing", header: "Missing or wrong", cell: (f) => <Violations violations={f.violations} /> } : { id: "why", header: state === "exempt" ? "Exempt" : "Closed", cell: (f) => <Why finding={f} /> },
    { id: "owner", header: "Owner", priority: 2, cell: (f) => <Owner finding={f} /> },
    { id: "type", header: "Type and service", priority: 2, cell: (f) => <TwoLines first={f.resource_type} second={f.service} /> },
    { id: "account", header: "Account", priority: 2, cell: (f) => <TwoLines first={f.account_name ?? f.account ?? NO_DATA} second={f.account_name === null ? "" : f.account} /> },
    { id: "region", header: "Region", priority: 2, cell: (f) => <span className="num">{f.region ?? NO_DATA}</span> },
    { id: "age", header: "First and last seen", priority: 2, sortBy: (f) => -Date.parse(f.first_seen), cell: (f) => <TwoLines first={dayText(f.first_seen)} second={`${shortDay(f.last_seen)}, ${f.seen_in.join(" and ")}`} /> },
  ];
}

function TwoLines({ first, second }: { first: string; second: string | null }) {
  return (
    <span className="two-lines">
      <bdi>{first}</bdi>
      {second && <bdi className="muted">{second}</bdi>}
    </span>
  );
}

function Owner({ finding }: { finding: FindingOut }) {
  const owner = ownerOf(finding);
  if (!owner.isKnown) return <span className="muted">unknown</span>;
  return owner.note === null ? <>{owner.text}</> : <TwoLines first={owner.text} second={owner.note} />;
}

function Violations({ violations }: { violations: readonly Violation[] }) {
  return (
    <ul className="chips" aria-label="Missing or wrong">
      {violations.map((v) => (
        <li key={v.key} className="tag-chip" title={violationText(v)}>
          {v.key} {v.verdict === "not allowed" ? <>is <bdi>“{v.found_value}”</bdi></> : <span className="muted">{v.verdict}</span>}
        </li>
      ))}
    </ul>
  );
}

function Why({ finding: { exemption, closed_at, closed_because } }: { finding: FindingOut }) {
  if (exemption) return <TwoLines first={`until ${dayText(exemption.until)}`} second={exemption.reason} />;
  return closed_at ? <TwoLines first={dayText(closed_at)} second={closed_because} /> : <>{NO_DATA}</>;
}
