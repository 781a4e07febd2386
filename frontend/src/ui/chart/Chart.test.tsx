import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { TOKENS } from "@/lib/tokens";
import { Chart, describe as describeChart } from "./Chart";
import { chartOption } from "./option";
import { pictureName, pictureOption } from "./picture";
import type { ChartData } from "./types";

const DATA: ChartData = {
  periods: ["2026-11-20", "2026-11-21", "2026-11-22"],
  grain: "day",
  currency: "USD",
  partialFrom: "2026-11-22",
  series: [
    { id: "a", name: "Payments", values: ["10.10", "20.20", "30.30"], role: "entity" },
    { id: null, name: "Other (3)", values: ["1", "2", "3"], role: "other" },
  ],
};

function show(onDrill = vi.fn()) {
  render(
    <MantineProvider env="test">
      <Chart title="Daily cost" subtitle="Billed cost in USD, 20 – 22 Nov 2026" about={["Scope: Everything"]} data={DATA} kind="bar" onDrill={onDrill} />
    </MantineProvider>,
  );
  return { chart: screen.getByRole("img", { name: /^Daily cost/ }), onDrill };
}

test("the label tells trend, lowest, highest and last", () => {
  expect(describeChart("Daily cost", DATA)).toContain("Payments is rising: lowest $10.10 (20 Nov), highest $30.30 (22 Nov), last $30.30 (22 Nov)");
  expect(describeChart("Daily cost", { ...DATA, series: [] })).toBe("Daily cost: no data");
});

test("arrows read points and series aloud, Enter drills", () => {
  const { chart, onDrill } = show();
  chart.focus();
  fireEvent.keyDown(chart, { key: "ArrowLeft" });
  expect(screen.getByText("22 Nov, Payments: $30.30")).toBeVisible();
  fireEvent.keyDown(chart, { key: "ArrowLeft" });
  fireEvent.keyDown(chart, { key: "ArrowUp" });
  expect(screen.getByText("21 Nov, Other (3): $2.00")).toBeVisible();
  fireEvent.keyDown(chart, { key: "Home" });
  expect(screen.getByText("20 Nov, Other (3): $1.00")).toBeVisible();
  fireEvent.keyDown(chart, { key: "ArrowDown" });
  fireEvent.keyDown(chart, { key: "Enter" });
  expect(onDrill).toHaveBeenCalledWith(DATA.series[0]);
});

test("t shows the same numbers as a table, with the part that is not complete marked", () => {
  const { chart } = show();
  fireEvent.keyDown(chart, { key: "t" });
  const table = screen.getByRole("table", { name: "Daily cost" });
  expect(within(table).getByRole("row", { name: /22 Nov \(not complete\) \$30.30 \$3.00/ })).toBeVisible();
});

test("the last visible series cannot be hidden", async () => {
  show();
  const payments = screen.getByRole("button", { name: "Payments" });
  const other = screen.getByRole("button", { name: "Other (3)" });
  await userEvent.click(payments);
  await userEvent.click(other);
  expect(payments).toHaveAttribute("aria-pressed", "false");
  expect(other).toHaveAttribute("aria-pressed", "true");
});

test("Other is grey and hatched, entities are solid", () => {
  const option = chartOption(DATA, new Set(), "bar", TOKENS.light) as { series: { color: string; itemStyle: { decal?: object } }[] };
  expect(option.series[0]?.itemStyle.decal).toBeUndefined();
  expect(option.series[1]?.itemStyle.decal).toBeDefined();
  expect(option.series[1]?.color).toBe(TOKENS.light.other);
});

test("a single entity takes the accent, several take colours of their own", () => {
  const colors = (data: ChartData) => (chartOption(data, new Set(), "bar", TOKENS.dark) as { series: { color: string }[] }).series.map((s) => s.color);
  expect(colors(DATA)).toEqual([TOKENS.dark.accent, TOKENS.dark.other]);
  const two = colors({ ...DATA, series: [DATA.series[0]!, { ...DATA.series[0]!, id: "b", name: "Cards" }] });
  expect(new Set(two).size).toBe(2);
  expect(two).not.toContain(TOKENS.dark.accent);
});

test("a long line is thinned before it is drawn", () => {
  const days = 1826;
  const long: ChartData = { ...DATA, partialFrom: null, periods: Array.from({ length: days }, (_, i) => `p${i}`), series: [{ ...DATA.series[0]!, values: Array.from({ length: days }, (_, i) => String(i)) }] };
  const option = chartOption(long, new Set(), "line", TOKENS.dark) as { series: { data: unknown[] }[] };
  expect(option.series[0]?.data.length).toBeLessThanOrEqual(500);
  const many = chartOption({ ...long, series: Array.from({ length: 30 }, (_, i) => ({ ...long.series[0]!, id: `s${i}`, name: `s${i}` })) }, new Set(), "line", TOKENS.dark) as { series: { data: unknown[] }[] };
  expect(many.series.reduce((sum, s) => sum + s.data.length, 0)).toBeLessThanOrEqual(6000);
});

const PICTURE = { title: "Daily cost", about: ["Billed cost in USD", "Scope: Retail › Payments"], data: DATA, kind: "bar" as const, hidden: new Set(["Other (3)"]), tokens: TOKENS.dark };

test("a picture says what it shows, and shows what is on screen", () => {
  const { option } = pictureOption(PICTURE) as unknown as { option: { title: { text: string; subtext: string }; legend: { data: string[] }; backgroundColor: string; series: { name: string }[] } };
  expect(option.title.text).toBe("Daily cost");
  expect(option.title.subtext).toBe("Billed cost in USD\nScope: Retail › Payments");
  expect(option.legend.data).toEqual(["Payments"]);
  expect(option.series.map((s) => s.name)).toEqual(["Payments"]);
  expect(option.backgroundColor).toBe(TOKENS.dark.page);
  expect(pictureName(PICTURE, "png")).toBe("daily-cost-2026-11-20-2026-11-22.png");
});

test("a picture makes room for a long legend and for long lines", () => {
  const series = Array.from({ length: 40 }, (_, i) => ({ ...DATA.series[0]!, id: `s${i}`, name: `A team with quite a long name ${i}` }));
  const plain = pictureOption(PICTURE);
  const full = pictureOption({ ...PICTURE, about: [`Filters: ${"a region is eu-west-1; ".repeat(30)}`], data: { ...DATA, series }, hidden: new Set() });
  expect(full.height).toBeGreaterThan(plain.height + 150);
  const { subtext } = (full.option as { title: { subtext: string } }).title;
  expect(subtext.split("\n").length).toBeGreaterThan(3);
  expect(subtext.replaceAll("\n", " ")).toBe(`Filters: ${"a region is eu-west-1; ".repeat(30)}`.trim());
});
