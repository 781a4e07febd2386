"""How far the data reaches, per source and over all, and which sources lag behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Delivered:
    """What a counted, applied snapshot says about days: the last complete day with usage, and the last day with any row."""

    source: str
    usage_through: date | None
    last_day: date


@dataclass(frozen=True)
class Freshness:
    """`data_through`: the last complete day with usage of the freshest source. `partial_from`: the day after, if it has rows."""

    data_through: date | None
    partial_from: date | None
    late: tuple[tuple[str, date | None], ...]


def freshness(delivered: Sequence[Delivered], late_after_days: int) -> Freshness:
    """Sources whose newest complete day is more than `late_after_days` older than the freshest one's are late."""
    by_source: dict[str, date | None] = {}
    for d in delivered:
        known = by_source.get(d.source)
        by_source[d.source] = max((x for x in (known, d.usage_through) if x is not None), default=None)
    through = max((d for d in by_source.values() if d is not None), default=None)
    if through is None:
        return Freshness(None, None, ())
    limit = through - timedelta(days=late_after_days)
    late = tuple((source, day) for source, day in sorted(by_source.items()) if day is None or day < limit)
    has_more = any(d.last_day > through for d in delivered)
    return Freshness(through, through + timedelta(days=1) if has_more else None, late)
