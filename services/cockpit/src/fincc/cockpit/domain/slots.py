"""Dense numbers for 128-bit values, on columns: an open-addressing table whose probes are array operations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fincc.cockpit.domain.growing import Growing

Words = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.int32]

_MIX = np.uint64(0x9E3779B97F4A7C15)
_FREE = -1


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
        found = np.full(len(low), _FREE, np.int32)
        todo = np.arange(len(low))
        at = self._start(low, high)
        while len(todo):
            slots = self._table[at]
            taken = slots != _FREE
            todo, at, slots = todo[taken], at[taken], slots[taken]
            same = (self._low.values[slots] == low[todo]) & (self._high.values[slots] == high[todo])
            found[todo[same]] = slots[same]
            todo, at = todo[~same], self._next(at[~same])
        return found

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
        at = self._start(self._low.values[numbers], self._high.values[numbers])
        while len(numbers):
            free = self._table[at] == _FREE
            self._table[at[free]] = numbers[free]  # of several claims of one place the last one wins
            lost = self._table[at] != numbers
            numbers, at = numbers[lost], self._next(at[lost])

    def _reserve(self, size: int) -> None:
        if 2 * size <= len(self._table):
            return
        while 2 * size > 1 << self._bits:
            self._bits += 1
        self._table = np.full(1 << self._bits, _FREE, np.int32)
        self._insert(np.arange(len(self), dtype=np.int32))

    def _start(self, low: Words, high: Words) -> npt.NDArray[np.int64]:
        return (((low ^ (high * _MIX)) * _MIX) >> np.uint64(64 - self._bits)).astype(np.int64)

    def _next(self, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return (at + 1) & (len(self._table) - 1)
