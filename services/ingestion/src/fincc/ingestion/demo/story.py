"""The few events that are placed relative to `as_of`, so that every demo shows them; all else belongs to its day.

1. A spike: EMR Serverless without a capacity limit retries a back-fill from 12 to 9 days before `as_of`.
2. A new team: `assistants` starts on the 9th of the month two before the running one, and ramps up in 80 days.
3. A shrinking team: `policy-admin` loses 7 % of its first size each month, down to 30 % in the running month.
4. The last closed month is delivered three times; the month two before it is restated by a refund and a credit.

2 to 4 move when the running month does; 1 moves each day. Month-to-date lines of the running month (tax, support, what
a reservation did not use) grow each day, as they do in a real bill.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fincc.common.period import BillingPeriod

PERIODS = 14
SPIKE_TEAM, SPIKE_SERVICE = "data-platform", "clickstream-etl"
NEW_TEAM = "assistants"
SHRINKING_TEAM = "policy-admin"
EARLIEST, LATEST = date(2022, 1, 1), date(2035, 12, 31)


@dataclass(frozen=True)
class Story:
    """What `as_of` fixes. `as_of` is today: the bill ends on the day before."""

    as_of: date

    def __post_init__(self) -> None:
        if not EARLIEST <= self.as_of <= LATEST:
            raise ValueError(
                f"as-of date {self.as_of}: the demo company lives from {EARLIEST} to {LATEST}; choose a date between"
            )

    @property
    def last_day(self) -> date:
        return self.as_of - timedelta(days=1)

    @property
    def periods(self) -> tuple[BillingPeriod, ...]:
        """Oldest first; the last one is open."""
        found = [BillingPeriod.of(self.last_day)]
        while len(found) < PERIODS:
            found.append(found[-1].previous())
        return tuple(reversed(found))

    @property
    def growing_period(self) -> BillingPeriod:
        return self.periods[-2]

    @property
    def restated_period(self) -> BillingPeriod:
        return self.periods[-4]

    @property
    def spike(self) -> tuple[date, date]:
        """First and last day."""
        return self.as_of - timedelta(days=12), self.as_of - timedelta(days=9)

    @property
    def new_team_start(self) -> date:
        return self.periods[-3].start + timedelta(days=8)

    def new_team_permille(self, day: date) -> int:
        return min(1000, 120 + 11 * (day - self.new_team_start).days)

    def shrinking_permille(self, period: BillingPeriod) -> int:
        return min(1000, 300 + 70 * (PERIODS - 1 - self.periods.index(period)))
