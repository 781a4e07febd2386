/** Whether exact decimals cancel out. A check of what the server says, not a sum to show. */
export function sumsToZero(amounts: readonly string[]): boolean {
  const fraction = (a: string): string => a.split(".")[1] ?? "";
  const digits = Math.max(0, ...amounts.map((a) => fraction(a).length));
  const whole = (a: string): bigint => BigInt((a.split(".")[0] ?? "0") + fraction(a).padEnd(digits, "0"));
  return amounts.reduce((sum, a) => sum + whole(a), 0n) === 0n;
}
