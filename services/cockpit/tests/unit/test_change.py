"""How movements are told: partial months, leap days, new teams, zero bases, credits."""

from datetime import date
from decimal import Decimal

import pytest

from fincc.cockpit.domain.change import Line, add_lines, change_percent, share_percent
from fincc.cockpit.domain.windows import Window, cut, free_window, team_window
from fincc.common.money import to_units
from fincc.common.period import Days


def units(amount: str) -> int:
    return to_units(Decimal(amount))


@pytest.mark.parametrize(
    ("cost", "previous", "percent"),
    [
        ("110", "100", 10.0),
        ("90", "100", -10.0),
        ("100", "100", 0.0),
        ("100.05", "100", 0.1),  # half up
        ("0", "100", -100.0),
        ("100", "0", None),  # new team
        ("0", "0", None),
        ("-5", "0", None),
        ("-50", "-100", 50.0),  # half of the credit is gone: up
        ("-150", "-100", -50.0),  # a larger credit: down
        ("10", "-10", None),  # the sign flips
        ("-10", "10", None),
        ("0.000000000002", "0.000000000001", 100.0),
        ("1000000000000", "1", 99999999999900.0),
    ],
)
def test_change_percent(cost, previous, percent):
    assert change_percent(units(cost), units(previous)) == percent


@pytest.mark.parametrize(
    ("cost", "total", "percent"), [("25", "100", 25.0), ("-25", "100", -25.0), ("1", "0", None), ("1", "3", 33.3)]
)
def test_share_percent(cost, total, percent):
    assert share_percent(units(cost), units(total)) == percent


@pytest.mark.parametrize(
    ("as_of", "comparison", "days", "expected"),
    [
        (date(2026, 11, 30), "days", 30, ("2026-11-01", "2026-11-30", "2026-10-02", "2026-10-31")),
        (date(2026, 11, 15), "month", 30, ("2026-11-01", "2026-11-15", "2026-10-01", "2026-10-15")),
        (date(2026, 3, 31), "month", 30, ("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28")),
        (date(2024, 3, 31), "month", 30, ("2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29")),
        (date(2024, 2, 29), "month", 30, ("2024-02-01", "2024-02-29", "2024-01-01", "2024-01-29")),
        (date(2024, 3, 1), "days", 1, ("2024-03-01", "2024-03-01", "2024-02-29", "2024-02-29")),
        (date(2026, 1, 1), "month", 30, ("2026-01-01", "2026-01-01", "2025-12-01", "2025-12-01")),
    ],
)
def test_what_a_range_is_compared_with(as_of, comparison, days, expected):
    window = team_window(as_of, days, comparison)
    assert window.previous is not None
    found = (window.days.start, window.days.last, window.previous.start, window.previous.last)
    assert tuple(map(str, found)) == expected


def test_weeks_start_on_monday_and_months_on_the_first():
    days = Days(date(2026, 10, 29), date(2026, 11, 18))  # Thursday to Tuesday
    assert [str(d) for d in cut(days, "week")] == ["2026-10-29", "2026-11-02", "2026-11-09", "2026-11-16"]
    assert [str(d) for d in cut(days, "month")] == ["2026-10-29", "2026-11-01"]
    assert cut(days, "none") == (days.start,)
    assert len(cut(days, "day")) == 20
    assert cut(Days(date(2026, 11, 30), date(2026, 12, 1)), "month") == (date(2026, 11, 30),)


def test_thresholds_leave_out_the_days_between_two_ranges():
    window = team_window(date(2026, 11, 10), 30, "month")
    assert [str(t) for t in window.thresholds()][:3] == ["2026-10-01", "2026-10-11", "2026-11-01"]
    adjacent = free_window(Days(date(2026, 11, 1), date(2026, 11, 3)), "none", compared=True)
    assert [str(t) for t in adjacent.thresholds()] == ["2026-10-30", "2026-11-01"]
    alone = Window(adjacent.days, None, adjacent.starts)
    assert alone.previous_boundaries() == []


def test_sums_stay_exact_beyond_the_default_precision():
    huge = Line([units("1234567890123456789.000000000001")] * 3, 0)
    assert huge.cost == units("3703703670370370367.000000000003")
    assert add_lines([huge, huge], 3, compared=True).cost == units("7407407340740740734.000000000006")
    assert huge.change == huge.cost
