import { type RefObject, useEffect } from "react";
import type { Selection } from "@/ui/DataTable";
import { isShortcut } from "@/ui/shell/useHotkeys";

const ROW = "tr[data-row]";

/** The nearest row in a direction; rows that are not drawn stand between them as one empty row. */
function beside(row: Element, step: "nextElementSibling" | "previousElementSibling"): Element | null {
  const next = row[step];
  return next?.matches(ROW) ? next : null;
}

/** `j` and `k` go to the next row and the one before, `x` selects it; Enter opens it, as it is a button. */
export function useRowKeys(table: RefObject<HTMLElement | null>, selection: Selection | undefined): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isShortcut(event) || !["j", "k", "x"].includes(event.key)) return;
      const focused = document.activeElement?.closest(ROW);
      const row = focused && table.current?.contains(focused) ? focused : null;
      if (event.key === "x") {
        const id = row?.getAttribute("data-row");
        if (!id || !selection) return;
        event.preventDefault();
        const next = new Set(selection.chosen);
        if (!next.delete(id)) next.add(id);
        selection.onChoose(next);
        return;
      }
      const to = row ? beside(row, event.key === "j" ? "nextElementSibling" : "previousElementSibling") : table.current?.querySelector(ROW);
      const button = to?.querySelector<HTMLElement>(".open-row");
      if (!button) return;
      event.preventDefault();
      button.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [table, selection]);
}
