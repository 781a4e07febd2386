import type { Grain } from "@/lib/period";

export interface ChartSeries {
  /** Null for rows that no entity stands behind. */
  id: string | null;
  name: string;
  values: readonly string[];
  role: "entity" | "other" | "unattributable" | "previous";
}

export type ChartKind = "bar" | "line" | "area";

export interface ChartData {
  periods: readonly string[];
  grain: Grain;
  currency: string;
  series: readonly ChartSeries[];
  /** First period that is not complete; it and later ones are hatched. */
  partialFrom: string | null;
}
