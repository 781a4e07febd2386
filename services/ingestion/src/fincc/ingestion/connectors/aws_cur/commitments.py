"""Commitment discounts: which one a line belongs to, what it buys, and how much of it is used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fincc.ingestion.connectors.aws_cur import names
from fincc.ingestion.connectors.aws_cur.line_items import Effect, Effects, Lines, is_one_of
from fincc.ingestion.connectors.columns.amounts import Amounts
from fincc.ingestion.connectors.columns.rows import NativeRows
from fincc.ingestion.connectors.columns.texts import Mask, Rows, Text

_BUYS_COMMITMENT = (Effect.PREPAID, Effect.PLAN_FEE, Effect.RESERVATION_FEE)
_RESERVED = (Effect.DISCOUNTED, Effect.RESERVATION_FEE)


@dataclass(frozen=True)
class Commitments:
    """`ids` is null for lines without one. A savings plan goes before a reservation."""

    ids: Text
    is_plan: Mask

    @classmethod
    def of(cls, rows: NativeRows, effect: Effects) -> Commitments:
        plans, reservations = rows.text(names.PLAN), rows.text(names.RESERVATION)
        if not rows.has(names.RESERVATION):
            # Reports without ARNs still number the reservations; the number stands on other lines too, where it says nothing.
            numbers = rows.text("reservation_subscription_id")
            nothing = Text.constant(len(rows), None)
            reservations = numbers.where(is_one_of(effect, *_RESERVED), nothing)
        return cls(plans.or_else(reservations), ~plans.is_null)

    def take(self, rows: Rows) -> Commitments:
        return Commitments(self.ids.take(rows), self.is_plan.take(rows))

    @property
    def known(self) -> Mask:
        return ~self.ids.is_null


def settle(rows: NativeRows, lines: Lines) -> tuple[Effects, Text]:
    """Effect and ChargeCategory of each row, with fees and refunds decided by what they pay for."""
    effect, category = lines.effect, lines.category
    fees, refunds = effect == Effect.FEE, effect == Effect.REFUND
    if not fees.any() and not refunds.any():
        return effect, category
    has_plan, has_reservation = ~rows.text(names.PLAN).is_null, ~rows.text(names.RESERVATION).is_null
    commits = has_plan | has_reservation
    refunded = np.full(len(rows), -1)
    if refunds.any():
        of_plan = rows.text("line_item_product_code").test(lambda code: code.endswith("SavingsPlans"))
        of_tax = ~rows.text("line_item_tax_type").is_null
        refunded = np.where(of_tax, 1, np.where(commits | of_plan, 2, 0))
        category = Text.choice(refunded, ("Usage", "Tax", "Purchase")).where(refunds, category)
    prepaid = (fees & commits) | (refunds & (refunded == 2))
    effect = np.where(prepaid, np.int8(Effect.PREPAID), np.where(fees | refunds, np.int8(Effect.BILLED), effect))
    return effect, category


def status(effect: Effects, is_unused: Mask) -> Text:
    used = is_one_of(effect, Effect.COVERED, Effect.DISCOUNTED)
    return Text.choice(np.where(is_unused, 1, np.where(used, 0, 2)), ("Used", "Unused", None))


def kind(rows: NativeRows, commitments: Commitments) -> Text:
    """CommitmentDiscountType: the offering where the bill names it."""
    offering = rows.text("savings_plan_offering_type").or_else(Text.constant(len(rows), "Savings Plan"))
    reserved = Text.constant(len(rows), "Reserved Instance")
    nothing = Text.constant(len(rows), None)
    return offering.where(commitments.is_plan, reserved).where(commitments.known, nothing)


def quantity(
    rows: NativeRows, commitments: Commitments, effect: Effects, billed: Amounts, effective: Amounts, is_unused: Mask
) -> tuple[npt.NDArray[np.float64], Mask]:
    """CommitmentDiscountQuantity: money for savings plans, usage for reservations; and where it is unknown."""
    values, unknown = np.zeros(len(rows)), np.ones(len(rows), bool)
    bound = np.flatnonzero(commitments.known)
    if not len(bound):
        return values, unknown
    few, effect, is_unused, is_plan = rows.among(bound), effect[bound], is_unused[bound], commitments.is_plan[bound]
    bought = is_one_of(effect, *_BUYS_COMMITMENT) & ~is_unused
    amount = billed.take(bound).where(bought, effective.take(bound))
    usage, no_usage = few.numbers("line_item_usage_amount")
    left, no_left = few.numbers("reservation_unused_quantity")
    usage, no_usage = np.where(is_unused, left, usage), np.where(is_unused, no_left, no_usage)
    values[bound] = np.where(is_plan, _as_floats(amount), usage)
    unknown[bound] = ~np.where(
        is_plan,
        bought | is_unused | (effect == Effect.COVERED),
        (bought | is_one_of(effect, *_RESERVED)) & ~no_usage,
    )
    return values, unknown


def unit(rows: NativeRows, commitments: Commitments, currency: Text, unknown: Mask) -> Text:
    pricing = rows.text("pricing_unit")
    nothing = Text.constant(len(rows), None)
    return currency.where(commitments.is_plan, pricing).where(~unknown, nothing)


def _as_floats(amounts: Amounts) -> npt.NDArray[np.float64]:
    """For quantities only; money itself never becomes a float."""
    lanes = amounts.lanes()
    floats: npt.NDArray[np.float64] = (lanes.hi.astype(np.float64) * 2.0**32 + lanes.lo) * 1e-12
    return np.round(floats, 12)
