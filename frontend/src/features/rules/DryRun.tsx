/** What publishing would move, by team, before anybody publishes. */
import { IconAlertTriangle } from "@tabler/icons-react";
import type { RulesMoved } from "@/api/types";
import { scaleOf } from "@/lib/money";
import { monthText } from "@/lib/period";
import { Amount } from "@/ui/Amount";
import { type Column, DataTable } from "@/ui/DataTable";
import { Kpi } from "@/ui/Kpi";
import { StatusWord } from "@/ui/StatusWord";
import { sumsToZero } from "./zero";

type TeamChange = RulesMoved["teams"][number];
type Move = RulesMoved["moved"][number];

const UNATTRIBUTABLE = "Unattributable";

export function DryRun({ moved, names }: { moved: RulesMoved; names: ReadonlyMap<string, string> }) {
  const currencies = [...new Set([...Object.keys(moved.unattributable_before), ...moved.moved.map((m) => m.currency)])];
  const zero = currencies.every((c) => sumsToZero(moved.teams.filter((t) => t.currency === c).map((t) => t.amount)));
  const months = moved.periods.map(monthText).join(", ");
  return (
    <section className="panel" aria-label="Dry run">
      <div className="panel-head">
        <div role="status">
          <h2 className="panel-title">{moved.moved.length === 0 ? "No cost would move" : "What would move"}</h2>
          <div className="panel-sub">{months ? `Billed cost of ${months}.` : "No billing period has arrived yet, so there is no cost to move."} Nothing is published yet.</div>
        </div>
        {moved.moved.length > 0 && (
          <StatusWord tone={zero ? "ok" : "error"}>{zero ? "Gains and losses cancel out exactly" : "Gains and losses do not cancel out"}</StatusWord>
        )}
      </div>
      <div className="panel-body stack">
        {moved.missing_periods.length > 0 && (
          <div className="notice">
            <IconAlertTriangle size={16} aria-hidden />
            <div className="notice-body">Nothing can be said of {moved.missing_periods.map(monthText).join(", ")}: its records are no longer in the archive.</div>
          </div>
        )}
        <div className="kpis">
          {currencies.map((currency) => (
            <Kpi
              key={currency}
              label="Unattributable, after"
              value={<Amount money={{ amount: moved.unattributable_after[currency] ?? "0", currency }} show="compact" />}
              note={<>now <Amount money={{ amount: moved.unattributable_before[currency] ?? "0", currency }} show="compact" /></>}
            />
          ))}
        </div>
        {moved.moved.length > 0 && (
          <div className="two-panels">
            <div>
              <h3 className="panel-title">By team</h3>
              <DataTable caption="Change by team" columns={teamColumns(moved, names)} rows={moved.teams} rowId={(t) => `${t.team}-${t.currency}`} rowLabel={(t) => nameOf(t.team, names)} />
            </div>
            <div>
              <h3 className="panel-title">From whom to whom</h3>
              <DataTable caption="Moves" columns={moveColumns(moved, names)} rows={moved.moved} rowId={(m) => `${m.team_from}-${m.team_to}-${m.currency}`} rowLabel={(m) => nameOf(m.team_from, names)} />
            </div>
          </div>
        )}
      </div>
    </section>
  );
}

const nameOf = (team: string, names: ReadonlyMap<string, string>): string => (team === UNATTRIBUTABLE ? team : (names.get(team) ?? team));

function teamColumns(moved: RulesMoved, names: ReadonlyMap<string, string>): Column<TeamChange>[] {
  const scale = scaleOf(moved.teams.map((t) => t.amount));
  return [
    { id: "name", header: "Team", cell: (t) => nameOf(t.team, names) },
    { id: "change", header: "Change", align: "right", cell: (t) => <Amount money={t} scale={scale} signed /> },
  ];
}

function moveColumns(moved: RulesMoved, names: ReadonlyMap<string, string>): Column<Move>[] {
  const scale = scaleOf(moved.moved.map((m) => m.amount));
  return [
    { id: "from", header: "From", cell: (m) => nameOf(m.team_from, names) },
    { id: "to", header: "To", cell: (m) => nameOf(m.team_to, names) },
    { id: "amount", header: "Amount", align: "right", cell: (m) => <Amount money={m} scale={scale} /> },
    { id: "keys", header: "Kinds of charge", align: "right", priority: 2, cell: (m) => <span className="num">{m.keys.toLocaleString()}</span> },
  ];
}
