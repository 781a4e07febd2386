import type { CostRow } from "@/api/types";
import { isolate } from "@/lib/isolate";

/** Text of a row: its group values, the outer one first. */
export function labelOf(row: CostRow, groupBy: readonly string[]): string {
  if (groupBy.length === 0) return "Total";
  return groupBy.map((d) => isolate(row.labels[d] ?? row.keys[d] ?? "(none)")).join(", ");
}
