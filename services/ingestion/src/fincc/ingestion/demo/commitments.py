"""Savings plans and reservations of Alderway: one-year terms that follow each other from a fixed day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.company import PAYER
from fincc.ingestion.demo.draws import hexadecimal
from fincc.ingestion.demo.lines import ITEM_NUMBER, ITEMS, PLAN_ITEMS
from fincc.ingestion.demo.price_list import ALL_SKUS, COST_DECIMALS, REGIONS
from fincc.ingestion.demo.seasons import months_since_anchor
from fincc.ingestion.demo.slots import COMPUTE_PLAN, MACHINE_PLAN, RESERVED_SIZES, SKU_NUMBER, Slot

TERM_DAYS = 365
TERM_HOURS = TERM_DAYS * 24


class Plan(NamedTuple):
    number: int
    offering: str
    payment: str
    percent_of_list: int  # what covered usage costs
    hourly: int  # dollars an hour committed in January 2026
    upfront_percent: int
    first_day: date


class Reservation(NamedTuple):
    number: int  # in RESERVED_SIZES
    payment: str
    percent_of_list: int
    upfront_percent: int
    first_day: date


PLANS = (
    Plan(COMPUTE_PLAN, "ComputeSavingsPlans", "No Upfront", 72, 240, 0, date(2020, 3, 17)),
    Plan(MACHINE_PLAN, "EC2InstanceSavingsPlans", "Partial Upfront", 66, 36, 50, date(2020, 5, 20)),
)
RESERVATIONS = (
    Reservation(0, "Partial Upfront", 65, 50, date(2020, 6, 9)),
    Reservation(1, "No Upfront", 70, 0, date(2020, 9, 24)),
)


@dataclass(frozen=True)
class Term:
    """One year of one commitment. Amounts are integers at the bill's decimals, by hour (and instance, if reserved)."""

    kind: str  # "plan" or "reservation"
    number: int
    arn: str
    start: date
    end: date
    payment: str
    percent_of_list: int
    upfront_hourly: int
    recurring_hourly: int
    instances: int  # 1 for a plan
    item: int

    @property
    def hourly(self) -> int:
        return self.upfront_hourly + self.recurring_hourly

    @property
    def upfront(self) -> int:
        """Paid on the first day; the hours of the term give it back to the last digit."""
        return self.upfront_hourly * TERM_HOURS * self.instances


def terms_between(first: date, last: date, slots: tuple[Slot, ...]) -> tuple[Term, ...]:
    """Every term with a day in `first` … `last`, in the order plans, reservations, and by time."""
    found: list[Term] = []
    for commitment in (*PLANS, *RESERVATIONS):
        turn = (first - commitment.first_day).days // TERM_DAYS
        while (start := commitment.first_day.toordinal() + turn * TERM_DAYS) <= last.toordinal():
            found.append(_term(commitment, date.fromordinal(start), slots))
            turn += 1
    return tuple(found)


def _term(commitment: Plan | Reservation, start: date, slots: tuple[Slot, ...]) -> Term:
    end = date.fromordinal(start.toordinal() + TERM_DAYS)
    kind = "plan" if isinstance(commitment, Plan) else "reservation"
    code = hexadecimal(32, kind, commitment.number, start)
    uuid = f"{code[:8]}-{code[8:12]}-{code[12:16]}-{code[16:20]}-{code[20:]}"
    if isinstance(commitment, Plan):
        grown = 1000 + 16 * months_since_anchor(BillingPeriod.of(start))
        hourly = commitment.hourly * 10**COST_DECIMALS * grown // 1000
        arn, instances = f"arn:aws:savingsplans::{PAYER.id}:savingsplan/{uuid}", 1
        item = ITEM_NUMBER[PLAN_ITEMS[commitment.number]]
    else:
        sku_number = SKU_NUMBER[RESERVED_SIZES[commitment.number]]
        hourly = reserved_rate(commitment) * 10 ** (COST_DECIMALS - 6)
        arn = f"arn:aws:rds:us-east-1:{PAYER.id}:ri:ri-{start:%Y-%m-%d}-{code[:6]}"
        instances = _reserved_instances(commitment, slots)
        item = sku_number * len(REGIONS)
        assert ITEMS[item].region == "us-east-1"
    upfront = hourly * commitment.upfront_percent // 100 // 10_000 * 10_000  # whole at the 6 decimals of a price
    return Term(
        kind=kind,
        number=commitment.number,
        arn=arn,
        start=start,
        end=end,
        payment=commitment.payment,
        percent_of_list=commitment.percent_of_list,
        upfront_hourly=upfront,
        recurring_hourly=hourly - upfront,
        instances=instances,
        item=item,
    )


def reserved_rate(reservation: Reservation) -> int:
    """Dollars an hour and instance, at 6 decimals."""
    return ALL_SKUS[SKU_NUMBER[RESERVED_SIZES[reservation.number]]].rate * reservation.percent_of_list // 100


def _reserved_instances(reservation: Reservation, slots: tuple[Slot, ...]) -> int:
    """One more than needed of the first size, three quarters of the second."""
    running = sum(slot.reservation == reservation.number for slot in slots)
    return running + 1 if reservation.number == 0 else max(1, running * 3 // 4)
