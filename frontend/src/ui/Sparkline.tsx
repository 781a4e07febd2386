import { sparkPath, summarise } from "@/lib/series";

const WIDTH = 84;
const HEIGHT = 20;

/** Shape only; the numbers behind it are in the chart's table. */
export function Sparkline({ values, label }: { values: readonly string[]; label: string }) {
  const numbers = values.map(Number);
  const trend = summarise(numbers)?.trend ?? "without data";
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`} role="img" aria-label={`${label}: ${trend}`}>
      <path d={sparkPath(numbers, WIDTH, HEIGHT)} fill="none" stroke="var(--fc-other)" strokeWidth="1.25" strokeLinejoin="round" />
    </svg>
  );
}
