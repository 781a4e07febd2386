/** A chart with everything that makes it usable without a mouse or without eyes: legend, keys, readout, table twin. */
import { Button, UnstyledButton, useComputedColorScheme } from "@mantine/core";
import { IconChartBar, IconTable } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, Suspense, lazy, useMemo, useState } from "react";
import { exactMoney } from "@/lib/money";
import { periodText } from "@/lib/period";
import { summarise } from "@/lib/series";
import type { Tokens } from "@/lib/tokens";
import { tokensOf } from "../theme";
import { ChartTwin } from "./ChartTwin";
import { PictureMenu } from "./PictureMenu";
import { colorOf, slotsOf } from "./option";
import type { ChartData, ChartKind, ChartSeries } from "./types";

const ChartCanvas = lazy(() => import("./ChartCanvas"));

export interface ChartProps {
  title: string;
  subtitle: string;
  /** Where in the hierarchy the figures are from, and what they are narrowed to: a saved picture says it. */
  about: readonly string[];
  data: ChartData;
  kind: ChartKind;
  /** Address of the same figures as CSV. */
  csv?: string | undefined;
  controls?: ReactNode;
  /** Goes one level down; absent where there is no level below. */
  onDrill?: ((series: ChartSeries) => void) | undefined;
}

export function describe(title: string, data: ChartData): string {
  const lead = data.series[0];
  const summary = lead ? summarise(lead.values.map(Number)) : null;
  if (!lead || !summary) return `${title}: no data`;
  const at = (i: number): string => {
    const amount = exactMoney({ amount: Number(lead.values[i] ?? 0).toFixed(2), currency: data.currency });
    return `${amount} (${periodText(data.periods[i] ?? "", data.grain)})`;
  };
  const parts = `lowest ${at(summary.lowest)}, highest ${at(summary.highest)}, last ${at(summary.last)}`;
  return `${title}. ${data.series.length} series. ${lead.name} is ${summary.trend}: ${parts}. Arrow keys read points, t shows a table.`;
}

const clamp = (n: number, max: number): number => Math.max(0, Math.min(max, n));

export function Chart({ title, subtitle, about, data, kind, csv, controls, onDrill }: ChartProps) {
  const tokens = tokensOf(useComputedColorScheme("light", { getInitialValueInEffect: false }));
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [twin, setTwin] = useState(false);
  const [cursor, setCursor] = useState<{ point: number; series: number } | null>(null);
  const shown = useMemo(() => data.series.filter((s) => !hidden.has(s.name)), [data, hidden]);
  const last = data.periods.length - 1;

  const toggle = (name: string): void => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    if (next.size < data.series.length) setHidden(next);
  };

  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = cursor ?? { point: last, series: 0 };
    const moves: Record<string, () => void> = {
      ArrowLeft: () => setCursor({ ...at, point: cursor ? clamp(at.point - 1, last) : last }),
      ArrowRight: () => setCursor({ ...at, point: cursor ? clamp(at.point + 1, last) : 0 }),
      ArrowUp: () => setCursor({ ...at, series: clamp(at.series + 1, shown.length - 1) }),
      ArrowDown: () => setCursor({ ...at, series: clamp(at.series - 1, shown.length - 1) }),
      Home: () => setCursor({ ...at, point: 0 }),
      End: () => setCursor({ ...at, point: last }),
      Enter: () => shown[at.series] && onDrill?.(shown[at.series] as ChartSeries),
      t: () => setTwin(true),
      Escape: () => {
        setCursor(null);
        (event.currentTarget as HTMLElement).blur();
      },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  };

  const pick = (name: string): void => {
    const series = data.series.find((s) => s.name === name);
    if (series && onDrill) onDrill(series);
  };

  return (
    <figure className="chart" aria-label={title}>
      <div className="panel-head">
        <figcaption>
          <h2 className="panel-title">{title}</h2>
          <div className="panel-sub">{subtitle}</div>
        </figcaption>
        <div className="row no-print">
          {controls}
          <PictureMenu request={{ title, about: [subtitle, ...about], data, kind, hidden, tokens }} csv={csv} />
          <Button
            size="xs"
            variant="default"
            aria-pressed={twin}
            leftSection={twin ? <IconChartBar size={14} aria-hidden /> : <IconTable size={14} aria-hidden />}
            onClick={() => setTwin(!twin)}
          >
            {twin ? "Chart" : "Table"}
          </Button>
        </div>
      </div>
      {twin ? (
        <ChartTwin data={data} title={title} />
      ) : (
        <>
          <Legend data={data} hidden={hidden} tokens={tokens} onToggle={toggle} />
          {/* A picture that is one tab stop and is read with the arrow keys; the readout below speaks. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <div className="chart-area" role="img" tabIndex={0} aria-label={describe(title, data)} onKeyDown={onKey} onBlur={() => setCursor(null)}>
            <Suspense fallback={null}>
              <ChartCanvas data={data} kind={kind} hidden={hidden} tokens={tokens} cursor={cursor?.point ?? null} onPick={pick} />
            </Suspense>
          </div>
          <p className="readout num" aria-live="polite">
            {cursor && readout(data, shown, cursor)}
          </p>
        </>
      )}
    </figure>
  );
}

function readout(data: ChartData, shown: readonly ChartSeries[], at: { point: number; series: number }): string {
  const series = shown[Math.min(at.series, shown.length - 1)];
  const period = data.periods[at.point];
  if (!series || !period) return "";
  const amount = exactMoney({ amount: series.values[at.point] ?? "0", currency: data.currency });
  return `${periodText(period, data.grain)}, ${series.name}: ${amount}`;
}

function Legend({ data, hidden, tokens, onToggle }: { data: ChartData; hidden: ReadonlySet<string>; tokens: Tokens; onToggle: (name: string) => void }) {
  const slots = slotsOf(data.series);
  return (
    <ul className="legend" aria-label="Series">
      {data.series.map((s) => (
        <li key={s.name}>
          <UnstyledButton aria-pressed={!hidden.has(s.name)} onClick={() => onToggle(s.name)}>
            <span
              className="swatch"
              data-kind={s.role}
              style={s.role === "entity" ? { background: colorOf(s, slots, tokens) } : undefined}
              aria-hidden
            />
            {s.name}
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
