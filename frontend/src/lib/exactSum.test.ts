import * as fc from "fast-check";
import { expect, test } from "vitest";
import { exactSum } from "./exactSum";

test.each([
  [[], "0.00"],
  [["12"], "12.00"],
  [["0.1", "0.2"], "0.30"],
  [["-0.000001", "1"], "0.999999"],
  [["-3.5", "1.25"], "-2.25"],
  [["99999999999999999999.000000000001", "1"], "100000000000000000000.000000000001"],
] as [string[], string][])("%j is %s", (amounts, sum) => expect(exactSum(amounts)).toBe(sum));

test("the order does not change the sum, and taking away again leaves nothing", () => {
  const decimal = fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 24n })).map(([minus, n]) => `${minus && n > 0n ? "-" : ""}${String(n).padStart(7, "0").replace(/(.{6})$/, ".$1")}`);
  fc.assert(fc.property(fc.array(decimal), (amounts) => {
    const sum = exactSum(amounts);
    expect(exactSum(amounts.toReversed())).toBe(sum);
    expect(Number(exactSum([...amounts, sum.startsWith("-") ? sum.slice(1) : `-${sum}`]))).toBe(0);
  }), { seed: 11 });
});
