/** A chart as a file of its own, with all that a reader needs who has only the file. Loaded when somebody asks for one. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkAreaComponent, TitleComponent } from "echarts/components";
import { type EChartsCoreOption, init, use as register } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { instantText } from "@/lib/period";
import type { Tokens } from "@/lib/tokens";
import { chartOption } from "./option";
import type { ChartData, ChartKind } from "./types";

register([BarChart, LineChart, GridComponent, LegendComponent, MarkAreaComponent, TitleComponent, CanvasRenderer, SVGRenderer]);

const WIDTH = 1200;
const PLOT_HEIGHT = 420;
const MARGIN = 24;
const LETTER = 7.2;
const SWATCH = 40;
/** Wide, since where an SVG is opened another font may stand in for ours. ECharts keeps it between lines, too. */
const LEGEND_GAP = 20;
const LINE = { title: 28, about: 18, legend: 14 + LEGEND_GAP };
const FONT = "Inter Variable, system-ui, sans-serif";

export type PictureFormat = "png" | "svg";

export interface PictureRequest {
  title: string;
  /** Lines under the title: what the figures are, of what, and when. */
  about: readonly string[];
  data: ChartData;
  kind: ChartKind;
  hidden: ReadonlySet<string>;
  tokens: Tokens;
}

/** Lines that a legend needs; letters are counted wide enough that it never runs into the plot. */
function legendLines(names: readonly string[]): number {
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const width = name.length * LETTER + SWATCH;
    if (used > 0 && used + width > WIDTH - 2 * MARGIN) {
      lines += 1;
      used = 0;
    }
    used += width;
  }
  return lines;
}

/** `text` in pieces of at most one line of the picture each, cut between words where there are some. */
function wrapped(text: string): string[] {
  const room = Math.floor((WIDTH - 2 * MARGIN) / LETTER);
  return text.match(new RegExp(`.{1,${room}}(?:\\s|$)|.{${room}}`, "g"))?.map((line) => line.trim()) ?? [];
}

export function pictureOption({ title, about, data, kind, hidden, tokens }: PictureRequest): { option: EChartsCoreOption; height: number } {
  const names = data.series.map((s) => s.name).filter((name) => !hidden.has(name));
  const lines = about.flatMap(wrapped);
  const legendTop = MARGIN + LINE.title + lines.length * LINE.about + 8;
  const plotTop = legendTop + legendLines(names) * LINE.legend + 12;
  const option = {
    ...chartOption(data, hidden, kind, tokens),
    backgroundColor: tokens.page,
    title: {
      text: title,
      subtext: lines.join("\n"),
      left: MARGIN - 5,
      top: MARGIN - 5,
      itemGap: 8,
      textStyle: { color: tokens.text, fontSize: 18, fontWeight: 600, fontFamily: FONT },
      subtextStyle: { color: tokens.muted, fontSize: 12, lineHeight: LINE.about, fontFamily: FONT },
    },
    legend: {
      data: names,
      left: MARGIN - 5,
      right: MARGIN,
      top: legendTop,
      itemGap: LEGEND_GAP,
      itemWidth: 12,
      itemHeight: 12,
      icon: "roundRect",
      textStyle: { color: tokens.text, fontSize: 12, fontFamily: FONT },
    },
    grid: { left: MARGIN, right: MARGIN, top: plotTop, bottom: MARGIN, containLabel: true },
    tooltip: { show: false },
  };
  return { option, height: plotTop + PLOT_HEIGHT };
}

async function draw(request: PictureRequest, format: PictureFormat): Promise<Blob> {
  const { option, height } = pictureOption(request);
  const box = document.createElement("div");
  const chart = init(box, null, { renderer: format === "svg" ? "svg" : "canvas", width: WIDTH, height });
  try {
    chart.setOption(option);
    if (format === "svg") return new Blob([chart.renderToSVGString()], { type: "image/svg+xml" });
    const drawn = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: request.tokens.page });
    return await new Promise((resolve, reject) => {
      drawn.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser could not write the picture"))), "image/png");
    });
  } finally {
    chart.dispose();
  }
}

/** `Daily cost by team` of 1 to 30 November → `daily-cost-by-team-2026-11-01-2026-11-30.png` */
export function pictureName({ title, data }: PictureRequest, format: PictureFormat): string {
  const words = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  return `${[words, data.periods[0], data.periods.at(-1)].filter(Boolean).join("-")}.${format}`;
}

export async function savePicture(request: PictureRequest, format: PictureFormat): Promise<void> {
  const made = `Made ${instantText(new Date().toISOString())}`;
  const url = URL.createObjectURL(await draw({ ...request, about: [...request.about, made] }, format));
  const link = document.createElement("a");
  link.href = url;
  link.download = pictureName(request, format);
  link.click();
  // The download has begun with the click, but browsers read the data a little later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
