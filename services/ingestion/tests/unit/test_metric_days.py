"""Which days of metrics are due, how many resources a run may ask about, and what AWS charges."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fincc.common.period import Days
from fincc.ingestion.domain import metric_days

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 11, 24, 2, 59, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 24, 3, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 24, 23, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 2, 28)),
    ],
)
def test_a_day_is_whole_three_hours_after_its_end(now: datetime, day: date) -> None:
    assert metric_days.last_whole_day(now) == day


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (None, None, Days(date(2026, 11, 10), date(2026, 11, 24))),
        ("2026-10", "2026-10", Days(date(2026, 10, 1), date(2026, 11, 1))),
        ("2026-10", None, Days(date(2026, 10, 1), date(2026, 11, 24))),
        ("2026-12", "2026-12", Days(date(2026, 12, 1), date(2026, 12, 1))),
        (None, "2026-10", Days(date(2025, 10, 20), date(2026, 11, 1))),
        ("2020-01", "2020-02", Days(date(2025, 10, 20), date(2025, 10, 20))),
    ],
)
def test_days_are_those_of_the_look_back_or_of_the_months_asked_for(
    first: str | None, last: str | None, days: Days
) -> None:
    assert metric_days.days_asked(NOW, 14, first, last) == days


def test_days_are_grouped_by_month_in_order() -> None:
    days = [date(2026, 11, 2), date(2026, 10, 31), date(2026, 11, 1)]
    assert metric_days.by_month(days) == {
        "2026-10": [date(2026, 10, 31)],
        "2026-11": [date(2026, 11, 1), date(2026, 11, 2)],
    }


@pytest.mark.parametrize(("most", "resources"), [(0, 0), (3, 0), (4, 1), (8, 2), (9, 3), (100, 3)])
def test_no_resource_is_asked_about_in_part(most: int, resources: int) -> None:
    assert metric_days.affordable([4, 4, 1], most) == resources


@pytest.mark.parametrize(
    ("series", "price", "month"),
    [(0, "0.01", "0"), (1, "0.01", "0.0003"), (2000, "0.01", "0.6"), (5000, "0.01", "1.5"), (2000, "0.02", "1.2")],
)
def test_a_month_costs_thirty_pulls_whatever_number_of_hours_they_give(series: int, price: str, month: str) -> None:
    assert metric_days.monthly_charge(series, Decimal(price)) == Decimal(month)
