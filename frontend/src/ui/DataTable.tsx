/** The one table of the app: sorting, expanding, totals, a pinned last row, virtual rows, and a sheet per row on a phone. */
import { IconArrowDown, IconArrowUp, IconChevronRight } from "@tabler/icons-react";
import {
  type ColumnDef,
  type ExpandedState,
  type Row,
  type SortingState,
  createExpandedRowModel,
  createSortedRowModel,
  rowExpandingFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { RowSheet } from "./RowSheet";
import { useNarrow } from "./useNarrow";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  rowExpandingFeature,
  expandedRowModel: createExpandedRowModel(),
});
type Features = typeof features;

const VIRTUAL_FROM = 200;
const ROW_PX = 33;

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** What to sort by; a column without it is not sortable. A row that gives undefined stays last in both directions. */
  sortBy?: (row: T) => number | string | undefined;
  align?: "right";
  /** 1 stays on a phone, 2 moves to the row's sheet. */
  priority?: 1 | 2;
  footer?: ReactNode;
  width?: string;
}

/** Rows that something is to be done with, by id. */
export interface Selection {
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}

export interface DataTableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  rowId: (row: T) => string;
  /** `id` ascending, `-id` descending. */
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  subRows?: (row: T) => T[] | undefined;
  open?: ReadonlySet<string>;
  onToggle?: (id: string) => void;
  isPinned?: (row: T) => boolean;
  /** On a phone, what a tap on the row opens; without it a sheet with all columns. */
  onOpen?: (row: T) => void;
  /** Actions on a phone's row sheet, for what the row's links do on a desk. */
  sheetActions?: (row: T) => ReactNode;
  rowLabel: (row: T) => string;
  selection?: Selection | undefined;
  /** How high a row is about, in pixels, where that is not one line. */
  rowHeight?: number;
  /** More columns than a screen has: the table scrolls sideways inside its own box. */
  wide?: boolean;
}

