"""The four costs of a line: billed, effective (amortised), list and contracted; and unit prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fincc.common import money
from fincc.common.focus import MONEY
from fincc.ingestion.connectors.aws_cur import names
from fincc.ingestion.connectors.aws_cur.line_items import Effect, Effects
from fincc.ingestion.connectors.columns.amounts import Amounts, of_distinct
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Mask, Text

PLAN_COST = ("savings_plan_net_savings_plan_effective_cost", "savings_plan_savings_plan_effective_cost")
RESERVATION_COST = ("reservation_net_effective_cost", "reservation_effective_cost")
_UNUSED_FEES = (
    ("reservation_net_unused_amortized_upfront_fee_for_billing_period",
     "reservation_unused_amortized_upfront_fee_for_billing_period"),
    ("reservation_net_unused_recurring_fee", "reservation_unused_recurring_fee"),
)  # fmt: skip


@dataclass(frozen=True)
class Basis:
    """What every row of the bill adds to its total, and which rows cannot say."""

    amounts: Amounts
    unreadable: Mask
    column: str


def basis(rows: NativeRows) -> Basis:
    """Net unblended where the column exists and the cell has an amount, else unblended. An empty cell is 0, and counted."""
    plain = Amounts.of(rows.column(names.UNBLENDED)) if rows.has(names.UNBLENDED) else Amounts.none(len(rows))
    if not rows.has(names.NET_UNBLENDED):
        both, unreadable, column = plain, _unreadable(plain), names.UNBLENDED
    else:
        net = Amounts.of(rows.column(names.NET_UNBLENDED))
        both = net.or_else(plain)
        unreadable = _unreadable(net) | (~net.known & _unreadable(plain))
        column = names.NET_UNBLENDED
        if net.changed:
            rows.warnings["rounded_to_12_places", names.NET_UNBLENDED] += net.changed
    if plain.changed:
        rows.warnings["rounded_to_12_places", names.UNBLENDED] += plain.changed
    empty = int(np.count_nonzero(~both.known & ~unreadable))
    if empty:
        rows.warnings["empty_amount_counted_as_0", column] += empty
    large = int(np.count_nonzero(both.large))
    if large:
        rows.warnings["amount_beyond_a_billion", column] += large
    return Basis(Amounts(both.words), unreadable, column)


def _unreadable(amounts: Amounts) -> Mask:
    return np.zeros(len(amounts), bool) if amounts.unreadable is None else amounts.unreadable


@dataclass(frozen=True)
class Amortisation:
    """What the bill's columns allow. Where the effective cost has no column, commitments count when they are billed."""

    plans: bool
    reservations: bool

    @classmethod
    def of(cls, rows: NativeRows) -> Amortisation:
        return cls(any(map(rows.has, PLAN_COST)), any(map(rows.has, RESERVATION_COST)))


def effective(rows: NativeRows, billed: Amounts, effect: Effects, amortised: Amortisation) -> Amounts:
    """`billed` is what BilledCost says; `effect` has FEE and REFUND settled to BILLED or PREPAID."""
    out = billed
    prepaid = effect == Effect.PREPAID
    if amortised.plans:
        out = _replace(rows, out, effect == Effect.COVERED, PLAN_COST, "savings plan")
        prepaid |= effect == Effect.PLAN_FEE
    if amortised.reservations:
        out = _replace(rows, out, effect == Effect.DISCOUNTED, RESERVATION_COST, "reservation")
        prepaid |= effect == Effect.RESERVATION_FEE
    return out if not prepaid.any() else Amounts.zeros(len(rows)).where(prepaid, out)


def _replace(rows: NativeRows, out: Amounts, mask: Mask, columns: tuple[str, ...], what: str) -> Amounts:
    chosen = np.flatnonzero(mask)
    if not len(chosen):
        return out
    cost = rows.among(chosen).amounts(*columns)
    unknown = int(np.count_nonzero(~cost.known))
    if unknown:
        rows.warnings["effective_cost_unknown", f"{what} usage without {columns[-1]}: counted as billed, 0"] += unknown
    return cost.scatter(chosen, out)


def unused(rows: NativeRows, effect: Effects, amortised: Amortisation) -> Amounts:
    """The unused part of the commitment that a fee row pays for; 0 where there is none, or where nothing tells."""
    out = Amounts.zeros(len(rows))
    plans = np.flatnonzero(effect == Effect.PLAN_FEE)
    if amortised.plans and len(plans):
        fees = rows.among(plans)
        total = fees.amounts("savings_plan_total_commitment_to_date")
        used = fees.amounts("savings_plan_used_commitment")
        _warn_missing(rows, ~(total.known & used.known), "savings plan fee without commitment columns")
        out = Amounts(total.minus(used).words, ~(total.known & used.known)).scatter(plans, out)
    months = np.flatnonzero(effect == Effect.RESERVATION_FEE)
    if amortised.reservations and len(months):
        upfront, recurring = (rows.among(months).amounts(*columns) for columns in _UNUSED_FEES)
        _warn_missing(rows, ~(upfront.known | recurring.known), "reservation fee without unused-fee columns")
        out = upfront.plus(recurring).scatter(months, out)
    return out


def _warn_missing(rows: NativeRows, mask: Mask, what: str) -> None:
    if mask.any():
        rows.warnings["unused_commitment_unknown", what] += int(np.count_nonzero(mask))


def list_cost(rows: NativeRows, otherwise: Amounts) -> Amounts:
    """The public on-demand cost; rate x usage where that cell is empty; else, for charges without a list price, `otherwise`."""
    cost = rows.amounts("pricing_public_on_demand_cost")
    if cost.missing is None:
        return cost
    rate = rows.text("pricing_public_on_demand_rate")
    quantity, no_quantity = rows.numbers("line_item_usage_amount")
    priced = np.flatnonzero(cost.missing & ~rate.is_null & ~no_quantity)
    if len(priced):
        cost = _multiplied(cost, rate, quantity, priced)
    return cost.or_else(otherwise)


def _multiplied(cost: Amounts, rate: Text, quantity: npt.NDArray[np.float64], priced: npt.NDArray[np.intp]) -> Amounts:
    rates, _, _ = of_distinct(rate)
    wide = pa.decimal256(30, 12)
    each = rates.take(pa.array(rate.codes[priced])).cast(wide)
    amounts, bad, _ = money.from_doubles(quantity[priced])
    product = pc.round(pc.multiply(each, amounts.cast(wide)), ndigits=money.SCALE, round_mode="half_to_even")
    found = Amounts.of(product.cast(MONEY))
    words = cost.words.copy()
    words[priced] = found.words
    missing = ~cost.known
    missing[priced] = ~found.known | bad
    return Amounts(words, missing)
