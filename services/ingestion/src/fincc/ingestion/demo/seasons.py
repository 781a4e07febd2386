"""How usage moves with the calendar: growth of about 2 % a month, as exact integers of a calendar day."""

from __future__ import annotations

from datetime import date
from functools import cache

from fincc.common.period import BillingPeriod
from fincc.ingestion.demo.draws import draw

ANCHOR = BillingPeriod(2026, 1)  # growth is 1 on its first day
MONTHLY_PERMILLE = 1019
ONE = 1_000_000  # growth and sizes are in parts per million


def months_since_anchor(period: BillingPeriod) -> int:
    return (period.year - ANCHOR.year) * 12 + period.month - ANCHOR.month


def growth(day: date) -> int:
    """Parts per million of the usage of January 2026: compound by month, straight within a month."""
    period = BillingPeriod.of(day)
    start, end = _compound(months_since_anchor(period)), _compound(months_since_anchor(period) + 1)
    return start + (end - start) * (day.day - 1) // (period.end - period.start).days


def drift(what: str, day: date) -> int:
    """Permille of its growth that `what` uses: between -8 and +8 % off at each month's start, straight between them."""
    period = BillingPeriod.of(day)
    start, end = _drift_at_start(what, period), _drift_at_start(what, period.next())
    return start + (end - start) * (day.day - 1) // (period.end - period.start).days


@cache
def _drift_at_start(what: str, period: BillingPeriod) -> int:
    return 920 + draw(what, period, "drift") % 161


@cache
def _compound(months: int) -> int:
    size = ONE
    for _ in range(abs(months)):
        size = size * MONTHLY_PERMILLE // 1000 if months > 0 else size * 1000 // MONTHLY_PERMILLE
    return size


def opening_day(rank: int, count: int, jitter: int) -> int:
    """Ordinal of the day from which the instance `rank` of a fleet of `count` (in January 2026) runs.

    The fleet grows by 1.6 % of `count` a month; `jitter` in 0..999 spreads fleets over the time one instance takes.
    """
    return ANCHOR.start.toordinal() + ((rank - count) * 1000 + jitter) * 304375 // (160_000 * count)
