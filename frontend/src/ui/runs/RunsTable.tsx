import { UnstyledButton } from "@mantine/core";
import { useMemo } from "react";
import type { Run } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { instantText, monthText } from "@/lib/period";
import { type Column, DataTable } from "../DataTable";
import { RunState } from "./RunState";
import { durationText, sourceName } from "./runWords";

export function RunsTable({ runs, onOpen }: { runs: Run[]; onOpen: (run: Run) => void }) {
  const columns = useMemo(() => columnsOf(onOpen), [onOpen]);
  return (
    <DataTable caption="Runs" columns={columns} rows={runs} rowId={(r) => r.id} rowLabel={(r) => `${sourceName(r)}, ${monthText(r.billing_period)}`} onOpen={onOpen} />
  );
}

const count = (n: number | null) => <span className="num">{n === null ? NO_DATA : n.toLocaleString()}</span>;

function columnsOf(open: (run: Run) => void): Column<Run>[] {
  return [
    {
      id: "name",
      header: "Source and period",
      cell: (r) => (
        <UnstyledButton className="open-row link" onClick={() => open(r)} aria-haspopup="dialog">
          {sourceName(r)}, {monthText(r.billing_period)}
        </UnstyledButton>
      ),
    },
    { id: "state", header: "State", cell: (r) => <RunState run={r} /> },
    { id: "started", header: "Started", priority: 2, cell: (r) => <span className="num">{r.started_at ? instantText(r.started_at) : NO_DATA}</span> },
    { id: "took", header: "Took", align: "right", priority: 2, cell: (r) => <span className="num">{durationText(r)}</span> },
    { id: "read", header: "Read", align: "right", priority: 2, cell: (r) => count(r.rows_read) },
    { id: "published", header: "Published", align: "right", priority: 2, cell: (r) => count(r.rows_published) },
    {
      id: "quarantined",
      header: "Quarantined",
      align: "right",
      cell: (r) => <span className={r.rows_quarantined ? "unfavourable" : undefined}>{count(r.rows_quarantined)}</span>,
    },
  ];
}
