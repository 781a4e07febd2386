import { CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { dimensionsQuery, hierarchyQuery } from "@/api/queries";
import type { Meta } from "@/api/types";
import { OP_TEXT, parseFilter } from "@/lib/filters";
import { dayText } from "@/lib/period";
import { useSearchState } from "./useSearchState";

/** Each filter in force, as it stands in the URL and in words. */
export function useFilterWords(): { text: string; words: string }[] {
  const [search] = useSearchState();
  const dimensions = useQuery({ ...dimensionsQuery, enabled: (search.f?.length ?? 0) > 0 });
  const hierarchy = useQuery(hierarchyQuery);
  const names = new Map((hierarchy.data?.nodes ?? []).map((n) => [n.id, n.name]));
  const labels = new Map((dimensions.data?.items ?? []).map((d) => [d.id, d.label]));
  return (search.f ?? []).flatMap((text) => {
    const f = parseFilter(text);
    if (!f) return [];
    const values = f.values.map((v) => (v === "" ? "(none)" : (names.get(v) ?? v))).join(", ");
    return [{ text, words: `${labels.get(f.dimension) ?? f.dimension} ${OP_TEXT[f.op]} ${values}` }];
  });
}

/** What a saved picture says of where its figures are from, and how far they go. */
export function useAbout(meta: Meta | undefined): string[] {
  const filters = useFilterWords().map((f) => f.words);
  const path = (meta?.scope_path ?? []).map((n) => n.name);
  const scope = `Scope: ${path.length > 0 ? path.join(" › ") : "Everything"}`;
  const through = meta?.data_through ? [`Data through ${dayText(meta.data_through)}`] : [];
  return [scope, ...(filters.length > 0 ? [`Filters: ${filters.join("; ")}`] : []), ...through];
}

/** Filters in force, each with a way to drop it. */
export function FilterChips() {
  const [search, patch] = useSearchState();
  const filters = useFilterWords();
  if (filters.length === 0) return null;
  return (
    <ul className="chips" aria-label="Filters">
      {filters.map(({ text, words }) => {
        const rest = search.f?.filter((other) => other !== text);
        return (
          <li key={text} className="chip">
            <span className="wrap-anywhere">{words}</span>
            <CloseButton size="xs" aria-label={`Remove filter: ${words}`} onClick={() => patch({ f: rest?.length ? rest : undefined })} />
          </li>
        );
      })}
    </ul>
  );
}
