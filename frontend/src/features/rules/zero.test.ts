import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sumsToZero } from "./zero";

test.each([
  [[], true],
  [["-0.10", "0.1"], true],
  [["2052.355000000001", "-1840.25", "-212.105000000001"], true],
  [["0.1", "0.2", "-0.3000000000000001"], false],
  [["-0.000000000001"], false],
] as [string[], boolean][])("%j cancel out: %s", (amounts, zero) => expect(sumsToZero(amounts)).toBe(zero));

test("what one gains another loses, to the last digit of any size", () => {
  fc.assert(fc.property(fc.array(fc.bigInt({ min: -(10n ** 27n), max: 10n ** 27n })), (units) => {
    const decimal = (u: bigint): string => `${u < 0n ? "-" : ""}${String(u < 0n ? -u : u).padStart(13, "0").replace(/(.{12})$/, ".$1")}`;
    const rest = -units.reduce((a, b) => a + b, 0n);
    expect(sumsToZero([...units, rest].map(decimal))).toBe(true);
    expect(sumsToZero([...units, rest + 1n].map(decimal))).toBe(false);
  }));
});
