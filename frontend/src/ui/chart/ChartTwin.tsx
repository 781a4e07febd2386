import { exactMoney } from "@/lib/money";
import { periodText } from "@/lib/period";
import type { ChartData } from "./types";

/** The same numbers as a table: the way to read a chart without seeing it. */
export function ChartTwin({ data, title }: { data: ChartData; title: string }) {
  return (
    <div style={{ overflow: "auto", maxHeight: 340 }} tabIndex={0} role="group" aria-label={`${title}, table, scrollable`}>
      <table className="table twin">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col" style={{ top: 0 }}>Period</th>
            {data.series.map((s) => (
              <th key={s.name} scope="col" data-align="right" style={{ top: 0 }}>
                {s.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.periods.map((period, i) => (
            <tr key={period}>
              <th scope="row" className="num">
                {periodText(period, data.grain)}
                {data.partialFrom && period >= data.partialFrom ? " (not complete)" : ""}
              </th>
              {data.series.map((s) => (
                <td key={s.name} data-align="right" className="num">
                  {exactMoney({ amount: s.values[i] ?? "0", currency: data.currency })}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
