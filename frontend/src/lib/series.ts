/** Pure functions for series of points: thinning before drawing, and a spoken summary. */
export type Point = readonly [index: number, value: number];

/** Keeps first, last and each bucket's lowest and highest point: spikes survive, at most about `limit` points stay. */
export function minMax(values: readonly number[], limit: number): Point[] {
  if (values.length <= limit) return values.map((v, i) => [i, v] as const);
  const buckets = Math.max(1, Math.floor((limit - 2) / 2));
  const size = (values.length - 2) / buckets;
  const out: Point[] = [[0, values[0] as number]];
  for (let b = 0; b < buckets; b += 1) {
    const start = 1 + Math.floor(b * size);
    const end = Math.min(values.length - 1, 1 + Math.floor((b + 1) * size));
    let low = start;
    let high = start;
    for (let i = start; i < end; i += 1) {
      if ((values[i] as number) < (values[low] as number)) low = i;
      if ((values[i] as number) > (values[high] as number)) high = i;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) out.push([i, values[i] as number]);
  }
  out.push([values.length - 1, values.at(-1) as number]);
  return out;
}

export interface Summary {
  trend: "rising" | "falling" | "flat";
  lowest: number;
  highest: number;
  last: number;
}

/** Trend compares the mean of the last third with the first third; a difference under 5 % is flat. */
export function summarise(values: readonly number[]): Summary | null {
  if (values.length === 0) return null;
  const third = Math.max(1, Math.floor(values.length / 3));
  const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
  const before = mean(values.slice(0, third));
  const after = mean(values.slice(-third));
  let lowest = 0;
  let highest = 0;
  values.forEach((v, i) => {
    if (v < (values[lowest] as number)) lowest = i;
    if (v > (values[highest] as number)) highest = i;
  });
  const flat = Math.abs(after - before) <= Math.abs(before) * 0.05;
  return { trend: flat ? "flat" : after > before ? "rising" : "falling", lowest, highest, last: values.length - 1 };
}

/** A change smaller than this part of the level stays visibly small instead of filling the box. */
const SPARK_SPAN = 0.25;

/** Polyline of a sparkline in a box of the given size; a constant series is a line through the middle. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length === 0) return "";
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = Math.max(high - low, Math.max(Math.abs(low), Math.abs(high)) * SPARK_SPAN) || 1;
  const floor = (low + high - span) / 2;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((v, i) => `${i === 0 ? "M" : "L"}${(i * step).toFixed(1)} ${(height - ((v - floor) / span) * height).toFixed(1)}`)
    .join("");
}
