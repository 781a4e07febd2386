/** Billing days and windows of them. A day is a UTC date `YYYY-MM-DD`; both ends of a range are included. */
export interface DayRange {
  from: string;
  to: string;
}

export const PRESETS = ["7d", "30d", "90d", "mtd", "last-month", "qtd", "ytd", "12m", "5y"] as const;
export type Preset = (typeof PRESETS)[number];
export const GRAINS = ["day", "week", "month"] as const;
export type Grain = (typeof GRAINS)[number];

export const PRESET_LABEL: Record<Preset, string> = {
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  mtd: "Month to date",
  "last-month": "Last month",
  qtd: "Quarter to date",
  ytd: "Year to date",
  "12m": "Last 12 months",
  "5y": "Last 5 years",
};

const DAY_MS = 86_400_000;

const toMs = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const toDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(toMs(text)) && toDay(toMs(text)) === text;
}

export const addDays = (day: string, n: number): string => toDay(toMs(day) + n * DAY_MS);
export const daysIn = (range: DayRange): number => Math.round((toMs(range.to) - toMs(range.from)) / DAY_MS) + 1;
export const monthStart = (day: string): string => `${day.slice(0, 7)}-01`;

/** The same day `n` months later; a day that the month lacks becomes its last one. */
export function addMonths(day: string, n: number): string {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - 1 + n + 1, 0)).getUTCDate();
  return toDay(Date.UTC(year, month - 1 + n, Math.min(date, last)));
}

export const monthEnd = (day: string): string => addDays(addMonths(monthStart(day), 1), -1);

export function resolvePreset(preset: Preset, asOf: string): DayRange {
  const back = (n: number): DayRange => ({ from: addDays(asOf, 1 - n), to: asOf });
  switch (preset) {
    case "7d":
      return back(7);
    case "30d":
      return back(30);
    case "90d":
      return back(90);
    case "mtd":
      return { from: monthStart(asOf), to: asOf };
    case "last-month": {
      const to = addDays(monthStart(asOf), -1);
      return { from: monthStart(to), to };
    }
    case "qtd": {
      const month = Number(asOf.slice(5, 7));
      return { from: addMonths(monthStart(asOf), -((month - 1) % 3)), to: asOf };
    }
    case "ytd":
      return { from: `${asOf.slice(0, 4)}-01-01`, to: asOf };
    case "12m":
      return { from: addDays(addMonths(asOf, -12), 1), to: asOf };
    case "5y":
      return { from: addDays(addMonths(asOf, -60), 1), to: asOf };
  }
}

export interface RangeChoice {
  range?: Preset | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The absolute window behind a choice; `asOf` is the latest complete day, which only the server knows. */
export function resolveRange(choice: RangeChoice, asOf: string): DayRange {
  if (choice.from && choice.to) return { from: choice.from, to: choice.to };
  return resolvePreset(choice.range ?? "30d", asOf);
}

export function autoGrain(range: DayRange): Grain {
  const days = daysIn(range);
  if (days <= 120) return "day";
  return days <= 731 ? "week" : "month";
}

/** A whole month moves by months, everything else by its own length. */
export function shiftRange(range: DayRange, steps: number): DayRange {
  if (range.from === monthStart(range.from) && range.to === monthEnd(range.from)) {
    const from = addMonths(range.from, steps);
    return { from, to: monthEnd(from) };
  }
  const length = daysIn(range);
  return { from: addDays(range.from, steps * length), to: addDays(range.to, steps * length) };
}

export interface TeamWindow {
  days?: number;
  as_of?: string;
  comparison: "days" | "month";
}

/**
 * Query of `cost-by-team` for a choice. Presets that count back from the newest day leave `as_of` to the server;
 * calendar months compare with the same days of the month before. Null until `asOf` is known where it is needed.
 */
export function teamWindow(choice: RangeChoice, asOf: string | null): TeamWindow | null {
  const areChosen = Boolean(choice.from && choice.to);
  // Days that were frozen have the name of their preset still, and compare with what they compared with then.
  const preset = choice.range ?? (areChosen ? null : "30d");
  const countsDays = preset === "7d" || preset === "30d" || preset === "90d";
  if (!areChosen) {
    if (preset === "mtd") return { comparison: "month" };
    if (countsDays) return { days: Number.parseInt(preset, 10), comparison: "days" };
  }
  if (!asOf) return null;
  const range = resolveRange(choice, asOf);
  if (preset === "mtd" || (isWholeMonth(range) && !countsDays)) return { as_of: range.to, comparison: "month" };
  return { days: daysIn(range), as_of: range.to, comparison: "days" };
}

export const isWholeMonth = (range: DayRange): boolean => range.from === monthStart(range.from) && range.to === monthEnd(range.from);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const monthName = (day: string): string => MONTHS[Number(day.slice(5, 7)) - 1] ?? day.slice(5, 7);

/** `23 Nov 2026`; an instant shows its UTC day. */
export const dayText = (day: string): string => `${shortDay(day)} ${day.slice(0, 4)}`;
export const shortDay = (day: string): string => `${Number(day.slice(8, 10))} ${monthName(day)}`;
/** `Nov 2026` for a day, an instant or a billing period `YYYY-MM`. */
export const monthText = (day: string): string => `${monthName(day)} ${day.slice(0, 4)}`;
/** `23 Nov 2026 04:10 UTC` */
export const instantText = (instant: string): string => `${dayText(instant)} ${instant.slice(11, 16)} UTC`;

export function rangeText(range: DayRange): string {
  if (range.from === range.to) return dayText(range.from);
  if (isWholeMonth(range)) return monthText(range.from);
  const sameYear = range.from.slice(0, 4) === range.to.slice(0, 4);
  return `${sameYear ? shortDay(range.from) : dayText(range.from)} – ${dayText(range.to)}`;
}

export function periodText(day: string, grain: Grain | "none"): string {
  if (grain === "month") return monthText(day);
  return grain === "week" ? `Week of ${shortDay(day)}` : shortDay(day);
}

/** Says when the first or the last bar of a coarser grain holds fewer days than it looks like. */
export function cutText(range: DayRange, grain: Grain): string {
  if (grain === "day") return "";
  const weekday = (day: string): number => (new Date(toMs(day)).getUTCDay() + 6) % 7;
  const first = grain === "week" ? weekday(range.from) !== 0 : range.from !== monthStart(range.from);
  const last = grain === "week" ? weekday(range.to) !== 6 : range.to !== monthEnd(range.to);
  const which = [first && "first", last && "last"].filter(Boolean).join(" and ");
  return which ? `, the ${which} ${grain} only in part` : "";
}

/** Length of time since an instant, in the largest unit that is at least one: `2 h ago`. */
export function agoText(instant: string, nowMs: number): string {
  const minutes = Math.max(0, Math.round((nowMs - Date.parse(instant)) / 60_000));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h ago`;
  return `${Math.round(minutes / 1440)} d ago`;
}
