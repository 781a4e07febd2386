import { useQuery } from "@tanstack/react-query";
import { freshnessQuery, sessionQuery } from "@/api/queries";
import { agoText, dayText } from "@/lib/period";

/** How far the data goes, on every page. */
export function Footer() {
  const fresh = useQuery(freshnessQuery);
  const session = useQuery(sessionQuery);
  const meta = fresh.data;
  if (fresh.isError) return <footer className="footer">How far the data goes is not known right now</footer>;
  if (!meta) return <footer className="footer">&nbsp;</footer>;
  const late = meta.late_sources.length;
  return (
    <footer className="footer">
      <span>{meta.data_through ? `Data through ${dayText(meta.data_through)}` : "No cost data yet"}</span>
      {late > 0 && <span>{late === 1 ? "1 source late" : `${late} sources late`}</span>}
      {meta.refreshed_at && <span>Refreshed {agoText(meta.refreshed_at, fresh.dataUpdatedAt)}</span>}
      {session.data && <span>Version {session.data.version}</span>}
    </footer>
  );
}
