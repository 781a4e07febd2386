/** Every colour of the app, once per theme. The contrast test reads the same table as the style sheet. */
export type Theme = "light" | "dark";

export interface Tokens {
  page: string;
  surface: string;
  hover: string;
  border: string;
  /** Edge of a control: the only thing that says where it is, so it is a graphic, not a hairline. */
  controlBorder: string;
  text: string;
  muted: string;
  accent: string;
  accentFill: string;
  onAccent: string;
  accentSoft: string;
  unfavourable: string;
  favourable: string;
  warn: string;
  warnSoft: string;
  errorSoft: string;
  okSoft: string;
  other: string;
  grid: string;
  series: readonly [string, string, string, string, string, string];
}

export const TOKENS: Record<Theme, Tokens> = {
  light: {
    page: "#ffffff",
    surface: "#f6f7f9",
    hover: "#eef1f5",
    border: "#e2e5ea",
    controlBorder: "#868e9b",
    text: "#191c22",
    muted: "#59616e",
    accent: "#1b56bf",
    accentFill: "#1f5fd0",
    onAccent: "#ffffff",
    accentSoft: "#e8effc",
    unfavourable: "#ad2418",
    favourable: "#0f6e43",
    warn: "#7d4a00",
    warnSoft: "#fdf3dd",
    errorSoft: "#fcebe9",
    okSoft: "#e4f4ec",
    other: "#7b8490",
    grid: "#e2e5ea",
    series: ["#4B60AB", "#CA811B", "#720102", "#09A3B9", "#3C2A6C", "#B4353D"],
  },
  dark: {
    page: "#14171c",
    surface: "#1b1f26",
    hover: "#242932",
    border: "#2d333d",
    controlBorder: "#727c8a",
    text: "#e7eaef",
    muted: "#a3acb9",
    accent: "#8ab4ff",
    accentFill: "#2e68d8",
    onAccent: "#ffffff",
    accentSoft: "#1d2b45",
    unfavourable: "#ff9a8f",
    favourable: "#6bd39d",
    warn: "#f2c069",
    warnSoft: "#33291a",
    errorSoft: "#3a2020",
    okSoft: "#173024",
    other: "#8b95a3",
    grid: "#2d333d",
    series: ["#E97013", "#465CDD", "#71E9FE", "#DBDB1E", "#AB91CD", "#9D515E"],
  },
};

/** Relative luminance of `#rrggbb`, WCAG 2.2. */
export function luminance(hex: string): number {
  const channel = (from: number): number => {
    const c = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return c <= 0.040_45 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

export function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}
