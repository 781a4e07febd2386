/** What the answer says about itself: limited, not complete, late, restated, pending, overlapping. */
import { Button } from "@mantine/core";
import { IconAlertTriangle, IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { firstDayQuery } from "@/api/queries";
import type { Meta } from "@/api/types";
import { exactMoney } from "@/lib/money";
import { type DayRange, dayText, monthText, rangeText } from "@/lib/period";

interface Line {
  key: string;
  tone: "warn" | "info";
  text: ReactNode;
}

const SHOWN = 3;

/** A total of who sees a part is that part's, and has to say so. */
export function limitedText(names: readonly string[], what: "Costs" | "Findings"): string {
  if (names.length === 0) return "Your access names no part of the hierarchy that there is today, so every figure is of nothing.";
  return `You see ${names.join(", ")}. ${what} of other teams and ${what.toLowerCase()} without a team are in no figure.`;
}

export function noticeLines(meta: Meta): Line[] {
  const lines: Line[] = [];
  if (meta.limited_to) lines.push({ key: "limited", tone: "info", text: limitedText(meta.limited_to.map((n) => n.name), "Costs") });
  for (const s of meta.late_sources) {
    const since = s.data_through ? `has no data after ${dayText(s.data_through)}` : "has delivered nothing yet";
    lines.push({ key: `late-${s.source}`, tone: "warn", text: <><b>{s.source}</b> {since}; later days miss its cost.</> });
  }
  for (const p of meta.pending) {
    const what = <>A newer delivery of <b>{p.source}</b> for {monthText(p.billing_period)} waits at {p.hop} since {dayText(p.since.slice(0, 10))}; the one before is shown.</>;
    lines.push({ key: `pending-${p.source}-${p.billing_period}`, tone: "warn", text: what });
  }
  for (const o of meta.overlapping) {
    const what = <><b>{o.source}</b> delivers accounts of {monthText(o.billing_period)} that another source already counts; it is not added.</>;
    lines.push({ key: `overlap-${o.source}-${o.billing_period}`, tone: "warn", text: what });
  }
  for (const r of meta.restated) {
    const by = r.difference && <> by <span className="num">{exactMoney(r.difference, true)}</span></>;
    const what = <>{monthText(r.billing_period)} of <b>{r.source}</b> was restated{by} on {dayText(r.at.slice(0, 10))}.</>;
    lines.push({ key: `restated-${r.source}-${r.billing_period}-${r.at}`, tone: "info", text: what });
  }
  for (const w of meta.warnings) lines.push({ key: `warning-${w}`, tone: "warn", text: w });
  return lines;
}

/** A comparison with days from before the first bill would show growth that is only missing data. */
function comparisonLine(before: DayRange, firstDay: string): Line | null {
  if (before.from >= firstDay) return null;
  const text =
    before.to < firstDay
      ? `There are no bills from before ${dayText(firstDay)}, so there is nothing to compare with.`
      : `Bills begin on ${dayText(firstDay)}: the comparison covers only part of ${rangeText(before)}, and changes look larger than they are.`;
  return { key: "comparison", tone: "warn", text };
}

export function Notices({ meta, before = null }: { meta: Meta; before?: DayRange | null }) {
  const [all, setAll] = useState(false);
  const firstDay = useQuery({ ...firstDayQuery, enabled: before !== null });
  const short = before && firstDay.data ? comparisonLine(before, firstDay.data) : null;
  const lines = [...(short ? [short] : []), ...noticeLines(meta)];
  if (lines.length === 0) return null;
  const shown = all ? lines : lines.slice(0, SHOWN);
  return (
    <section aria-label="About this data" style={{ display: "grid", gap: 6 }}>
      {shown.map((line) => (
        <div key={line.key} className="notice" data-tone={line.tone}>
          {line.tone === "warn" ? <IconAlertTriangle size={16} aria-hidden /> : <IconHistory size={16} aria-hidden />}
          <div className="notice-body">{line.text}</div>
        </div>
      ))}
      {lines.length > SHOWN && (
        <div className="row">
          <Button size="compact-xs" variant="default" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? "Show fewer" : `${lines.length - SHOWN} more`}
          </Button>
          <Link className="link" to="/admin/data-health">Data health</Link>
        </div>
      )}
    </section>
  );
}
