"""Arrays that grow at their end, and dense numbers for 128-bit values: an open-addressing table probed by array operations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.int32]

_MIX = np.uint64(0x9E3779B97F4A7C15)
_FREE = -1
_AT_ONCE = 1 << 16


class Growing:
    """An array with cheap appends along its first axis; `values` is a view of what is there."""

    def __init__(self, dtype: npt.DTypeLike, width: int | None = None) -> None:
        self._data: npt.NDArray[Any] = np.zeros(1024 if width is None else (1024, width), dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> npt.NDArray[Any]:
        return self._data[: self._size]

    def append(self, rows: npt.NDArray[Any]) -> None:
        self.extend(len(rows))
        self._data[self._size - len(rows) : self._size] = rows

    def extend(self, rows: int) -> None:
        """Add zeros."""
        needed = self._size + rows
        if needed > len(self._data):
            grown = np.zeros((max(needed, 2 * len(self._data)), *self._data.shape[1:]), self._data.dtype)
            grown[: self._size] = self._data[: self._size]
            self._data = grown
        self._size = needed


class SlotIndex:
    """Numbers 0, 1, 2 … in order of first use of values given as two columns of 64-bit words."""

    def __init__(self) -> None:
        self._low, self._high = Growing(np.uint64), Growing(np.uint64)
        self._bits = 11
        self._table = np.full(1 << self._bits, _FREE, np.int32)

    def __len__(self) -> int:
        return len(self._low)

    @property
    def words(self) -> tuple[Words, Words]:
        return self._low.values, self._high.values

    def find(self, low: Words, high: Words) -> Ids:
        """The number of each value, -1 where it has none."""
        lows, highs = self.words
        if not len(lows):
            return np.full(len(low), _FREE, np.int32)
        at = self._start(low, high)
        found = self._table[at].astype(np.intp)
        left = np.flatnonzero(~_settled(found, lows, highs, low, high))
        at, low, high = at[left], low[left], high[left]
        while len(left):
            at = self._next(at, high)
            slots = self._table[at].astype(np.intp)
            found[left] = slots
            go = np.flatnonzero(~_settled(slots, lows, highs, low, high))
            left, at, low, high = left[go], at[go], low[go], high[go]
        return found.astype(np.int32)

    def add(self, low: Words, high: Words) -> Ids:
        """The number of each value, giving new ones to values not seen before. The values must be distinct."""
        ids = self.find(low, high)
        fresh = np.flatnonzero(ids == _FREE)
        if len(fresh):
            ids[fresh] = self.append(low[fresh], high[fresh])
        return ids

    def append(self, low: Words, high: Words) -> Ids:
        """New numbers for distinct values that are not here yet, as `find` told."""
        numbers = np.arange(len(self), len(self) + len(low), dtype=np.int32)
        self._reserve(len(self) + len(low))
        self._low.append(low)
        self._high.append(high)
        self._insert(numbers)
        return numbers

    def _insert(self, numbers: Ids) -> None:
        high = self._high.values[numbers]
        at = self._start(self._low.values[numbers], high)
        while len(numbers):
            free = self._table[at] == _FREE
            self._table[at[free]] = numbers[free]  # of several claims of one place the last one wins
            lost = np.flatnonzero(self._table[at] != numbers)
            numbers, high = numbers[lost], high[lost]
            at = self._next(at[lost], high)

    def _reserve(self, size: int) -> None:
        if 2 * size <= len(self._table):
            return
        while 2 * size > 1 << self._bits:
            self._bits += 1
        self._table = np.full(1 << self._bits, _FREE, np.int32)
        for begin in range(0, len(self), _AT_ONCE):  # all at once would take more memory than the table
            self._insert(np.arange(begin, min(begin + _AT_ONCE, len(self)), dtype=np.int32))

    def _start(self, low: Words, high: Words) -> npt.NDArray[np.int64]:
        return (((low ^ (high * _MIX)) * _MIX) >> np.uint64(64 - self._bits)).view(np.int64)

    def _next(self, at: npt.NDArray[np.int64], high: Words) -> npt.NDArray[np.int64]:
        """Each value has a stride of its own, so that values which start together part; odd, so it meets every place."""
        stride = ((high ^ (high >> np.uint64(32))) * _MIX).view(np.int64) | 1
        return (at + stride) & (len(self._table) - 1)


def _settled(slots: npt.NDArray[np.intp], lows: Words, highs: Words, low: Words, high: Words) -> npt.NDArray[np.bool_]:
    """Which values stand in these slots, or would if they were here; -1, free, is compared to no purpose."""
    out = lows[slots] == low
    out &= highs[slots] == high
    out |= slots == _FREE
    return out
