/** The exact sum of decimals: for what a person picks by hand, which no server can add. */
export function exactSum(amounts: readonly string[]): string {
  const fraction = (a: string): string => a.split(".")[1] ?? "";
  const digits = Math.max(2, ...amounts.map((a) => fraction(a).length));
  const total = amounts.reduce((sum, a) => sum + BigInt((a.split(".")[0] ?? "0") + fraction(a).padEnd(digits, "0")), 0n);
  const text = String(total < 0n ? -total : total).padStart(digits + 1, "0");
  return `${total < 0n ? "-" : ""}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
