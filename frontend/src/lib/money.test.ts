import { expect, test } from "vitest";
import { compactMoney, exactMoney, plainPercent, scaleOf, signedPercent, tableMoney, toneOf, wordOf } from "./money";

const usd = (amount: string) => ({ amount, currency: "USD" });

test("a KPI has three significant digits and stays exact below a thousand", () => {
  expect(compactMoney(usd("1140233.0712"))).toBe("$1.14M");
  expect(compactMoney(usd("41.1"))).toBe("$41.10");
  expect(compactMoney(usd("999.4"))).toBe("$999");
  expect(compactMoney(usd("0.00"))).toBe("$0");
});

test("a change carries its sign, with a real minus", () => {
  expect(compactMoney(usd("3857.59"), true)).toBe("+$3.86K");
  expect(exactMoney(usd("-1204.18"), true)).toBe("−$1,204.18");
  expect(tableMoney(usd("-40"), 0, true)).toBe("−$40");
});

test("exact money shows every digit the server sent, beyond what a double can hold", () => {
  expect(exactMoney(usd("48211.1907"))).toBe("$48,211.1907");
  expect(exactMoney(usd("1.68230869740"))).toBe("$1.6823086974");
  expect(exactMoney(usd("12345678901234567.89"))).toBe("$12,345,678,901,234,567.89");
});

test("one column has one scale", () => {
  expect(scaleOf(["12.3", "99.99"])).toBe(2);
  expect(scaleOf(["12.3", "-100"])).toBe(0);
  expect(tableMoney(usd("12.345"), 2)).toBe("$12.35");
});

test("an amount too small for its column does not claim to be zero", () => {
  expect(tableMoney(usd("0.3"), 0)).toBe("<$1");
  expect(tableMoney(usd("-0.001"), 2)).toBe(">−$0.01");
  expect(tableMoney(usd("0"), 0)).toBe("$0");
});

test("a currency that Intl does not know is still shown", () => {
  expect(exactMoney({ amount: "12.5", currency: "CREDITS" })).toBe("12.50 CREDITS");
});

test("cost that rises is unfavourable, unless both amount and percentage are immaterial", () => {
  expect(toneOf("1261", 1.2)).toBe("unfavourable");
  expect(toneOf("66", 3.3)).toBe("unfavourable");
  expect(toneOf("416", 1.3)).toBe("neutral");
  expect(toneOf("-900", -4)).toBe("favourable");
  expect(toneOf("499", null)).toBe("neutral");
  expect(toneOf("0", 0)).toBe("neutral");
  expect(toneOf(null, null)).toBe("neutral");
});

test("a percentage that means nothing says so", () => {
  expect(signedPercent(null)).toBe("n/m");
  expect(signedPercent(9)).toBe("+9.0 %");
  expect(signedPercent(-12.34)).toBe("−12.3 %");
  expect(signedPercent(0)).toBe("0.0 %");
  expect(signedPercent(12345)).toBe("+12345 %");
  expect(plainPercent(null)).toBe("—");
  expect(plainPercent(0.01)).toBe("<0.1 %");
  expect(plainPercent(-3)).toBe("−3.0 %");
});

test("the word for a screen reader follows the sign", () => {
  expect([wordOf("1.00"), wordOf("-0.01"), wordOf("0.00")]).toEqual(["up", "down", "unchanged"]);
});
