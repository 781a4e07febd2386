/** The lazy half of a chart: the engine and nothing else. */
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkAreaComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use as register } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import { useEffect, useMemo, useRef } from "react";
import type { Tokens } from "@/lib/tokens";
import { chartOption } from "./option";
import type { ChartData, ChartKind } from "./types";

register([BarChart, LineChart, GridComponent, TooltipComponent, MarkAreaComponent, AriaComponent, CanvasRenderer, SVGRenderer]);

const SVG_POINTS = 3000;

export interface ChartCanvasProps {
  data: ChartData;
  kind: ChartKind;
  hidden: ReadonlySet<string>;
  tokens: Tokens;
  /** Point under the keyboard cursor: its tooltip is shown. */
  cursor: number | null;
  onPick: (seriesName: string, index: number) => void;
}

export default function ChartCanvas({ data, kind, hidden, tokens, cursor, onPick }: ChartCanvasProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const pick = useRef(onPick);
  const drawn = useRef<{ chart: EChartsType | null; option: object } | null>(null);
  const renderer = data.periods.length * data.series.length > SVG_POINTS ? "canvas" : "svg";
  const option = useMemo(() => chartOption(data, hidden, kind, tokens), [data, hidden, kind, tokens]);

  useEffect(() => {
    const element = box.current as HTMLDivElement;
    const made = init(element, null, { renderer });
    chart.current = made;
    made.on("click", (event) => pick.current(String(event.seriesName), event.dataIndex));
    // The observer also reports the size that the chart has been made with: drawing it again would double its price.
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== made.getWidth() || element.clientHeight !== made.getHeight()) made.resize();
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [renderer]);

  useEffect(() => {
    pick.current = onPick;
  }, [onPick]);

  // Runs after the effect above has made a new chart as well as when the option changed.
  useEffect(() => {
    if (drawn.current?.chart === chart.current && drawn.current?.option === option) return;
    drawn.current = { chart: chart.current, option };
    chart.current?.setOption(option, { notMerge: true });
  });

  useEffect(() => {
    if (cursor === null) chart.current?.dispatchAction({ type: "hideTip" });
    else chart.current?.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: cursor });
  }, [cursor]);

  return <div ref={box} style={{ position: "absolute", inset: 0 }} aria-hidden />;
}
