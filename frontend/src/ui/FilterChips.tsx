import { CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { dimensionsQuery, hierarchyQuery } from "@/api/queries";
import { OP_TEXT, parseFilter } from "@/lib/filters";
import { useSearchState } from "./useSearchState";

/** Filters in force, each with a way to drop it. */
export function FilterChips() {
  const [search, patch] = useSearchState();
  const dimensions = useQuery({ ...dimensionsQuery, enabled: (search.f?.length ?? 0) > 0 });
  const hierarchy = useQuery(hierarchyQuery);
  if (!search.f?.length) return null;
  const names = new Map((hierarchy.data?.nodes ?? []).map((n) => [n.id, n.name]));
  const labels = new Map((dimensions.data?.items ?? []).map((d) => [d.id, d.label]));
  return (
    <ul className="chips" aria-label="Filters">
      {search.f.map((text) => {
        const f = parseFilter(text);
        if (!f) return null;
        const values = f.values.map((v) => (v === "" ? "(none)" : (names.get(v) ?? v))).join(", ");
        const words = `${labels.get(f.dimension) ?? f.dimension} ${OP_TEXT[f.op]} ${values}`;
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
