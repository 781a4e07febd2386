import { expect, test } from "vitest";
import type { Costs } from "@/api/types";
import { moversOf } from "./answer";

const usd = (amount: string) => ({ amount, currency: "USD" });
const moved = (cost: string, change: string) => ({ cost: usd(cost), previous_cost: usd("1"), change: usd(change), change_percent: 1.5, share_percent: 1, series: [] });
const row = (id: string | null, name: string, change: string) => ({ keys: { x_TeamId: id }, labels: { x_TeamId: name }, ...moved("10", change) });

const DATA = {
  rows: [row("a", "Atlas", "-6"), row(null, "Unattributable", "0")],
  other: { count: 1, ...moved("100", "-1.5") },
} as unknown as Costs;

test("movers come in the server's order, with one row for the rest", () => {
  expect(moversOf(DATA).map((m) => [m.id, m.name, m.change?.amount, m.isRest])).toEqual([
    ["a", "Atlas", "-6", false],
    [null, "Unattributable", "0", false],
    [null, "The other 1 team", "-1.5", true],
  ]);
  expect(moversOf({ ...DATA, other: null })).toHaveLength(2);
});
