"""Periods are half-open ranges of UTC days: nothing falls between two of them, and nothing into both."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fincc.common.period import BillingPeriod, Days, midnight, month_to_date

days = st.dates(date(1990, 2, 1), date(2100, 1, 1))
periods = days.map(BillingPeriod.of)


@given(periods)
def test_a_period_survives_being_written_and_read(period: BillingPeriod):
    assert BillingPeriod.parse(str(period)) == period


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-11-01", " 2026-11", "2026-11\n"]
)
def test_what_is_no_billing_period_is_refused_with_an_example(text: str):
    with pytest.raises(ValueError, match="expected YYYY-MM, for example"):
        BillingPeriod.parse(text)


@given(days)
def test_every_day_lies_in_its_period_and_in_no_neighbour(day: date):
    period = BillingPeriod.of(day)
    assert period.start <= day < period.end
    assert period.previous().end == period.start
    assert period.next().start == period.end


@given(periods)
def test_next_and_previous_are_inverse_and_keep_the_order(period: BillingPeriod):
    assert period.next().previous() == period
    assert period.previous().next() == period
    assert period.previous() < period < period.next()
    assert str(period) < str(period.next())


@given(days, st.integers(1, 800))
def test_a_range_of_days_ends_at_its_last_day(last: date, count: int):
    range_ = Days.ending_at(last, count)
    assert range_.count == count
    assert range_.last == last


def test_thirty_days_are_the_last_day_and_the_twenty_nine_before():
    assert Days.ending_at(date(2026, 3, 1), 30) == Days(date(2026, 1, 31), date(2026, 3, 2))


@pytest.mark.parametrize("count", [0, -1])
def test_a_range_has_at_least_one_day(count: int):
    with pytest.raises(ValueError, match="at least 1"):
        Days.ending_at(date(2026, 3, 1), count)


@given(days, st.integers(1, 400))
def test_the_range_before_is_as_long_and_touches(last: date, count: int):
    now = Days.ending_at(last, count)
    assert now.before().count == count
    assert now.before().end == now.start


@given(days)
def test_a_month_to_date_is_compared_with_as_many_days_of_the_month_before_or_all_it_has(last: date):
    this = month_to_date(last)
    before = this.same_days_of_previous_month()
    assert this.start.day == 1
    assert this.last == last
    assert before.start == BillingPeriod.of(last).previous().start
    assert before.end <= this.start
    assert before.count == min(this.count, (this.start - before.start).days)


def test_the_last_of_march_is_compared_with_all_of_february():
    assert month_to_date(date(2026, 3, 31)).same_days_of_previous_month() == Days(date(2026, 2, 1), date(2026, 3, 1))


@given(days)
def test_midnight_is_the_first_moment_of_the_day_in_utc(day: date):
    assert midnight(day) == datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert (midnight(day) - timedelta(microseconds=1)).date() == day - timedelta(days=1)
