"""Amounts of money of any written form as decimal128(38,12), rounded half-even once; unreadable ones are marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fincc.common import money
from fincc.common.batches import dictionary
from fincc.common.focus import MONEY
from fincc.ingestion.connectors.columns.texts import Mask, Rows, Text

WIDE = pa.decimal128(38, 22)
"""Enough for ±1e15 and for every place that bills have been seen with."""

_LIMIT_HIGH = int(money.LIMIT.scaleb(money.SCALE)) >> 64
_LARGE = int(Decimal(10) ** 9 * 10**money.SCALE)

Words = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Amounts:
    """`words` (n, 2) are the little-endian 128-bit units of 1e-12, 0 where missing. `unreadable` ⊆ `missing`.

    `changed` counts the cells that rounding to 12 places changed.
    """

    words: Words
    missing: Mask | None = None
    unreadable: Mask | None = None
    changed: int = 0

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array, null_words: Sequence[str] = ("",)) -> Amounts:
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if isinstance(column, pa.ChunkedArray) or column.null_count == len(column):
            return cls.none(len(column))
        if pa.types.is_floating(column.type):
            return _of_doubles(column)
        if pa.types.is_decimal(column.type):
            return _of_decimals(column)
        if pa.types.is_integer(column.type):
            return _of_decimals(column.cast(pa.decimal128(38, 0)))
        return _of_text(Text.of(column, null_words))

    @classmethod
    def none(cls, rows: int) -> Amounts:
        return cls(np.zeros((rows, 2), np.int64), np.ones(rows, bool))

    @classmethod
    def zeros(cls, rows: int) -> Amounts:
        return cls(np.zeros((rows, 2), np.int64))

    def __len__(self) -> int:
        return len(self.words)

    @property
    def known(self) -> Mask:
        return np.ones(len(self), bool) if self.missing is None else ~self.missing

    @property
    def is_zero(self) -> Mask:
        zero: Mask = (self.words[:, 0] | self.words[:, 1]) == 0
        return zero

    @property
    def large(self) -> Mask:
        """Beyond a billion: accepted, and worth a warning."""
        high = self.words[:, 1]
        suspects = np.flatnonzero((high > 0) | (high < -1))
        out = np.zeros(len(self), bool)
        for i in suspects:
            out[i] = abs(self._units(int(i))) >= _LARGE
        return out

    def _units(self, row: int) -> int:
        low, high = self.words[row].tolist()
        return (high << 64) + (low & 0xFFFFFFFFFFFFFFFF)

    def take(self, rows: Rows) -> Amounts:
        missing = None if self.missing is None else self.missing.take(rows)
        return Amounts(_as_items(self.words).take(rows).view(np.int64).reshape(-1, 2), missing)

    def where(self, mask: Mask, other: Amounts) -> Amounts:
        """These amounts where `mask`, else the others."""
        chosen = int(np.count_nonzero(mask))
        if chosen == len(self):
            return Amounts(self.words, self.missing)
        if not chosen:
            return Amounts(other.words, other.missing)
        most, few, rows = (
            (other, self, np.flatnonzero(mask)) if 2 * chosen < len(self) else (self, other, np.flatnonzero(~mask))
        )
        words = most.words.copy()
        _as_items(words)[rows] = _as_items(few.words).take(rows)
        if self.missing is None and other.missing is None:
            return Amounts(words)
        missing = np.where(mask, ~self.known, ~other.known)
        return Amounts(words, missing if missing.any() else None)

    def scatter(self, rows: Rows, among: Amounts) -> Amounts:
        """`among` with these amounts in the places `rows`; those that are missing here stay as they are."""
        if self.missing is not None:
            known = ~self.missing
            return Amounts(self.words[known]).scatter(rows[known], among)
        words = among.words.copy()
        words[rows] = self.words
        missing = among.missing
        if missing is not None:
            missing = missing.copy()
            missing[rows] = False
        return Amounts(words, missing)

    def or_else(self, other: Amounts) -> Amounts:
        return self if self.missing is None else self.where(~self.missing, other)

    def minus(self, other: Amounts) -> Amounts:
        """Missing counts as 0; missing only where both are."""
        left, right = self.lanes(), other.lanes()
        return self._combined(other, money.Lanes(left.hi - right.hi, left.lo - right.lo))

    def plus(self, other: Amounts) -> Amounts:
        left, right = self.lanes(), other.lanes()
        return self._combined(other, money.Lanes(left.hi + right.hi, left.lo + right.lo))

    def _combined(self, other: Amounts, lanes: money.Lanes) -> Amounts:
        both = None if self.missing is None or other.missing is None else self.missing & other.missing
        return Amounts(_words(lanes.to_arrow()), both)

    def lanes(self) -> money.Lanes:
        return money.lanes(Amounts(self.words).array())

    def totals(self, currency: Text, where: Mask) -> dict[str, Decimal]:
        """Exact sums per currency over the rows `where`; currencies without such rows are left out."""
        amounts, codes, values = self, currency.codes, currency.strings()
        if not where.all():
            rows = np.flatnonzero(where)
            amounts, codes = self.take(rows), codes[rows]
        seen = np.bincount(codes, minlength=len(values))
        sums = money.group_sum(codes, len(values), amounts.lanes()).decimals()
        return {value: total for value, total, count in zip(values, sums, seen, strict=True) if count}

    def array(self) -> pa.Array:
        validity = None
        if self.missing is not None and self.missing.any():
            validity = pa.py_buffer(np.packbits(~self.missing, bitorder="little"))
        return pa.Array.from_buffers(MONEY, len(self), [validity, pa.py_buffer(np.ascontiguousarray(self.words))])


def _as_items(words: Words) -> np.ndarray:
    """One 16-byte item per amount, which numpy moves faster than rows of two."""
    return np.ascontiguousarray(words).view(np.complex128).reshape(-1)


def of_distinct(text: Text) -> tuple[pa.Array, Mask, Mask]:
    """decimal128(38,12) of each distinct value, null where unreadable; which are unreadable; which rounding changed."""
    none = np.zeros(len(text.values), bool)
    try:
        parsed, altered = _rounded(text.values.cast(WIDE))
    except pa.ArrowInvalid:
        return _parsed(text.strings())
    beyond = _beyond(_words(parsed)) if len(parsed) else None
    if beyond is not None:
        return _parsed(text.strings())
    return parsed, none, none if altered is None else altered


def unit_price(text: Text, where: Mask) -> pa.DictionaryArray | None:
    """A unit price as dictionary<int32, decimal>, null outside `where` and where it is no number; None when nowhere."""
    text = Text(np.where(where, text.codes, np.int32(-1)), text.values).compact()
    if not len(text.values):
        return None
    values, bad, _ = of_distinct(text)
    lut = np.append(np.where(bad, -1, np.arange(len(bad))), -1).astype(np.int32)
    return dictionary(lut.take(text.codes), values)


def _of_text(text: Text) -> Amounts:
    values, bad, altered = of_distinct(text)
    distinct = _words(values) if len(values) else np.zeros((0, 2), np.int64)
    words = np.vstack([distinct, np.zeros((1, 2), np.int64)])[text.codes]
    unreadable = np.append(bad, False).take(text.codes)
    changed = int(np.count_nonzero(np.append(altered, False)[text.codes]))
    missing = text.is_null | unreadable
    return Amounts(words, missing if missing.any() else None, unreadable if unreadable.any() else None, changed)


def _parsed(values: list[str]) -> tuple[pa.Array, Mask, Mask]:
    amounts: list[Decimal | None] = []
    altered = np.zeros(len(values), bool)
    for i, value in enumerate(values):
        try:
            amounts.append(money.parse_amount(value))
            altered[i] = amounts[-1] != Decimal(value.strip())
        except ValueError:
            amounts.append(None)
    return pa.array(amounts, MONEY), np.array([a is None for a in amounts], bool), altered


def _of_doubles(column: pa.Array) -> Amounts:
    if column.null_count:
        missing = column.is_null().to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(~missing)
        part = _of_doubles(column.drop_null())
        words = np.zeros((len(column), 2), np.int64)
        words[rows] = part.words
        unreadable = None
        if part.unreadable is not None:
            unreadable = np.zeros(len(column), bool)
            unreadable[rows] = part.unreadable
            missing = missing | unreadable
        return Amounts(words, missing, unreadable, part.changed)
    array, bad, changed = money.from_doubles(column.cast(pa.float64()).to_numpy(zero_copy_only=False))
    unreadable = bad if bad.any() else None
    return Amounts(_words(array), unreadable, unreadable, changed)


def _of_decimals(column: pa.Array) -> Amounts:
    try:
        rounded, altered = _rounded(column)
    except pa.ArrowInvalid:  # an amount with more digits before the point than 38 places leave
        return _within(column)
    changed = 0 if altered is None else int(np.count_nonzero(altered))
    missing = rounded.is_null().to_numpy(zero_copy_only=False) if rounded.null_count else None
    words = _words(rounded)
    beyond = _beyond(words)
    if beyond is None:
        return Amounts(words, missing, None, changed)
    words = words.copy()
    words[beyond] = 0
    return Amounts(words, beyond if missing is None else beyond | missing, beyond, changed)


def _rounded(column: pa.Array) -> tuple[pa.Array, Mask | None]:
    """The column at 12 places, and which cells that changed. Raises ArrowInvalid where an amount does not fit."""
    if column.type == MONEY:
        return column, None
    try:
        return column.cast(MONEY), None
    except pa.ArrowInvalid:
        if column.type.scale <= money.SCALE:
            raise
    half_even = pc.round(column, ndigits=money.SCALE, round_mode="half_to_even")
    altered = pc.not_equal(half_even, column).fill_null(False).to_numpy(zero_copy_only=False)
    return half_even.cast(MONEY), altered


def _within(column: pa.Array) -> Amounts:
    """The same for a column with amounts so large that they do not fit, which are unreadable."""
    values = column.to_pylist()
    unreadable = np.array([v is not None and abs(v) > money.LIMIT for v in values], bool)
    amounts = _of_decimals(
        pa.array([None if bad else v for v, bad in zip(values, unreadable, strict=True)], column.type)
    )
    return Amounts(amounts.words, unreadable | ~amounts.known, unreadable, amounts.changed)


def _beyond(words: Words) -> Mask | None:
    """Which amounts are beyond ±1e15; None when none is."""
    high = words[:, 1]
    suspects = np.flatnonzero((high >= _LIMIT_HIGH) | (high < -_LIMIT_HIGH))
    if not len(suspects):
        return None
    view = Amounts(words)
    limit = int(money.LIMIT.scaleb(money.SCALE))
    beyond = np.zeros(len(words), bool)
    beyond[[i for i in suspects if abs(view._units(int(i))) > limit]] = True
    return beyond if beyond.any() else None


def _words(column: pa.Array) -> Words:
    """The 128-bit words of a decimal128(38,12) array, 0 where null."""
    words: Words = np.frombuffer(column.buffers()[1], np.int64)
    words = words[2 * column.offset : 2 * (column.offset + len(column))].reshape(-1, 2)
    if column.null_count:
        words = words.copy()
        words[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return words
