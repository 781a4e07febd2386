"""Lines of the benchmark's bill as the columns of a CUR 2.0 export, from whole-column draws."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from bench.world import ACCOUNTS, PAYER, PRODUCTS, REGIONS, World

HOUR_MS = 3_600_000
HOURS = 720  # of thirty days; a month of 31 has a day without lines
DISCOUNT = 0.94  # net of the company's private rates
TIME = pa.timestamp("ms")

USAGE, COVERED, NEGATION, RESERVED, RI_FEE, PLAN_FEE, CREDIT, TAX, EDP, REFUND, BUNDLED, FEE = range(12)
LINE_TYPES = (
    "Usage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "DiscountedUsage", "RIFee", "SavingsPlanRecurringFee",
    "Credit", "Tax", "EdpDiscount", "Refund", "BundledDiscount", "Fee",
)  # fmt: skip
# Every second covered line becomes the negation of the one before it.
_SHARES = np.array([0.70, 0.19, 0.0, 0.06, 0.002, 0.003, 0.008, 0.004, 0.025, 0.0005, 0.007, 0.0005])
_SPARSE_TEXT = (
    "bill_invoice_id", "product_comment", "product_fee_code", "product_fee_description", "product_from_location_type",
    "product_to_location", "product_to_location_type", "product_to_region_code", "product_instancesku",
    "reservation_availability_zone", "reservation_end_time", "reservation_modification_status",
    "reservation_normalized_units_per_reservation", "reservation_number_of_reservations", "reservation_start_time",
    "reservation_total_reserved_normalized_units", "reservation_total_reserved_units",
    "reservation_units_per_reservation",
)  # fmt: skip
_FEE_AMOUNTS = (
    "amortized_upfront_fee_for_billing_period", "net_amortized_upfront_fee_for_billing_period",
    "net_unused_amortized_upfront_fee_for_billing_period", "net_unused_recurring_fee", "net_upfront_value",
    "unused_amortized_upfront_fee_for_billing_period", "unused_normalized_unit_quantity", "unused_quantity",
    "unused_recurring_fee", "upfront_value",
)  # fmt: skip
_PLAN_TEXT = {
    "offering_type": "ComputeSavingsPlans", "payment_option": "No Upfront", "purchase_term": "1yr", "region": "Any",
    "start_time": "2026-01-01T00:00:00.000Z", "end_time": "2026-12-31T23:59:59.000Z", "instance_type_family": "m6i",
}  # fmt: skip
_PLAN_EMPTY = (
    "amortized_upfront_commitment_for_billing_period", "net_amortized_upfront_commitment_for_billing_period",
    "net_recurring_commitment_for_billing_period",
)  # fmt: skip

Mask = npt.NDArray[np.bool_]
Columns = dict[str, pa.Array]


@dataclass(frozen=True)
class Draw:
    """What is drawn for each line; everything else follows."""

    rows: int
    hour: npt.NDArray[np.int64]
    resource: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int32]
    amount: npt.NDArray[np.float64]
    on_demand: npt.NDArray[np.float64]
    cost: npt.NDArray[np.float64]

    def has(self, *kinds: int) -> Mask:
        return np.isin(self.kind, kinds)


def draw(world: World, rows: int, start: int, total: int, random: np.random.Generator) -> Draw:
    """Lines `start` … `start + rows` of a month of `total` lines, in order of their hours."""
    hour = (np.arange(start, start + rows, dtype=np.int64) * HOURS) // total
    resource = (world.size * random.random(rows) ** 2.2).astype(np.int32)  # a quarter of the resources has most lines
    kind = random.choice(len(LINE_TYPES), rows, p=_SHARES / _SHARES.sum()).astype(np.int32)
    amount = np.round(random.lognormal(1.0, 1.8, rows), 6)
    covered = np.flatnonzero(kind == COVERED)
    covered = covered[: len(covered) // 2 * 2]
    kind[covered[1::2]] = NEGATION
    resource[covered[1::2]], amount[covered[1::2]] = resource[covered[0::2]], amount[covered[0::2]]
    product = world.product[resource]
    amount = np.where(np.array([p.is_hourly for p in PRODUCTS])[product], 1.0, amount)
    on_demand = np.round(np.array([p.price for p in PRODUCTS])[product] * amount, 10)
    return Draw(rows, hour, resource, kind, amount, on_demand, _costs(kind, on_demand))


def _costs(kind: npt.NDArray[np.int32], on_demand: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    factor = np.ones(len(LINE_TYPES))
    factor[[NEGATION, RESERVED, CREDIT, TAX, EDP, BUNDLED, REFUND]] = -1, 0, -0.9, 12, -0.06, -0.06, -1
    cost = np.round(on_demand * factor[kind], 10)
    cost[kind == RI_FEE], cost[kind == PLAN_FEE] = 400.0, 3.2
    return cost


def columns(world: World, draw: Draw, month: str, random: np.random.Generator) -> Columns:
    """All columns but `resource_tags` and `product`, which are written in two ways."""
    d, start = draw, np.datetime64(f"{month}-01T00:00:00", "ms")
    at = start + d.hour * np.timedelta64(HOUR_MS, "ms")
    end = (np.datetime64(month) + 1).astype("datetime64[ms]")
    no_resource = d.has(RI_FEE, PLAN_FEE, TAX, FEE)
    made = {
        "bill_billing_period_start_date": pa.array(np.full(d.rows, start), TIME),
        "bill_billing_period_end_date": pa.array(np.full(d.rows, end), TIME),
        "identity_line_item_id": _ids(d.rows, random),
        "identity_time_interval": pick(d.hour, _intervals(start)),
        "line_item_resource_id": world.resource_ids.take(pa.array(np.where(no_resource, world.size, d.resource))),
        "line_item_usage_start_date": pa.array(at, TIME),
        "line_item_usage_end_date": pa.array(at + np.timedelta64(HOUR_MS, "ms"), TIME),
        **_bill(d),
        **_line_item(world, d, no_resource),
        **_product(world, d),
        **_reservation(d),
        **_savings_plan(d),
        "discount_bundled_discount": amounts(d.cost, d.has(BUNDLED)),
        "discount_total_discount": amounts(np.round(d.cost * -0.06, 10), d.has(USAGE)),
        **{name: pa.nulls(d.rows, pa.string()) for name in _SPARSE_TEXT},
    }
    return dict(sorted(made.items()))


def pick(codes: npt.NDArray[Any], values: list[str] | tuple[str, ...], where: Mask | None = None) -> pa.Array:
    """Row i has `values[codes[i]]`, null outside `where`."""
    mask = None if where is None else ~where
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=mask), pa.array(values, pa.string()))


def same(rows: int, value: str, where: Mask | None = None) -> pa.Array:
    return pick(np.zeros(rows, np.int32), [value], where)


def amounts(values: npt.NDArray[np.float64], where: Mask | None = None) -> pa.Array:
    return pa.array(values, pa.float64(), mask=None if where is None else ~where)


def _bill(d: Draw) -> Columns:
    return {
        "bill_bill_type": same(d.rows, "Anniversary"),
        "bill_billing_entity": same(d.rows, "AWS"),
        "bill_invoicing_entity": same(d.rows, "Amazon Web Services, Inc."),
        "bill_payer_account_id": same(d.rows, PAYER),
        "bill_payer_account_name": same(d.rows, "payer"),
    }


def _line_item(world: World, d: Draw, no_resource: Mask) -> Columns:
    product, region, account = world.product[d.resource], world.region[d.resource], world.account[d.resource]
    prices = [f"{p.price:.10f}".rstrip("0") for p in PRODUCTS]
    net = [f"{p.price * DISCOUNT:.10f}".rstrip("0") for p in PRODUCTS]
    both = product * len(REGIONS) + region
    text = [f"${p.price:g} per {p.unit} {p.usage}, {r}" for p in PRODUCTS for r in REGIONS]
    zones = [f"{r}{z}" for r in REGIONS for z in "abc"]
    rates = {
        f"line_item_{name}": pick(product, values)
        for name, values in (("blended_rate", prices), ("unblended_rate", prices), ("net_unblended_rate", net))
    }
    return {
        "line_item_availability_zone": pick(region * 3 + d.resource % 3, zones, ~no_resource),
        "line_item_blended_cost": amounts(d.cost),
        "line_item_currency_code": same(d.rows, "USD"),
        "line_item_legal_entity": same(d.rows, "Amazon Web Services, Inc."),
        "line_item_line_item_description": pick(both, text),
        "line_item_line_item_type": pick(d.kind, LINE_TYPES),
        "line_item_net_unblended_cost": amounts(np.round(d.cost * DISCOUNT, 10)),
        "line_item_normalization_factor": amounts(np.full(d.rows, 4.0), d.has(RESERVED)),
        "line_item_normalized_usage_amount": amounts(d.amount * 4, d.has(RESERVED)),
        "line_item_operation": pick(product, [p.operation for p in PRODUCTS]),
        "line_item_product_code": pick(product, [p.code for p in PRODUCTS]),
        "line_item_tax_type": same(d.rows, "VAT", d.has(TAX)),
        "line_item_unblended_cost": amounts(d.cost),
        "line_item_usage_account_id": pick(account, ACCOUNTS),
        "line_item_usage_account_name": pick(account, [f"account {i:02d}" for i in range(len(ACCOUNTS))]),
        "line_item_usage_amount": amounts(d.amount),
        "line_item_usage_type": pick(both, [f"{r[:2].upper()}-{p.usage}" for p in PRODUCTS for r in REGIONS]),
        **rates,
    }


def _product(world: World, d: Draw) -> Columns:
    product, region = world.product[d.resource], world.region[d.resource]
    both, is_hourly = product * len(REGIONS) + region, np.array([p.is_hourly for p in PRODUCTS])[product]
    skus = [f"{(i * 2_654_435_761) % 36**8:010X}" for i in range(len(PRODUCTS) * len(REGIONS))]
    usage = [f"{r[:2].upper()}-{p.usage}" for p in PRODUCTS for r in REGIONS]
    transfers = product == 6
    reserved = d.has(RESERVED)
    return {
        "pricing_currency": same(d.rows, "USD"),
        "pricing_lease_contract_length": same(d.rows, "1yr", reserved),
        "pricing_offering_class": same(d.rows, "standard", reserved),
        "pricing_public_on_demand_cost": amounts(d.on_demand),
        "pricing_public_on_demand_rate": pick(product, [f"{p.price:.10f}" for p in PRODUCTS]),
        "pricing_purchase_option": same(d.rows, "No Upfront", reserved),
        "pricing_rate_code": pick(both, [f"{s}.JRTCKXETXF.6YS6EN2CT7" for s in skus]),
        "pricing_rate_id": pick(both, [str(10**9 + i) for i in range(len(skus))]),
        "pricing_term": pick(reserved.astype(np.int32), ("OnDemand", "Reserved"), d.has(USAGE, COVERED, RESERVED)),
        "pricing_unit": pick(product, [p.unit for p in PRODUCTS]),
        "product_from_location": pick(region, REGIONS, transfers),
        "product_from_region_code": pick(region, REGIONS, transfers),
        "product_instance_family": same(d.rows, "General purpose", is_hourly),
        "product_instance_type": pick(product, [p.usage.rpartition(":")[2] for p in PRODUCTS], is_hourly),
        "product_location": pick(region, [f"Region {r}" for r in REGIONS]),
        "product_location_type": same(d.rows, "AWS Region"),
        "product_operation": pick(product, [p.operation for p in PRODUCTS]),
        "product_pricing_unit": pick(product, [p.unit for p in PRODUCTS]),
        "product_product_family": pick(product, [p.family for p in PRODUCTS]),
        "product_region_code": pick(region, REGIONS),
        "product_servicecode": pick(product, [p.code for p in PRODUCTS]),
        "product_sku": pick(both, skus),
        "product_usagetype": pick(both, usage),
    }


def _reservation(d: Draw) -> Columns:
    used, fee = d.has(RESERVED), d.has(RI_FEE)
    numbers = [str(9_000_000_000 + i) for i in range(40)]
    arns = [f"arn:aws:ec2:us-east-1:{PAYER}:reserved-instances/{i:08x}-1111-2222" for i in range(40)]
    cost = np.round(d.on_demand * 0.62, 10)
    made = {
        "reservation_a_r_n": pick(d.resource % 40, arns, used | fee),
        "subscription_id": pick(d.resource % 40, numbers, used | fee),
        "effective_cost": amounts(cost, used),
        "net_effective_cost": amounts(np.round(cost * DISCOUNT, 10), used),
        "amortized_upfront_cost_for_usage": amounts(cost, used),
        "net_amortized_upfront_cost_for_usage": amounts(cost, used),
        "recurring_fee_for_usage": amounts(cost, used),
        "net_recurring_fee_for_usage": amounts(cost, used),
        **{name: amounts(np.full(d.rows, 80.0), fee) for name in _FEE_AMOUNTS},
    }
    return {f"reservation_{name}": column for name, column in made.items()}


def _savings_plan(d: Draw) -> Columns:
    covered, fee = d.has(COVERED), d.has(PLAN_FEE)
    some = covered | fee | d.has(NEGATION)
    arns = [f"arn:aws:savingsplans::{PAYER}:savingsplan/{i:08x}-3333-4444" for i in range(20)]
    cost = np.round(d.on_demand * 0.68, 10)
    made = {
        "savings_plan_a_r_n": pick(d.resource % 20, arns, some),
        "savings_plan_effective_cost": amounts(cost, covered),
        "net_savings_plan_effective_cost": amounts(np.round(cost * DISCOUNT, 10), covered),
        "savings_plan_rate": amounts(np.round(cost / np.maximum(d.amount, 1e-6), 10), covered),
        "used_commitment": amounts(np.full(d.rows, 2.9), fee),
        "total_commitment_to_date": amounts(np.full(d.rows, 3.2), fee),
        "recurring_commitment_for_billing_period": amounts(np.full(d.rows, 3.2), fee),
        **{name: pa.nulls(d.rows, pa.float64()) for name in _PLAN_EMPTY},
        **{name: same(d.rows, value, some) for name, value in _PLAN_TEXT.items()},
    }
    return {f"savings_plan_{name}": column for name, column in made.items()}


def _intervals(start: np.datetime64) -> list[str]:
    edges = [f"{start + h * np.timedelta64(HOUR_MS, 'ms')!s:.19}Z" for h in range(HOURS + 1)]
    return [f"{a}/{b}" for a, b in pairwise(edges)]


def _ids(rows: int, random: np.random.Generator) -> pa.Array:
    """Line item ids: 52 characters, all distinct, and of no use to anybody."""
    digits = np.frombuffer(b"0123456789abcdef", np.uint8)
    raw = random.integers(0, 256, (rows, 26), np.uint8)
    text = np.empty((rows, 52), np.uint8)
    text[:, 0::2], text[:, 1::2] = digits[raw >> 4], digits[raw & 15]
    offsets = np.arange(0, 52 * (rows + 1), 52, dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(text)])
