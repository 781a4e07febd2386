"""Half-open UTC periods. A billing period is written YYYY-MM."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_PERIOD = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class BillingPeriod:
    """A calendar month in UTC: `start` inclusive, `end` exclusive."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> BillingPeriod:
        found = _PERIOD.fullmatch(text)
        if not found:
            raise ValueError(f"billing period {text!r}: expected YYYY-MM, for example 2026-11")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> BillingPeriod:
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def end(self) -> date:
        return self.next().start

    def next(self) -> BillingPeriod:
        return BillingPeriod(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> BillingPeriod:
        return BillingPeriod(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True)
class Days:
    """A range of UTC days: `start` inclusive, `end` exclusive."""

    start: date
    end: date

    @classmethod
    def ending_at(cls, last: date, days: int) -> Days:
        """The `days` days of which `last` is the last one."""
        if days < 1:
            raise ValueError(f"days must be at least 1, not {days}")
        end = last + timedelta(days=1)
        return cls(end - timedelta(days=days), end)

    @property
    def count(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def before(self) -> Days:
        """The range of equal length that ends where this one starts."""
        return Days(self.start - (self.end - self.start), self.start)

    def same_days_of_previous_month(self) -> Days:
        """For a month to date: as many days from the start of the month before, never running into this month."""
        period = BillingPeriod.of(self.start).previous()
        return Days(period.start, min(period.start + (self.end - self.start), period.end))


def month_to_date(last: date) -> Days:
    return Days(last.replace(day=1), last + timedelta(days=1))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
