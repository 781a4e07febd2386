/** What the reconciliation says as a whole, without adding amounts: counts, and the largest single difference. */
import type { ReconciliationItem } from "@/api/types";
import { monthText } from "@/lib/period";
import type { StatusTone } from "@/ui/StatusWord";

export const isZero = (decimal: string | null): boolean => decimal !== null && /^-?0*\.?0*$/.test(decimal);

/** The end differs from the bill, or something on the way does, such as a table that answers are read from. */
const differs = (item: ReconciliationItem): boolean => (item.difference !== null && !isZero(item.difference)) || item.first_difference_hop !== null;

export const itemTone = (item: ReconciliationItem): StatusTone => {
  if (item.counted && differs(item)) return "error";
  if (item.status === "pending") return "idle";
  return item.status === "complete" && item.counted ? "ok" : "warn";
};

export function statusText(item: ReconciliationItem): string {
  if (item.status === "pending") return item.pending_hop ? `Pending at ${item.pending_hop}` : "Pending";
  if (item.status === "overlapping") return "Overlapping, not counted";
  if (item.status === "incomplete") return "Incomplete";
  return differs(item) ? "Differs" : "Complete";
}

export interface Verdict {
  tone: StatusTone;
  sentence: string;
  /** Largest single difference; null when nothing differs. */
  worst: ReconciliationItem | null;
  settled: number;
  pending: number;
  quarantined: number;
}

const RANK: Record<StatusTone, number> = { error: 0, warn: 1, idle: 2, ok: 3 };
const size = (item: ReconciliationItem): number => Math.abs(Number(item.difference ?? 0));
const periods = (n: number): string => `${n} billing ${n === 1 ? "period" : "periods"}`;

/** Trouble first, then newest period first. */
export function byTrouble(items: readonly ReconciliationItem[]): ReconciliationItem[] {
  return [...items].sort(
    (a, b) => RANK[itemTone(a)] - RANK[itemTone(b)] || b.billing_period.localeCompare(a.billing_period) || a.source.localeCompare(b.source),
  );
}

export function verdictOf(items: readonly ReconciliationItem[]): Verdict {
  const counted = items.filter((i) => i.counted && i.status !== "overlapping");
  const bad = counted.filter(differs);
  const settled = counted.filter((i) => itemTone(i) === "ok").length;
  const pending = counted.filter((i) => itemTone(i) === "idle").length;
  const incomplete = counted.length - bad.length - settled - pending;
  const worst = bad.reduce<ReconciliationItem | null>((a, b) => (a && size(a) >= size(b) ? a : b), null);
  const quarantined = items.reduce((n, i) => n + (i.rows_quarantined ?? 0), 0);
  const base = { worst, settled, pending, quarantined };
  const rest = [
    incomplete > 0 ? ` ${periods(incomplete)} ${incomplete === 1 ? "is" : "are"} incomplete: lines lie in quarantine.` : "",
    pending > 0 ? ` ${periods(pending)} still on the way.` : "",
  ].join("");
  if (counted.length === 0) return { ...base, tone: "idle", sentence: "Nothing has been ingested yet, so there is nothing to reconcile." };
  if (worst) {
    const where = `${worst.source}, ${monthText(worst.billing_period)}`;
    const hop = worst.first_difference_hop ? ` The first difference appears at ${worst.first_difference_hop}.` : "";
    const sentence = `${periods(bad.length)} of ${counted.length} ${bad.length === 1 ? "does" : "do"} not match the bill, the most in ${where}.${hop}${rest}`;
    return { ...base, tone: "error", sentence };
  }
  if (settled === 0) return { ...base, tone: "idle", sentence: `Nothing has settled yet.${rest}` };
  return { ...base, tone: incomplete > 0 ? "warn" : "ok", sentence: `Every figure equals the bill, hop by hop, in ${periods(settled)}.${rest}` };
}
