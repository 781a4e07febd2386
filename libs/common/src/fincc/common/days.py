"""UTC days as numbers, counted from 1970, for columns of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1)


def to_date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def to_day(value: date) -> int:
    return (value - _EPOCH).days


def days_of(starts_ms: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """The days of instants in milliseconds; before 1970 too."""
    return (starts_ms // DAY_MS).astype(np.int32)
