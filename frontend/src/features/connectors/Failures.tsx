import { IconAlertTriangle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Source } from "@/api/types";

/** What fails and why, above everything else. */
export function Failures({ sources }: { sources: Source[] }) {
  const failing = sources.filter((s) => s.state === "failing");
  if (failing.length === 0) return null;
  return (
    <section aria-label="What fails" style={{ display: "grid", gap: 6 }}>
      {failing.map((s) => (
        <div key={s.id} className="notice" data-tone="error">
          <IconAlertTriangle size={16} aria-hidden />
          <div className="notice-body">
            <Link className="link" to="/admin/connectors/$source" search={{}} params={{ source: s.id }}>{s.name}</Link>: {s.reason ?? "the last run failed"}
          </div>
        </div>
      ))}
    </section>
  );
}
