"""Instants of any written form as milliseconds since the epoch, UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.focus import TIME
from fincc.ingestion.connectors.columns.texts import Mask, Rows, Text

Ms = npt.NDArray[np.int64]
DAY_MS = 86_400_000
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
            return cls(ms.fill_null(0).view(pa.int64()).to_numpy(zero_copy_only=False), missing)
        text = Text.of(column, null_words)
        parsed = [parse_ms(value) for value in text.strings()]
        known = np.array([*(p or 0 for p in parsed), 0], np.int64)
        bad = np.array([*(p is None for p in parsed), False], bool)[text.codes]
        return cls(known[text.codes], bad | text.is_null, int(np.count_nonzero(bad)))

    @classmethod
    def none(cls, rows: int) -> Times:
        return cls(np.zeros(rows, np.int64), np.ones(rows, bool))

    @classmethod
    def constant(cls, rows: int, at: datetime) -> Times:
        return cls(np.full(rows, to_ms(at), np.int64), np.zeros(rows, bool))

    def take(self, rows: Rows) -> Times:
        return Times(self.ms[rows], self.missing[rows])

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


def to_ms(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def parse_ms(text: str) -> int | None:
    """None when the text is no instant."""
    try:
        at = datetime.fromisoformat(text.strip().removesuffix(" UTC"))
    except ValueError:
        return None
    return to_ms(at if at.tzinfo else at.replace(tzinfo=UTC))


def months(times: Times) -> list[str]:
    """The distinct months (YYYY-MM) of the known instants, sorted."""
    known = times.ms[~times.missing]
    return np.unique(known.astype("datetime64[ms]").astype("datetime64[M]")).astype(str).tolist()
