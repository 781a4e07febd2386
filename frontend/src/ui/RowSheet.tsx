import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import type { Column } from "./DataTable";

interface RowSheetProps<T> {
  row: T | null;
  columns: Column<T>[];
  label: (row: T) => string;
  actions?: ((row: T) => ReactNode) | undefined;
  onClose: () => void;
}

/** All columns of one row, for screens that only show three of them. */
export function RowSheet<T>({ row, columns, label, actions, onClose }: RowSheetProps<T>) {
  return (
    <Drawer
      opened={row !== null}
      onClose={onClose}
      position="bottom"
      styles={{ content: { height: "auto", maxHeight: "90dvh" } }}
      title={row ? label(row) : ""}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {row && (
        <>
          <dl className="detail-list">
            {columns.slice(1).map((c) => (
              <Pair key={c.id} term={c.header}>
                {c.cell(row)}
              </Pair>
            ))}
          </dl>
          {actions && (
            <div className="row" style={{ marginTop: 16 }}>
              {actions(row)}
            </div>
          )}
        </>
      )}
    </Drawer>
  );
}

function Pair({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </>
  );
}
