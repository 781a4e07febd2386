import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { freshnessQuery } from "@/api/queries";
import { useSearchState } from "../useSearchState";

/** Billed is what the invoice says; effective spreads commitments over what used them. */
export function MetricPicker() {
  const [search, patch] = useSearchState();
  return (
    <SegmentedControl
      size="xs"
      aria-label="Cost metric"
      value={search.metric ?? "BilledCost"}
      data={[{ value: "BilledCost", label: "Billed" }, { value: "EffectiveCost", label: "Effective" }]}
      onChange={(value) => patch({ metric: value === "EffectiveCost" ? "EffectiveCost" : undefined })}
    />
  );
}

/** Only there when the bills come in more than one currency; sums of two currencies do not exist. */
export function CurrencyPicker() {
  const [search, patch] = useSearchState();
  const fresh = useQuery(freshnessQuery);
  const main = fresh.data?.currency;
  const all = main ? [...new Set([main, ...(fresh.data?.other_currencies ?? [])])] : [];
  if (all.length < 2) return null;
  return (
    <SegmentedControl
      size="xs"
      aria-label="Currency"
      value={search.cur ?? (main as string)}
      data={all}
      onChange={(value) => patch({ cur: value === main ? undefined : value })}
    />
  );
}
