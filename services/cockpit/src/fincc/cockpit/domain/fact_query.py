"""Sums of facts by any dimensions of their keys, over several snapshots, on columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from fincc.cockpit.domain.facts import Bools, Facts
from fincc.cockpit.domain.key_columns import Coded
from fincc.cockpit.domain.windows import Window
from fincc.common.days import to_day
from fincc.common.money import Lanes, group_sum
from fincc.common.vocabulary import Ints, Vocabulary, number_rows


class TooWide(Exception):
    """The answer would have more cells than anybody can read."""


@dataclass(frozen=True)
class Sums:
    """`codes[d][i]` is the value of dimension d in row i; `amounts` has one entry per row and period, row by row."""

    dimensions: Sequence[str]
    vocabularies: Sequence[Sequence[str]]
    codes: Sequence[Ints]
    low: npt.NDArray[np.uint64]
    high: npt.NDArray[np.uint64]
    amounts: Lanes
    periods: int

    def __len__(self) -> int:
        return len(self.low)

    def key(self, row: int) -> tuple[str | None, ...]:
        pairs = zip(self.vocabularies, self.codes, strict=True)
        return tuple(values[c] if (c := int(codes[row])) >= 0 else None for values, codes in pairs)

    def of_rows(self, rows: Ints) -> list[list[int]]:
        """The amounts of some rows by period, in units of 1e-12."""
        place = (np.asarray(rows)[:, None] * self.periods + np.arange(self.periods)).ravel()
        flat = Lanes(self.amounts.hi[place], self.amounts.lo[place]).units()
        return [flat[i : i + self.periods] for i in range(0, len(flat), self.periods)]

    def approximate(self, period: int) -> npt.NDArray[np.float64]:
        """For ordering rows only."""
        hi, lo = self.amounts.hi[period :: self.periods], self.amounts.lo[period :: self.periods]
        return np.asarray(hi * 2.0**32 + lo, np.float64)


class FactQuery:
    """Adds snapshots up one after the other."""

    def __init__(self, dimensions: Sequence[str], window: Window, limit: int) -> None:
        self._dimensions, self._limit = dimensions, limit
        self._thresholds = window.thresholds()
        self._bounds = np.array([to_day(t) for t in self._thresholds], np.int32)
        self._ranges = [(to_day(r.start), to_day(r.end)) for r in window.ranges()]
        self._vocabularies: list[Vocabulary[str]] = [Vocabulary() for _ in dimensions]
        self._rows: list[tuple[list[Ints], Ints, Ints, Lanes]] = []

    @property
    def starts(self) -> list[date]:
        """The first day of each period of the sums."""
        return self._thresholds

    def add(
        self,
        columns: Sequence[Coded],
        mask: Bools,
        words: tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]],
        facts: Iterable[Facts],
        metric: str,
        currency: int,
    ) -> None:
        """One snapshot: the columns asked for, which of its keys count, its keys' words, and the facts of those that count."""
        used = np.flatnonzero(mask)
        if not len(used):
            return
        codes = [c.recode(used, v) for v, c in zip(self._vocabularies, columns, strict=True)]
        first, number = number_rows(codes) if codes else (np.zeros(1, np.intp), np.zeros(len(used), np.intp))
        periods = len(self._bounds)
        if len(first) * periods > self._limit:
            raise TooWide
        of_key = np.full(len(mask), -1, np.int64)
        of_key[used] = number
        total = Lanes.zeros(len(first) * periods)
        seen = np.zeros(len(first), bool)
        for chunk in facts:
            cell, kept = self._cells(chunk, of_key, currency)
            amounts = Lanes(chunk.amounts[metric].hi[kept], chunk.amounts[metric].lo[kept])
            total.add(group_sum(cell, len(total), amounts))
            seen[cell // periods] = True
        rows = np.flatnonzero(seen)
        place = (rows[:, None] * periods + np.arange(periods)).ravel()
        low, high = (w[used[first[rows]]] for w in words)
        self._rows.append(([c[first[rows]] for c in codes], low, high, Lanes(total.hi[place], total.lo[place])))

    def _cells(self, chunk: Facts, of_key: Ints, currency: int) -> tuple[Ints, Bools]:
        """The cell (row and period) of each fact that counts, and which facts do."""
        in_range = np.zeros(len(chunk), bool)
        for start, end in self._ranges:
            in_range |= (chunk.day >= start) & (chunk.day < end)
        counts = in_range & (chunk.currency == currency)
        period = np.searchsorted(self._bounds, chunk.day[counts], side="right") - 1
        return of_key[chunk.key[counts]] * len(self._bounds) + period, counts

    def sums(self) -> Sums:
        """Rows that are equal in all dimensions become one."""
        periods, words = len(self._bounds), [v.values for v in self._vocabularies]
        if not self._rows:
            none = np.zeros(0, np.uint64)
            return Sums(self._dimensions, words, [none for _ in words], none, none, Lanes.zeros(0), periods)
        codes = [np.concatenate([r[0][d] for r in self._rows]) for d in range(len(words))]
        low, high = (np.concatenate([r[i] for r in self._rows]) for i in (1, 2))
        hi, lo = (np.concatenate([getattr(r[3], n) for r in self._rows]) for n in ("hi", "lo"))
        first, number = number_rows(codes) if codes else (np.zeros(1, np.intp), np.zeros(len(low), np.intp))
        if len(first) * periods > self._limit:
            raise TooWide
        cell = (number[:, None] * periods + np.arange(periods)).ravel()
        summed = group_sum(cell, len(first) * periods, Lanes(hi, lo))
        return Sums(self._dimensions, words, [c[first] for c in codes], low[first], high[first], summed, periods)
