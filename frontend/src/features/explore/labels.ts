import type { CostRow } from "@/api/types";

/** Text of a row: its group values, the outer one first. */
export function labelOf(row: CostRow, groupBy: readonly string[]): string {
  if (groupBy.length === 0) return "Total";
  return groupBy.map((d) => row.labels[d] ?? row.keys[d] ?? "(none)").join(", ");
}
