/** Formats of money. Amounts arrive as exact decimal strings; a Number is made only to be shown, never to be added. */
export interface Money {
  amount: string;
  currency: string;
}

export const NO_DATA = "—";
export const MATERIAL_PERCENT = 2;
export const MATERIAL_AMOUNT = 500;

type Digits = Pick<Intl.NumberFormatOptions, "minimumFractionDigits" | "maximumFractionDigits" | "notation">;

const cache = new Map<string, Intl.NumberFormat>();

function formatter(currency: string, digits: Digits & { maximumSignificantDigits?: number }, signed: boolean): Intl.NumberFormat {
  const key = `${currency}|${JSON.stringify(digits)}|${signed}`;
  let found = cache.get(key);
  if (!found) {
    const base = { ...digits, signDisplay: signed ? ("exceptZero" as const) : ("negative" as const) };
    try {
      found = new Intl.NumberFormat(undefined, { ...base, style: "currency", currency, currencyDisplay: "narrowSymbol" });
    } catch {
      // A currency code outside ISO 4217 (credits, tokens) still has to be shown, with its code behind the number.
      const plain = new Intl.NumberFormat(undefined, base);
      found = { format: (n: number) => `${plain.format(n)} ${currency}` } as Intl.NumberFormat;
    }
    cache.set(key, found);
  }
  return found;
}

/** A real minus sign: as wide as the plus above it in a column. */
const minus = (text: string): string => text.replace("-", "−");

/** KPI: three significant digits, compact: `$1.14M`. */
export function compactMoney(money: Money, signed = false): string {
  const n = Number(money.amount);
  if (n === 0) return formatter(money.currency, { minimumFractionDigits: 0, maximumFractionDigits: 0 }, false).format(0);
  if (Math.abs(n) < 1000) return tableMoney(money, scaleOf([money.amount]), signed);
  return minus(formatter(money.currency, { notation: "compact", maximumSignificantDigits: 3 }, signed).format(n));
}

/** Every digit that the server sent, grouped: `$1,140,233.0712`. */
export function exactMoney(money: Money, signed = false): string {
  const fraction = money.amount.split(".")[1]?.replace(/0+$/, "").length ?? 0;
  const digits = Math.min(Math.max(fraction, 2), 12);
  // Intl reads a decimal string exactly; its type does not say so for a `string` variable.
  const exact = money.amount as unknown as number;
  return minus(formatter(money.currency, { minimumFractionDigits: 2, maximumFractionDigits: digits }, signed).format(exact));
}

/** Decimals for one column, so that every cell in it has the same scale: none when anything reaches 100, else two. */
export function scaleOf(amounts: readonly string[]): 0 | 2 {
  return amounts.some((a) => Math.abs(Number(a)) >= 100) ? 0 : 2;
}

/** Table cell on the column's scale. A tiny amount that would round to zero says so instead of claiming "$0". */
export function tableMoney(money: Money, scale: 0 | 2, signed = false): string {
  const n = Number(money.amount);
  const format = formatter(money.currency, { minimumFractionDigits: scale, maximumFractionDigits: scale }, signed);
  const smallest = scale === 0 ? 1 : 0.01;
  if (n !== 0 && Math.abs(n) < smallest / 2) {
    const edge = formatter(money.currency, { minimumFractionDigits: scale, maximumFractionDigits: scale }, false).format(smallest);
    return n > 0 ? `<${edge}` : `>−${edge}`;
  }
  return minus(format.format(n));
}

export type Tone = "unfavourable" | "favourable" | "neutral";

/** Cost that rises is unfavourable; below both materiality thresholds it is neither. */
export function toneOf(change: string | null, percent: number | null): Tone {
  if (change === null) return "neutral";
  const n = Number(change);
  const small = Math.abs(n) < MATERIAL_AMOUNT && (percent === null || Math.abs(percent) < MATERIAL_PERCENT);
  if (n === 0 || small) return "neutral";
  return n > 0 ? "unfavourable" : "favourable";
}

/** `+9.0 %`; a percentage that means nothing (no base, sign flip) is "n/m". */
export function signedPercent(percent: number | null): string {
  if (percent === null) return "n/m";
  const rounded = Math.abs(percent) >= 1000 ? percent.toFixed(0) : percent.toFixed(1);
  const sign = percent > 0 ? "+" : percent < 0 ? "−" : "";
  return `${sign}${rounded.replace("-", "")} %`;
}

export function plainPercent(percent: number | null): string {
  if (percent === null) return NO_DATA;
  if (percent > 0 && percent < 0.05) return "<0.1 %";
  return `${percent.toFixed(1).replace("-", "−")} %`;
}

export function wordOf(change: string): "up" | "down" | "unchanged" {
  const n = Number(change);
  return n > 0 ? "up" : n < 0 ? "down" : "unchanged";
}
