"""What to do with a delivery: nothing, wait, refuse, ingest. Pure decisions over plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

from fincc.common.period import BillingPeriod
from fincc.common.snapshots import Totals

CLOCKS_DIFFER_BY = timedelta(minutes=15)
"""At most, where they are kept; more is worth a warning."""


class Verdict(Enum):
    INGEST = "ingest"
    UNCHANGED = "unchanged"
    OLDER = "superseded"
    WAIT = "waiting"


@dataclass(frozen=True)
class Sealed:
    """The accepted delivery of a period."""

    version: int
    token: str
    delivered_at: datetime
    is_closed: bool
    rows: int
    billed: Mapping[str, Decimal]
    taken_at: datetime
    """When it came in, by our clock. What is dated later than that is newer, whatever the clock of its source said."""


def judge(
    token: str,
    delivered_at: datetime,
    has_manifest: bool,
    sealed: Sealed | None,
    first_seen: datetime,
    now: datetime,
    settle: timedelta,
) -> tuple[Verdict, str]:
    """The verdict on a delivery and its reason. `settle` is zero for `ingest --now`."""
    if sealed is not None and sealed.token == token:
        return Verdict.UNCHANGED, "this delivery is already in"
    if sealed is not None and has_manifest and delivered_at < min(sealed.delivered_at, sealed.taken_at):
        return Verdict.OLDER, f"delivered {delivered_at:%Y-%m-%d %H:%M}, older than the one that is in"
    if not has_manifest and now - first_seen < settle:
        left = settle - (now - first_seen)
        return (
            Verdict.WAIT,
            f"the files must stay unchanged for another {int(left.total_seconds()) + 1} s; --now skips the wait",
        )
    return Verdict.INGEST, ""


def ahead_of(now: datetime, delivered_at: datetime, period: str) -> dict[tuple[str, str], int]:
    """Warnings of a delivery that lies in the future by our clock: one of two clocks, or a date in the bill, is wrong."""
    found = {}
    if delivered_at > now + CLOCKS_DIFFER_BY:
        at = f"{delivered_at:%Y-%m-%d %H:%M} UTC"
        found["delivered_in_the_future", f"dated {at}, so days up to then count as complete; check the clocks"] = 1
    if BillingPeriod.parse(period).start > (now + CLOCKS_DIFFER_BY).date():
        found["period_in_the_future", f"{period} has not begun; check the dates in the bill"] = 1
    return found


def next_version(last: int, now_us: int) -> int:
    """Never reused, grows with time."""
    return max(last + 1, now_us)


def too_many_bad(rows_read: int, bad: int, limit_percent: float) -> str | None:
    """The reason to refuse a delivery for its quarantined rows, None when it may pass."""
    if bad and bad * 100 > rows_read * limit_percent:
        return (
            f"{bad} of {rows_read} rows cannot be read, more than {limit_percent:g} %; the previous delivery stays. "
            "See the run's quarantine for file, line and reason"
        )
    return None


def shrinks(sealed: Sealed | None, rows: int, billed: Totals, limit_percent: float) -> str | None:
    """The reason to hold back a closed period that lost rows or money, None when it did not."""
    if sealed is None or not sealed.is_closed:
        return None
    keep = Decimal(1) - Decimal(str(limit_percent)) / 100
    if rows < sealed.rows * keep:
        return f"{rows} rows, the accepted delivery of this closed period had {sealed.rows}; --accept-shrink takes it"
    for currency, before in sealed.billed.items():
        after = billed[currency].billed if currency in billed else Decimal(0)
        if before > 0 and after < before * keep:
            return f"{after} {currency}, the accepted delivery of this closed period had {before}; --accept-shrink takes it"
    return None


def difference(before: Mapping[str, Decimal], after: Totals) -> dict[str, Decimal]:
    """Currency → after − before, only where they differ."""
    currencies = sorted(set(before) | set(after))
    changes = {c: (after[c].billed if c in after else Decimal(0)) - before.get(c, Decimal(0)) for c in currencies}
    return {c: d for c, d in changes.items() if d}