export function DataTable<T>(props: DataTableProps<T>) {
  const { caption, columns, rows, rowId, sort, onSort, subRows, open } = props;
  const narrow = useNarrow();
  const [sheet, setSheet] = useState<T | null>(null);
  const defs = useMemo<ColumnDef<Features, T & object>[]>(
    () =>
      columns.map((c) => ({
        id: c.id,
        accessorFn: (row: T) => c.sortBy?.(row),
        enableSorting: c.sortBy !== undefined,
        sortUndefined: "last" as const,
        sortFn: (a: Row<Features, T & object>, b: Row<Features, T & object>, id: string) => {
          const [x, y] = [a.getValue<number | string>(id), b.getValue<number | string>(id)];
          return typeof x === "string" ? x.localeCompare(String(y)) : x - Number(y);
        },
      })),
    [columns],
  );
  const sorting = useMemo<SortingState>(() => (sort ? [{ id: sort.replace(/^-/, ""), desc: sort.startsWith("-") }] : []), [sort]);
  const expanded = useMemo<ExpandedState>(() => Object.fromEntries([...(open ?? [])].map((id) => [id, true])), [open]);
  const table = useTable({
    features,
    columns: defs,
    data: rows as (T & object)[],
    getRowId: rowId,
    getSubRows: subRows as ((row: T & object) => (T & object)[] | undefined) | undefined,
    state: { sorting, expanded },
    enableSortingRemoval: false,
  });
  const visible = table.getRowModel().rows;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = visible.length > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count: virtual ? visible.length : 0,
    getScrollElement: () => scroll.current,
    estimateSize: () => props.rowHeight ?? ROW_PX,
    overscan: 8,
  });
  const boxed = virtual || (props.wide && !narrow);
  const items = virtualizer.getVirtualItems();
  const window = virtual ? items.map((item) => visible[item.index] as (typeof visible)[number]) : visible;
  const above = virtual ? (items[0]?.start ?? 0) : 0;
  const below = virtual ? virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const hasFooter = columns.some((c) => c.footer !== undefined);

  return (
    <div className="table-box">
      <div ref={scroll} {...(boxed ? { className: "table-scroll", tabIndex: 0, role: "group", "aria-label": `${caption}, scrollable` } : {})}>
        <table className="table" data-wide={props.wide || undefined} aria-rowcount={virtual ? visible.length : undefined}>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {columns.map((c, i) => (
                <HeaderCell key={c.id} column={c} sort={sort} onSort={onSort}>
                  {i === 0 && props.selection && <CheckAll selection={props.selection} ids={visible.map((row) => row.id)} />}
                </HeaderCell>
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <tr aria-hidden style={{ height: above }} />}
            {window.map((row, i) => (
              <BodyRow key={row.id} row={row as unknown as TableRow<T>} table={props} narrow={narrow} onSheet={props.onOpen ?? setSheet} index={items[i]?.index ?? i} measure={virtual ? virtualizer.measureElement : undefined} />
            ))}
            {below > 0 && <tr aria-hidden style={{ height: below }} />}
          </tbody>
          {hasFooter && (
            <tfoot>
              <tr>
                {columns.map((c, i) =>
                  i === 0 ? (
                    <th key={c.id} scope="row">{c.footer}</th>
                  ) : (
                    <td key={c.id} data-align={c.align} data-priority={c.priority}>{c.footer}</td>
                  ),
                )}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
      <RowSheet row={sheet} columns={columns} label={props.rowLabel} actions={props.sheetActions} onClose={() => setSheet(null)} />
    </div>
  );
}

interface TableRow<T> {
  id: string;
  depth: number;
  original: T;
  getCanExpand: () => boolean;
  getIsExpanded: () => boolean;
}

interface HeaderCellProps<T> {
  column: Column<T>;
  sort?: string | undefined;
  onSort?: ((s: string) => void) | undefined;
  children: ReactNode;
}

function HeaderCell<T>({ column, sort, onSort, children }: HeaderCellProps<T>) {
  const active = sort?.replace(/^-/, "") === column.id;
  const descending = sort === `-${column.id}`;
  const ariaSort = active ? (descending ? "descending" : "ascending") : undefined;
  const next = active && descending ? column.id : active ? `-${column.id}` : column.id === "name" ? "name" : `-${column.id}`;
  return (
    <th scope="col" data-align={column.align} data-priority={column.priority} aria-sort={ariaSort} style={{ width: column.width }}>
      {children}
      {column.sortBy && onSort ? (
        <UnstyledButton className="sort-button" data-sorted={active || undefined} onClick={() => onSort(next)}>
          {column.header}
          {active && (descending ? <IconArrowDown size={12} aria-hidden /> : <IconArrowUp size={12} aria-hidden />)}
        </UnstyledButton>
      ) : (
        column.header
      )}
    </th>
  );
}

function CheckAll({ selection, ids }: { selection: Selection; ids: readonly string[] }) {
  const all = ids.length > 0 && ids.every((id) => selection.chosen.has(id));
  const part = !all && ids.some((id) => selection.chosen.has(id));
  const mark = (box: HTMLInputElement | null): void => {
    if (box) box.indeterminate = part;
  };
  return <input ref={mark} type="checkbox" className="row-check" aria-label="Select all shown" checked={all} onChange={() => selection.onChoose(new Set(all ? [] : ids))} />;
}

interface BodyRowProps<T> {
  row: TableRow<T>;
  table: DataTableProps<T>;
  narrow: boolean;
  onSheet: (row: T) => void;
  /** Its place among all rows. */
  index: number;
  /** Where only some rows are drawn, each tells how high it is. */
  measure: ((row: HTMLElement | null) => void) | undefined;
}

function BodyRow<T>({ row, table, narrow, onSheet, index, measure }: BodyRowProps<T>) {
  const [first, ...rest] = table.columns as [Column<T>, ...Column<T>[]];
  const label = table.rowLabel(row.original);
  const can = row.getCanExpand();
  return (
    <tr ref={measure} data-index={index} data-row={row.id} data-depth={row.depth} data-leaf={can ? undefined : true} data-pinned={table.isPinned?.(row.original) || undefined}>
      <th scope="row">
        <div className="cell-name" style={{ paddingLeft: row.depth * (narrow ? 10 : 18) }}>
          {table.selection && <Check selection={table.selection} id={row.id} label={label} />}
          {can ? (
            <UnstyledButton
              className="expander"
              aria-expanded={row.getIsExpanded()}
              aria-label={`${row.getIsExpanded() ? "Collapse" : "Expand"} ${label}`}
              onClick={() => table.onToggle?.(row.id)}
            >
              <IconChevronRight size={14} aria-hidden />
            </UnstyledButton>
          ) : (
            table.subRows && <span className="expander-space" />
          )}
          {narrow ? (
            <UnstyledButton className="open-row" onClick={() => onSheet(row.original)} aria-haspopup="dialog">
              <bdi>{label}</bdi>
            </UnstyledButton>
          ) : (
            <span>{first.cell(row.original)}</span>
          )}
        </div>
      </th>
      {rest.map((c) => (
        <td key={c.id} data-align={c.align} data-priority={c.priority}>
          {c.cell(row.original)}
        </td>
      ))}
    </tr>
  );
}

function Check({ selection, id, label }: { selection: Selection; id: string; label: string }) {
  const { chosen, onChoose } = selection;
  const toggle = (): void => onChoose(chosen.has(id) ? new Set([...chosen].filter((other) => other !== id)) : new Set([...chosen, id]));
  return <input type="checkbox" className="row-check" aria-label={`Select ${label}`} checked={chosen.has(id)} onChange={toggle} />;
}
