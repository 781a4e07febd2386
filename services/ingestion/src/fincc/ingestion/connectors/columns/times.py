"""Instants of any written form as milliseconds since the epoch, UTC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.focus import TIME
from fincc.common.period import BillingPeriod, midnight
from fincc.ingestion.connectors.columns.texts import Mask, Rows, Text

Ms = npt.NDArray[np.int64]
DAY_MS = 86_400_000
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Bills are of this time; what lies outside was written by mistake and cannot be shown on any calendar."""
_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Times:
    """`ms[i]` is row i's instant, 0 where missing; `unreadable` counts the cells that are no instants."""

    ms: Ms
    missing: Mask
    unreadable: int = 0

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array, null_words: Sequence[str] = ("",)) -> Times:
        """Text (ISO 8601, with or without zone; without is UTC), timestamps (without zone: UTC) and dates."""
        if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
            if isinstance(column, pa.ChunkedArray):
                column = column.combine_chunks() if column.num_chunks else pa.array([], column.type)
            ms = column.cast(
                pa.timestamp("ms", column.type.tz if pa.types.is_timestamp(column.type) else None), safe=False
            )
            missing = ms.is_null().to_numpy(zero_copy_only=False)
            return _plausible(ms.fill_null(0).view(pa.int64()).to_numpy(zero_copy_only=False), missing)
        text = Text.of(column, null_words)
        parsed = [parse_ms(value) for value in text.strings()]
        known = np.array([*(p or 0 for p in parsed), 0], np.int64)
        bad = np.array([*(p is None for p in parsed), False], bool).take(text.codes)
        return cls(known.take(text.codes), bad | text.is_null, int(np.count_nonzero(bad)))

    @classmethod
    def none(cls, rows: int) -> Times:
        return cls(np.zeros(rows, np.int64), np.ones(rows, bool))

    @classmethod
    def constant(cls, rows: int, at: datetime) -> Times:
        return cls(np.full(rows, to_ms(at), np.int64), np.zeros(rows, bool))

    def take(self, rows: Rows) -> Times:
        return Times(self.ms.take(rows), self.missing.take(rows))

    def or_else(self, other: Times) -> Times:
        if not self.missing.any():
            return self
        return Times(np.where(self.missing, other.ms, self.ms), self.missing & other.missing)

    def as_end(self) -> Times:
        """Exclusive ends: an end written as the last second of a period is moved to the start of the next."""
        last_second = self.ms % _MINUTE_MS >= _MINUTE_MS - 1000
        if not last_second.any():
            return self
        return Times(np.where(last_second, self.ms // _MINUTE_MS * _MINUTE_MS + _MINUTE_MS, self.ms), self.missing)

    def array(self) -> pa.Array:
        validity = pa.py_buffer(np.packbits(~self.missing, bitorder="little")) if self.missing.any() else None
        return pa.Array.from_buffers(TIME, len(self.ms), [validity, pa.py_buffer(np.ascontiguousarray(self.ms))])


def _plausible(ms: Ms, missing: Mask) -> Times:
    beyond = ((ms < to_ms(FIRST)) | (ms >= to_ms(LAST))) & ~missing
    if not beyond.any():
        return Times(ms, missing)
    return Times(np.where(beyond, 0, ms), missing | beyond, int(np.count_nonzero(beyond)))


def to_ms(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def parse_ms(text: str) -> int | None:
    """None when the text is no instant of the time that bills are of."""
    try:
        at = datetime.fromisoformat(text.strip().removesuffix(" UTC"))
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return to_ms(at) if FIRST <= at < LAST else None


def warn_of_starts(times: Times, period: BillingPeriod, column: str, warnings: Counter[tuple[str, str]]) -> None:
    """Count the rows whose start nobody can read, and those that start after the billing period; both keep their costs."""
    unknown, end = int(np.count_nonzero(times.missing)), to_ms(midnight(period.end))
    if unknown:
        warnings["start_unknown", f"{column}: counted on the first day of the period"] += unknown
    if late := int(np.count_nonzero((times.ms >= end) & ~times.missing)):
        warnings["starts_after_the_period", f"{column}: counted on the day that is written"] += late


def months(times: Times) -> list[str]:
    """The distinct months (YYYY-MM) of the known instants, sorted."""
    known = times.ms[~times.missing]
    return np.unique(known.astype("datetime64[ms]").astype("datetime64[M]")).astype(str).tolist()
