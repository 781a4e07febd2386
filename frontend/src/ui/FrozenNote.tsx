import { IconSnowflake } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { freshnessQuery } from "@/api/queries";
import { thaw } from "@/lib/frozen";
import { dayText } from "@/lib/period";
import type { SharedSearch } from "@/lib/search";
import { useSearchState } from "./useSearchState";

/** Says that the page does not move along with time, and leads to the one that does. */
export function FrozenNote() {
  const [search] = useSearchState();
  const newest = useQuery(freshnessQuery).data;
  if (!search.frozen) return null;
  return (
    <div className="notice" data-tone="info" role="note">
      <IconSnowflake size={16} aria-hidden />
      <div className="notice-body">
        Frozen at {dayText(search.frozen)}: dates, metric and currency stay. A bill that was corrected since shows its corrected figures.{" "}
        <Link className="link" to="." search={((s: SharedSearch) => thaw(s, newest?.currency ?? null)) as never}>
          {search.range ? "See today" : "Unfreeze"}
        </Link>
      </div>
    </div>
  );
}
