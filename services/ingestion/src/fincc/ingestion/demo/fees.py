"""Lines that no resource causes: commitments, marketplace, credits, support, tax, and what a restatement adds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.commitments import TERM_DAYS, Term
from fincc.ingestion.demo.company import (
    ACCOUNT_NUMBER,
    COMMITMENT_TEAM,
    OBSERVABILITY_SELLER,
    OVERHEAD_TEAM,
    PAYER,
    SELLER_TEAM,
)
from fincc.ingestion.demo.draws import draw
from fincc.ingestion.demo.lines import (
    CREDIT,
    FEE,
    IS_MARKETPLACE,
    ITEM_NUMBER,
    ITEM_PRODUCT,
    ITEMS,
    PLAN_FEE,
    PLAN_UPFRONT,
    PRODUCT_CODES,
    REFUND,
    RESERVATION_FEE,
    RESERVATION_UPFRONT,
    SUBSCRIPTION_ITEM,
    SUPPORT_ITEM,
    TAX,
    Lines,
    new_lines,
)
from fincc.ingestion.demo.price_list import COST_DECIMALS, REGIONS
from fincc.ingestion.demo.slots import SKU_NUMBER
from fincc.ingestion.demo.world import OWNER_NUMBER

DOLLAR = 10**COST_DECIMALS
TAX_PERCENT = 3
SUBSCRIPTION = 29_000 * DOLLAR  # a month
# Business support: (per cent, of the dollars of a month up to this sum)
SUPPORT_TIERS = ((10, 10_000), (7, 80_000), (5, 250_000), (3, 10**9))
_PAYER = ACCOUNT_NUMBER[PAYER.name]
_COMMITMENTS = {"account": _PAYER, "team": OWNER_NUMBER[COMMITMENT_TEAM], "owner": OWNER_NUMBER[COMMITMENT_TEAM]}
_OVERHEAD = {"team": OWNER_NUMBER[OVERHEAD_TEAM], "owner": OWNER_NUMBER[OVERHEAD_TEAM]}


def _us_item(sku: str) -> int:
    return SKU_NUMBER[sku] * len(REGIONS)


def plan_fees(number: int, term: Term, covered: Lines, first: date, last: date) -> list[Lines]:
    """One fee a day of `first` … `last` inside the term, and the upfront payment on its first day.

    `covered` are the lines that this term covers in these days.
    """
    start, end = max(first, term.start).toordinal(), min(last + timedelta(days=1), term.end).toordinal()
    days = np.arange(start, max(start, end), dtype=np.int64)
    used = np.zeros(len(days), np.int64)
    np.add.at(used, covered["start"] - start, covered["effective"])
    fees = new_lines(
        len(days),
        kind=PLAN_FEE,
        item=term.item,
        start=days,
        end=days + 1,
        term=number,
        quantity=24_0000,
        cost=24 * term.recurring_hourly,
        committed=24 * term.hourly,
        used=used,
        upfront_part=24 * term.upfront_hourly,
        recurring_part=24 * term.recurring_hourly,
        **_COMMITMENTS,
    )
    return [fees, *_upfront(PLAN_UPFRONT, number, term, first, last)]


def reservation_fees(number: int, term: Term, covered: Lines, period: BillingPeriod, last: date) -> list[Lines]:
    """The month's fee, billed whole on its first day, with what was not used up to `last`; and the upfront payment."""
    start, end = max(period.start, term.start), min(period.end, term.end)
    if not start < end or last < start:
        return []
    hours = (end - start).days * 24 * term.instances
    to_date = (min(end, last + timedelta(days=1)) - start).days * 24 * term.instances
    unused = to_date * 10_000 - int(covered["quantity"].sum())  # quantities have 4 decimals
    fee = new_lines(
        1,
        kind=RESERVATION_FEE,
        item=term.item,
        start=start.toordinal(),
        end=end.toordinal(),
        term=number,
        quantity=hours * 10_000,
        cost=hours * term.recurring_hourly,
        upfront_part=hours * term.upfront_hourly,
        unused_quantity=unused,
        unused_upfront=unused * (term.upfront_hourly // 10_000),
        unused_recurring=unused * (term.recurring_hourly // 10_000),
        **_COMMITMENTS,
    )
    return [fee, *_upfront(RESERVATION_UPFRONT, number, term, period.start, last)]


def _upfront(kind: int, number: int, term: Term, first: date, last: date) -> list[Lines]:
    if not term.upfront or not first <= term.start <= last:
        return []
    start = term.start.toordinal()
    payment = new_lines(
        1,
        kind=kind,
        item=term.item,
        start=start,
        end=start + TERM_DAYS,
        term=number,
        quantity=term.instances * 10_000,
        cost=term.upfront,
        **_COMMITMENTS,
    )
    return [payment]


def fixed_lines(period: BillingPeriod, last: date) -> list[Lines]:
    """The marketplace subscription of the month, and a migration credit in two months of three."""
    first = period.start.toordinal()
    seller_team = OWNER_NUMBER[SELLER_TEAM[OBSERVABILITY_SELLER]]
    subscription = new_lines(
        1,
        kind=FEE,
        item=ITEM_NUMBER[SUBSCRIPTION_ITEM],
        account=ACCOUNT_NUMBER["platform-shared"],
        start=first,
        end=period.end.toordinal(),
        quantity=10_000,
        cost=SUBSCRIPTION,
        team=seller_team,
        owner=seller_team,
    )
    found = [subscription]
    if period.month % 3 and last.day >= 11:
        amount = -(2_000 + draw(period, "credit") % 5_000) * DOLLAR - draw(period, "cents") % DOLLAR
        found.append(_amount(CREDIT, "ec2:m6i.8xlarge", "stores-prod", "pos-edge", first + 10, amount))
    return found


def restatement(period: BillingPeriod) -> list[Lines]:
    """What a late delivery of a closed month adds: a refund for databases and a service credit."""
    first = period.start.toordinal()
    refund = -(18_000 + draw(period, "refund") % 4_000) * DOLLAR - 4_275_000_000
    credit = -(5_000 + draw(period, "late credit") % 3_000) * DOLLAR - 1_500_000_000
    return [
        _amount(REFUND, "rds:db.r6g.16xlarge", "lending-prod", "loan-origination", first + 13, refund),
        _amount(CREDIT, "kafka", "data-prod", "data-platform", first + 17, credit),
    ]


def _amount(kind: int, sku: str, account: str, team: str, day: int, cost: int) -> Lines:
    owner = OWNER_NUMBER[team]  # the account's default owner: such lines carry no tag
    return new_lines(
        1,
        kind=kind,
        item=_us_item(sku),
        account=ACCOUNT_NUMBER[account],
        start=day,
        end=day + 1,
        cost=cost,
        team=owner,
        owner=owner,
    )


def support(period: BillingPeriod, lines: Lines) -> Lines:
    """Business support on the month to date, in tiers; marketplace sellers are no part of it."""
    spend = int(lines["cost"][~IS_MARKETPLACE[lines["item"]]].sum())
    fee, below = 0, 0
    for percent, upto in SUPPORT_TIERS:
        fee += max(0, min(spend, upto * DOLLAR) - below) * percent // 100
        below = upto * DOLLAR
    return new_lines(
        1,
        kind=FEE,
        item=ITEM_NUMBER[SUPPORT_ITEM],
        account=_PAYER,
        start=period.start.toordinal(),
        end=period.end.toordinal(),
        quantity=fee // 1_000_000,
        cost=fee,
        **_OVERHEAD,
    )


def tax(period: BillingPeriod, lines: Lines) -> Lines:
    """Sales tax on the month to date, one line per account and product with a positive sum."""
    products = len(PRODUCT_CODES)
    taxed = lines[~IS_MARKETPLACE[lines["item"]]]
    group = taxed["account"].astype(np.int64) * products + ITEM_PRODUCT[taxed["item"]]
    base = np.zeros((int(group.max(initial=0)) // products + 1) * products, np.int64)
    np.add.at(base, group, taxed["cost"])
    owed = np.nonzero(base * TAX_PERCENT // 100 > 0)[0]
    return new_lines(
        len(owed),
        kind=TAX,
        item=_first_item_of_product()[owed % products],
        account=owed // products,
        start=period.start.toordinal(),
        end=period.end.toordinal(),
        cost=base[owed] * TAX_PERCENT // 100,
        **_OVERHEAD,
    )


def _first_item_of_product() -> np.ndarray:
    codes: Sequence[str] = [item.code for item in ITEMS]
    return np.array([codes.index(code) for code in PRODUCT_CODES], np.int64)
