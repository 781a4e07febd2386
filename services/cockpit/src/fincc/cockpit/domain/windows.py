"""The days an answer covers, the days it compares with, and the periods it is cut into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fincc.common.period import BillingPeriod, Days, month_to_date

GRAINS = ("none", "day", "week", "month")


@dataclass(frozen=True)
class Window:
    """`starts` are the first days of the periods of `days`; `previous` is what it is compared with, if anything."""

    days: Days
    previous: Days | None
    starts: tuple[date, ...]

    def boundaries(self) -> list[date]:
        """The last day before each period, then the last day of the range: running totals there give all periods."""
        return [s - timedelta(days=1) for s in self.starts] + [self.days.last]

    def ranges(self) -> list[Days]:
        return [self.days] if self.previous is None else [self.previous, self.days]

    def thresholds(self) -> list[date]:
        """Ascending first days of what days are sorted into: the range compared with, a gap after it, and the periods."""
        before = set() if self.previous is None else {self.previous.start, self.previous.end}
        return sorted({*before, *self.starts})

    def previous_boundaries(self) -> list[date]:
        return [] if self.previous is None else [self.previous.start - timedelta(days=1), self.previous.last]


def cut(days: Days, grain: str) -> tuple[date, ...]:
    """First days of the periods of a range: weeks start on Monday, months on the first; the first period starts with the range."""
    if grain == "day":
        return tuple(days.start + timedelta(days=i) for i in range(days.count))
    starts = [days.start]
    while grain != "none":
        last = starts[-1]
        following = last + timedelta(days=7 - last.weekday()) if grain == "week" else BillingPeriod.of(last).end
        if following >= days.end:
            break
        starts.append(following)
    return tuple(starts)


def team_window(as_of: date, days: int, comparison: str) -> Window:
    """The last `days` days against those before, or the month to date against the same days of the month before."""
    if comparison == "month":
        range_ = month_to_date(as_of)
        return Window(range_, range_.same_days_of_previous_month(), cut(range_, "day"))
    range_ = Days.ending_at(as_of, days)
    return Window(range_, range_.before(), cut(range_, "day"))


def free_window(days: Days, grain: str, compared: bool) -> Window:
    """Any range against the range of equal length before it."""
    return Window(days, days.before() if compared else None, cut(days, grain))
