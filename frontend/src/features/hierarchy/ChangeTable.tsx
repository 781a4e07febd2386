import { Button } from "@mantine/core";
import type { OrgImport } from "@/api/types";
import { NO_DATA } from "@/lib/money";
import { dayText } from "@/lib/period";
import { type Column, DataTable } from "@/ui/DataTable";
import { StatusWord, type StatusTone } from "@/ui/StatusWord";
import { type ChangeKind, type ChangeRow, changeCount } from "./changes";

interface ChangeTableProps {
  answer: OrgImport;
  rows: ChangeRow[];
  applying: boolean;
  onApply: () => void;
}

export function ChangeTable({ answer, rows, applying, onApply }: ChangeTableProps) {
  if (rows.length === 0) return <p role="status">Nothing would change: this is the hierarchy that is active.</p>;
  const when = answer.effective_from ? `From ${dayText(answer.effective_from)} on. The hierarchy before that day stays as it is.` : "Since ever: the file has no effective date, so history is replaced as well.";
  return (
    <section aria-label="What would change">
      <div className="row spread" style={{ marginBottom: 8 }}>
        <div role="status">
          <h3 className="panel-title">{changeCount(rows)}</h3>
          <div className="panel-sub">{when}</div>
        </div>
        <Button size="xs" loading={applying} onClick={onApply}>Apply</Button>
      </div>
      <DataTable caption="What would change" columns={COLUMNS} rows={rows} rowId={(r) => r.id} rowLabel={(r) => r.name} />
    </section>
  );
}

const TONE: Record<ChangeKind, StatusTone> = { added: "ok", changed: "idle", left: "warn", removed: "error" };

const COLUMNS: Column<ChangeRow>[] = [
  { id: "name", header: "Node", cell: (r) => <span>{r.name} <span className="muted mono">{r.id}</span></span> },
  { id: "kind", header: "Change", cell: (r) => <StatusWord tone={TONE[r.kind]}>{r.kind}</StatusWord> },
  { id: "level", header: "Level", priority: 2, cell: (r) => r.level },
  { id: "details", header: "Before and after", priority: 2, cell: (r) => <Details row={r} /> },
  { id: "since", header: "From", cell: (r) => <span className="num">{r.since}</span> },
];

function Details({ row }: { row: ChangeRow }) {
  if (row.details.length === 0) return <span className="muted">{NO_DATA}</span>;
  return (
    <div className="before-after">
      {row.details.map((d) => (
        <div key={d.field}>
          {d.field}: {row.kind !== "added" && <>{d.before === null ? NO_DATA : <s>{d.before}</s>} → </>}<b>{d.after ?? NO_DATA}</b>
        </div>
      ))}
    </div>
  );
}
