import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Source } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { instantText, monthText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { SourceState } from "./SourceState";
import { kindsQuery } from "./queries";
import { nextLookText } from "./words";

/** `now`: when the list was given, in milliseconds. */
export function SourceTable({ sources, now }: { sources: Source[]; now: number }) {
  const kinds = useQuery(kindsQuery);
  const columns = useMemo(() => columnsOf(new Map((kinds.data?.items ?? []).map((k) => [k.kind, k.title])), now), [kinds.data, now]);
  return <DataTable caption="Sources" columns={columns} rows={sources} rowId={(s) => s.id} rowLabel={(s) => s.name} sheetActions={(s) => <Link className="button-link" to="/admin/connectors/$source" search={{}} params={{ source: s.id }}>Open</Link>} />;
}

function columnsOf(titles: ReadonlyMap<string, string>, now: number): Column<Source>[] {
  return [
    { id: "name", header: "Name", cell: (s) => <Link to="/admin/connectors/$source" search={{}} params={{ source: s.id }}>{s.name}</Link> },
    { id: "state", header: "State", cell: (s) => <SourceState source={s} /> },
    { id: "newest", header: "Newest period", cell: (s) => <span className="num">{s.newest_period ? monthText(s.newest_period.billing_period) : NO_DATA}</span> },
    { id: "rows", header: "Rows in it", align: "right", priority: 2, cell: (s) => <span className="num">{s.newest_period?.rows.toLocaleString() ?? NO_DATA}</span> },
    { id: "success", header: "Last success", priority: 2, cell: (s) => <span className="num">{s.last_success_at ? instantText(s.last_success_at) : "never"}</span> },
    { id: "next", header: "Next look", priority: 2, cell: (s) => <span className="num">{nextLookText(s, now)}</span> },
    {
      id: "place",
      header: "Kind and location",
      priority: 2,
      cell: (s) => (
        <>
          <div>{titles.get(s.kind) ?? s.kind}</div>
          <div className="muted mono wrap-anywhere">{s.location}</div>
        </>
      ),
    },
  ];
}
