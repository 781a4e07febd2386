import { UnstyledButton } from "@mantine/core";
import { useCallback, useMemo } from "react";
import type { AuditSearch } from "@/lib/search";
import { type Column, DataTable } from "@/ui/DataTable";
import { useSearchState } from "@/ui/useSearchState";
import type { AuditEntry, Vocabulary } from "./types";
import { actionText, entryId, fromText, momentText, objectText, serviceText, whoText } from "./words";

export function AuditTable({ rows, known }: { rows: AuditEntry[]; known: Vocabulary | undefined }) {
  const [, patch] = useSearchState<AuditSearch>();
  const open = useCallback((entry: AuditEntry): void => patch({ entry: entryId(entry) }), [patch]);
  const columns = useMemo(() => columnsOf(known, open), [known, open]);
  return (
    <DataTable
      caption="Entries"
      columns={columns}
      rows={rows}
      rowId={entryId}
      rowLabel={(e) => actionText(e.action, known)}
      onOpen={open}
    />
  );
}

function columnsOf(known: Vocabulary | undefined, open: (entry: AuditEntry) => void): Column<AuditEntry>[] {
  return [
    {
      id: "what",
      header: "What",
      cell: (e) => (
        <UnstyledButton className="open-row link" onClick={() => open(e)} aria-haspopup="dialog">
          {actionText(e.action, known)}
        </UnstyledButton>
      ),
    },
    { id: "who", header: "Who", cell: (e) => <bdi className="wrap-anywhere">{whoText(e)}</bdi> },
    { id: "at", header: "When", cell: (e) => <time className="num audit-moment" dateTime={e.at}>{momentText(e.at)}</time> },
    { id: "object", header: "Of", width: "16%", priority: 2, cell: (e) => <bdi className="wrap-anywhere">{objectText(e)}</bdi> },
    { id: "from", header: "From", priority: 2, cell: (e) => <span className="num">{fromText(e)}</span> },
    { id: "service", header: "Service", priority: 2, cell: (e) => serviceText(e.service, known) },
    { id: "seq", header: "Entry", align: "right", priority: 2, cell: (e) => <span className="num">{e.seq.toLocaleString()}</span> },
  ];
}
