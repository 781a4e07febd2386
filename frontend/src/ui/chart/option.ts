/** ECharts option of a cost chart. Pure: data and tokens in, option out. */
import type { EChartsCoreOption } from "echarts/core";
import { compactMoney, exactMoney } from "@/lib/money";
import { periodText } from "@/lib/period";
import { minMax } from "@/lib/series";
import { SLOTS, assignSlots } from "@/lib/slots";
import type { Tokens } from "@/lib/tokens";
import type { ChartData, ChartKind, ChartSeries } from "./types";

/** All lines together have about so many points, and none more than it could show: drawing is paid by the point. */
const POINTS = 6000;
const POINTS_PER_SERIES = 500;

/** Nothing has to be told apart where there is one entity: it has no slot and takes the accent. */
export function slotsOf(series: readonly ChartSeries[]): Map<string, number> {
  const ids = series.filter((s) => s.role === "entity").map((s) => s.id ?? s.name);
  return ids.length > 1 ? assignSlots(ids) : new Map();
}

export function colorOf(s: ChartSeries, slots: Map<string, number>, tokens: Tokens): string {
  if (s.role !== "entity") return tokens.other;
  const slot = slots.get(s.id ?? s.name);
  return slot === undefined ? tokens.accent : (tokens.series[slot % SLOTS] as string);
}

function hatch(role: ChartSeries["role"], tokens: Tokens) {
  const angle = role === "other" ? -Math.PI / 4 : Math.PI / 4;
  return { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: angle, color: tokens.page };
}

function tooltipOf(data: ChartData, shown: readonly ChartSeries[], slots: Map<string, number>, tokens: Tokens) {
  return (params: unknown): HTMLElement => {
    const first = (Array.isArray(params) ? params[0] : params) as { dataIndex: number; axisValue?: string };
    const index = data.periods.indexOf(first.axisValue ?? "") >= 0 ? data.periods.indexOf(first.axisValue as string) : first.dataIndex;
    const box = document.createElement("div");
    box.className = "tooltip";
    const head = document.createElement("div");
    head.textContent = periodText(data.periods[index] as string, data.grain);
    head.style.fontWeight = "600";
    box.append(head);
    for (const s of shown.toReversed()) {
      const line = document.createElement("div");
      line.className = "tooltip-row";
      const mark = document.createElement("span");
      mark.className = "swatch";
      mark.style.background = colorOf(s, slots, tokens);
      const name = document.createElement("span");
      name.textContent = s.name;
      const value = document.createElement("span");
      value.textContent = exactMoney({ amount: Number(s.values[index] ?? 0).toFixed(2), currency: data.currency });
      line.append(mark, name, value);
      box.append(line);
    }
    return box;
  };
}

export function chartOption(data: ChartData, hidden: ReadonlySet<string>, kind: ChartKind, tokens: Tokens): EChartsCoreOption {
  const slots = slotsOf(data.series);
  const shown = data.series.filter((s) => !hidden.has(s.name));
  const stacked = kind !== "line";
  const pointsEach = Math.min(POINTS_PER_SERIES, Math.floor(POINTS / Math.max(1, shown.length)));
  const axisText = { color: tokens.muted, fontSize: 11, fontFamily: "Inter Variable, system-ui, sans-serif" };
  const partial = data.partialFrom && data.periods.some((p) => p >= (data.partialFrom as string)) ? data.partialFrom : null;
  return {
    animation: false,
    aria: { enabled: false },
    grid: { left: 4, right: 10, top: 12, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: kind === "bar" ? "shadow" : "line", shadowStyle: { color: tokens.text, opacity: 0.06 } },
      backgroundColor: tokens.page,
      borderColor: tokens.border,
      textStyle: { color: tokens.text },
      confine: true,
      formatter: tooltipOf(data, shown, slots, tokens),
    },
    xAxis: {
      type: "category",
      data: data.periods as string[],
      boundaryGap: kind === "bar",
      // On a layer of its own and without marks on the lines: else every step of the pointer would draw all lines again.
      axisPointer: { zlevel: 1, triggerEmphasis: false },
      axisLine: { lineStyle: { color: tokens.controlBorder } },
      axisTick: { show: false },
      axisLabel: { ...axisText, hideOverlap: true, formatter: (p: string) => periodText(p, data.grain).replace("Week of ", "") },
    },
    yAxis: {
      type: "value",
      splitLine: { lineStyle: { color: tokens.grid } },
      axisLabel: { ...axisText, formatter: (v: number) => compactMoney({ amount: String(v), currency: data.currency }) },
    },
    series: shown.map((s, i) => {
      const color = colorOf(s, slots, tokens);
      const numbers = s.values.map(Number);
      const points = kind === "line" ? minMax(numbers, pointsEach).map(([at, v]) => [data.periods[at] as string, v]) : numbers;
      const partialArea = i === 0 && partial ? partialMark(partial, data, tokens) : {};
      const common = { name: s.name, data: points, color, ...(stacked ? { stack: "cost" } : {}), ...partialArea };
      if (kind === "bar") {
        const decal = s.role === "entity" ? undefined : hatch(s.role, tokens);
        return { ...common, type: "bar", barCategoryGap: "22%", itemStyle: { decal, borderColor: tokens.page, borderWidth: 0.5 } };
      }
      const lineStyle = { width: kind === "area" ? 1 : 1.75, type: s.role === "entity" ? "solid" : "dashed" };
      const areaStyle = kind === "area" ? { opacity: s.role === "entity" ? 0.85 : 0.45 } : undefined;
      return { ...common, type: "line", symbol: "none", emphasis: { disabled: true }, lineStyle, ...(areaStyle ? { areaStyle } : {}) };
    }),
  };
}

function partialMark(from: string, data: ChartData, tokens: Tokens) {
  const start = data.periods.find((p) => p >= from) as string;
  const label = { show: true, formatter: "not complete", color: tokens.muted, position: "insideTop", fontSize: 11 };
  return {
    markArea: { silent: true, itemStyle: { color: tokens.text, opacity: 0.08 }, label, data: [[{ xAxis: start }, { xAxis: data.periods.at(-1) }]] },
  };
}
