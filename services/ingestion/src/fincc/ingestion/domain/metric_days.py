"""Which days of metrics are fetched, of how many resources, and what AWS charges for it. Pure decisions over plain facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from fincc.common.period import BillingPeriod, Days

LATE = timedelta(hours=3)  # sources complete their values some time after the hour
KEPT_DAYS = 400  # well within the 455 days that CloudWatch keeps hourly values
PULLS_PER_MONTH = 30


def last_whole_day(now: datetime) -> date:
    """The last UTC day whose values are all there."""
    return (now - LATE).date() - timedelta(days=1)


def days_asked(now: datetime, look_back_days: int, first: str | None, last: str | None) -> Days:
    """The whole days to look at: the look-back, or the billing periods `first` … `last` asked for. May be empty."""
    end = last_whole_day(now) + timedelta(days=1)
    if first is None and last is None:
        return Days(end - timedelta(days=look_back_days), end)
    start = end - timedelta(days=KEPT_DAYS)
    if first is not None:
        start = max(start, BillingPeriod.parse(first).start)
    if last is not None:
        end = min(end, BillingPeriod.parse(last).end)
    return Days(start, max(start, end))


def by_month(days: Collection[date]) -> dict[str, list[date]]:
    """Billing period → its days in order; oldest period first."""
    months: dict[str, list[date]] = {}
    for day in sorted(days):
        months.setdefault(str(BillingPeriod.of(day)), []).append(day)
    return months


def affordable(series_per_resource: Sequence[int], most: int) -> int:
    """How many resources, in their order, may be asked about with at most `most` series; none is asked about in part."""
    total = 0
    for count, series in enumerate(series_per_resource):
        total += series
        if total > most:
            return count
    return len(series_per_resource)


def charge(series: int, price_per_1000: Decimal) -> Decimal:
    """Dollars for asking for so many series. AWS counts metrics, and up to five statistics of one as one: it never charges more."""
    return series * price_per_1000 / 1000


def monthly_charge(series: int, price_per_1000: Decimal) -> Decimal:
    """Dollars a month for asking for so many series once a day. How many hours they give does not matter to AWS."""
    return charge(series * PULLS_PER_MONTH, price_per_1000)
