/** Small answers in the shape of the API, for unit tests only. */
import type { CostByTeam, GroupRow, Meta, Moved, TeamRow, UnitRow } from "@/api/types";

const usd = (amount: string) => ({ amount, currency: "USD" });

export const META: Meta = {
  as_of: "2026-11-23",
  data_through: "2026-11-23",
  partial_from: null,
  refreshed_at: "2026-11-24T04:00:00Z",
  cost_metric: "BilledCost",
  currency: "USD",
  other_currencies: [],
  scope_path: [],
  unallocated_amount: usd("100.00"),
  not_included: false,
  limited_to: null,
  ownership_version: 3,
  restated: [],
  pending: [],
  late_sources: [],
  overlapping: [],
  warnings: [],
  filters: [],
  query_hash: "abc",
};

const moved = (cost: string, change: string): Moved => ({
  cost: usd(cost),
  previous_cost: usd((Number(cost) - Number(change)).toFixed(2)),
  change: usd(change),
  change_percent: 10,
  share_percent: 20,
  series: Array.from({ length: 30 }, (_, i) => String(10 + i)),
});

const team = (id: string, name: string, unit: string, group: string, cost: string, change: string): TeamRow => ({
  team_id: id, team: name, business_unit_id: unit, business_unit: unit, business_group_id: group, business_group: group, ...moved(cost, change),
});

const group = (id: string, name: string, cost: string, change: string): GroupRow => ({ id, name, ...moved(cost, change) });

const unit = (id: string, name: string, cost: string, change: string, parent: string): UnitRow => ({ ...group(id, name, cost, change), business_group_id: parent });

export function costByTeam(over: Partial<CostByTeam> = {}): CostByTeam {
  return {
    meta: META,
    days: 30,
    range: { from: "2026-10-25", to: "2026-11-23" },
    previous_range: { from: "2026-09-25", to: "2026-10-24" },
    total: usd("1100.00"),
    previous_total: usd("1000.00"),
    change: usd("100.00"),
    change_percent: 10,
    teams: [
      team("t-1", "Payments", "bu-1", "bg-1", "500.00", "90.00"),
      team("t-2", "Cards", "bu-1", "bg-1", "200.00", "-10.00"),
      team("t-3", "Search", "bu-2", "bg-1", "100.00", "5.00"),
      team("t-4", "Trading", "bu-3", "bg-2", "200.00", "5.00"),
      { ...team("x", "Unattributable", "", "", "100.00", "10.00"), team_id: null, business_unit_id: null, business_unit: null, business_group_id: null, business_group: null },
    ],
    groups: [group("bg-1", "Retail", "800.00", "85.00"), group("bg-2", "Markets", "200.00", "5.00")],
    units: [unit("bu-1", "Pay", "700.00", "80.00", "bg-1"), unit("bu-2", "Find", "100.00", "5.00", "bg-1"), unit("bu-3", "Trade", "200.00", "5.00", "bg-2")],
    ...over,
  };
}

export const EMPTY_META: Meta = { ...META, as_of: null, data_through: null, refreshed_at: null, ownership_version: 0 };

export const HIERARCHY = {
  as_of: "2026-11-23",
  version: 1,
  nodes: [
    { id: "bg-1", name: "Retail", type: "business_group", parent_id: null },
    { id: "bg-2", name: "Markets", type: "business_group", parent_id: null },
    { id: "bu-1", name: "Pay", type: "business_unit", parent_id: "bg-1" },
    { id: "t-1", name: "Payments", type: "team", parent_id: "bu-1" },
  ],
};

export const SESSION = { user: { id: "u", name: "admin", display_name: null, email: null, groups: [] as string[], has_password: true }, permissions: ["costs:read"], limited: [] as string[], access_contact: "", must_change_password: false, csrf_token: "token-1", version: "0.1.0" };
