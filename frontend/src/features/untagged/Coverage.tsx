/** How much of the bill carries its tags; what cannot carry any stands apart, and all lines add up to the bill. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "@/api/client";
import { NO_DATA, plainPercent, scaleOf } from "@/lib/money";
import { rangeText } from "@/lib/period";
import { Amount } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { QueryPanel } from "@/ui/states";
import { coverageQuery } from "./queries";
import type { CoverageLine, CoverageOut } from "./types";
import { lineText, scanText } from "./words";

const NOT_FOR_A_PART = 422;

export function Coverage({ currency }: { currency: string | undefined }) {
  const query = useQuery(coverageQuery(currency));
  // Who sees a part of the company only has findings, and no share of the whole bill.
  if (query.error instanceof ApiError && query.error.status === NOT_FOR_A_PART) return null;
  return (
    <section className="panel" aria-label="Coverage">
      <QueryPanel query={query} what="the coverage" skeleton={<Skeleton height={236} radius={6} />}>
        {(data) => <Figures coverage={data} />}
      </QueryPanel>
    </section>
  );
}

function Figures({ coverage }: { coverage: CoverageOut }) {
  const { meta, total, taggable, covered_percent, lines } = coverage;
  const compliant = lines.find((l) => l.kind === "compliant");
  return (
    <div className="two-panels coverage">
      <div role="group" aria-label="Tagged as the policy asks">
        <div className="kpi-label">Tagged as the policy asks, by cost</div>
        <div className="kpi-value">{plainPercent(covered_percent)}</div>
        <div className="kpi-note">
          <Amount money={compliant?.cost ?? null} show="compact" /> of <Amount money={taggable} show="compact" /> that can be tagged
        </div>
        <Bar lines={lines} />
        <p className="kpi-note">{scanText(meta.scan)}</p>
      </div>
      {total && lines.length > 0 && <Lines coverage={coverage} />}
    </div>
  );
}

/** Drawn to scale; the table beside it says the same in numbers. */
function Bar({ lines }: { lines: readonly CoverageLine[] }) {
  return (
    <div className="coverage-bar" aria-hidden>
      {lines.map((l) => <span key={`${l.kind}-${l.why}`} data-kind={l.kind} style={{ flexGrow: Math.max(0, Number(l.cost.amount)) }} />)}
    </div>
  );
}

function Lines({ coverage: { meta, total, lines } }: { coverage: CoverageOut }) {
  const scale = scaleOf(lines.map((l) => l.cost.amount));
  const columns: Column<CoverageLine>[] = [
    { id: "name", header: meta.range ? `Cost of ${rangeText(meta.range)}` : "Cost of 30 days", cell: (l) => <span className="coverage-line"><span className="coverage-swatch" data-kind={l.kind} aria-hidden />{lineText(l)}</span>, footer: "All cost" },
    { id: "resources", header: "Resources", align: "right", cell: (l) => <span className="num">{l.resources?.toLocaleString() ?? NO_DATA}</span>, footer: "" },
    { id: "cost", header: "Cost", align: "right", cell: (l) => <Amount money={l.cost} scale={scale} />, footer: <Amount money={total} scale={scale} /> },
  ];
  return <DataTable caption="How the cost is tagged" columns={columns} rows={[...lines]} rowId={(l) => `${l.kind}-${l.why}`} rowLabel={lineText} />;
}
