"""Exact money on columns: decimal128(38,12) in Arrow, two integer lanes while summing.

A value v in units of 1e-12 is split into `hi = v >> 32` and `lo = v & 0xffffffff`, both int64. Sums of lanes over
billions of rows are exact, and a group sum is two bincounts instead of a decimal group-by. Amounts beyond ±1e15 are
refused at reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.focus import MONEY

SCALE = 12
QUANTUM = Decimal(1).scaleb(-SCALE)
LIMIT = Decimal(10) ** 15
_UNITS = 10**SCALE
_MASK = 0xFFFFFFFF
_FLOAT_EXACT = 2**53
_INT64_SAFE = 9.2e6  # |dollars| that fit an int64 in units of 1e-12
_NO_PLACES = 2.0**52  # doubles from here on are integers
_BLOCK = 16_384  # values whose temporaries stay in the processor's cache

Int64s = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def quantise(value: Decimal) -> Decimal:
    """Half-even to 12 places; the one rounding in the whole path."""
    with localcontext() as context:
        context.prec = 60
        return value.quantize(QUANTUM, rounding=ROUND_HALF_EVEN)


def parse_amount(text: str) -> Decimal:
    """An amount as written in a bill. Raises ValueError for text, NaN, infinities and amounts beyond ±1e15."""
    try:
        value = Decimal(text.strip().replace("_", "?"))  # Decimal would read 1_0 as ten
    except InvalidOperation:
        raise ValueError(f"{text[:60]!r} is not a number") from None
    if not value.is_finite():
        raise ValueError(f"{text[:60]!r} is not a finite number")
    if abs(value) > LIMIT:
        raise ValueError(f"{text[:60]!r} is beyond ±1e15")
    return quantise(value)


def to_text(value: Decimal) -> str:
    """Plain notation with at least two decimals and no other trailing zeros: 12.5 → '12.50'."""
    text = f"{value:f}"
    dot = text.find(".")
    if dot < 0:
        text, dot = f"{text}.00", len(text)
    elif text[-1] == "0" or len(text) < dot + 3:
        text = text.rstrip("0").ljust(dot + 3, "0")
    return text[1:] if text == "-0.00" else text


def units_to_text(units: int) -> str:
    """The same of an amount in units of 1e-12."""
    digits = str(units)
    if units < _UNITS:
        if not units:
            return "0.00"
        if units < 0:
            return f"-{units_to_text(-units)}"
        digits = digits.zfill(SCALE + 1)
    places = digits[-SCALE:].rstrip("0")
    # Answers have hundreds of amounts; a width in the format would take a third longer.
    return f"{digits[:-SCALE]}.{places if len(places) > 1 else places.ljust(2, '0')}"


def to_units(amount: Decimal) -> int:
    """An amount that has at most 12 places, in units of 1e-12."""
    with localcontext() as context:
        context.prec = 60
        return int(amount.scaleb(SCALE))


@dataclass
class Lanes:
    """Exact sums as two int64 arrays of equal length; value = hi * 2**32 + lo in units of 1e-12."""

    hi: Int64s
    lo: Int64s

    @classmethod
    def zeros(cls, n: int) -> Lanes:
        return cls(np.zeros(n, np.int64), np.zeros(n, np.int64))

    def __len__(self) -> int:
        return len(self.hi)

    def add(self, other: Lanes) -> None:
        self.hi += other.hi
        self.lo += other.lo

    def total(self) -> Decimal:
        return from_units((int(self.hi.sum()) << 32) + int(self.lo.sum()))

    def decimals(self) -> list[Decimal]:
        return [from_units(units) for units in self.units()]

    def units(self) -> list[int]:
        return [(h << 32) + low for h, low in zip(self.hi.tolist(), self.lo.tolist(), strict=True)]

    def to_arrow(self) -> pa.Array:
        """A decimal128(38,12) array, by building its 128-bit words."""
        low = (self.hi.view(np.uint64) << np.uint64(32)) + self.lo.view(np.uint64)
        # The exact value is (hi >> 32) * 2**64 + (hi & mask) * 2**32 + lo; carry what overflows the low word.
        base = self.hi.view(np.uint64) << np.uint64(32)
        carry = np.where(self.lo >= 0, (low < base).astype(np.int64), -(low > base).astype(np.int64))
        words = np.empty((len(self), 2), np.uint64)
        words[:, 0] = low
        words[:, 1] = ((self.hi >> 32) + carry).view(np.uint64)
        return pa.Array.from_buffers(MONEY, len(self), [None, pa.py_buffer(words)])


def from_units(units: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        return Decimal(units).scaleb(-SCALE)


def lanes(column: pa.Array) -> Lanes:
    """The lanes of a decimal128(38,12) array; null counts as 0."""
    if column.type != MONEY:
        raise TypeError(f"expected {MONEY}, got {column.type}")
    if column.null_count:
        column = column.fill_null(Decimal(0))
    words = np.frombuffer(column.buffers()[1], np.int64)[2 * column.offset : 2 * (column.offset + len(column))]
    low, high = words[0::2], words[1::2]
    return Lanes((high << 32) | ((low >> 32) & _MASK), low & _MASK)


def total(column: pa.Array) -> Decimal:
    """The exact sum of a decimal128(38,12) array; null counts as 0."""
    return lanes(column).total()


def group_sum(codes: npt.NDArray[np.integer], n: int, values: Lanes) -> Lanes:
    """Sums per group: `codes[i]` in 0..n-1 is the group of row i. Exact."""
    return Lanes(_group(codes, n, values.hi), _group(codes, n, values.lo))


def _group(codes: npt.NDArray[np.integer], n: int, lane: Int64s) -> Int64s:
    if not len(lane):
        return np.zeros(n, np.int64)
    largest = max(abs(int(lane.min())), abs(int(lane.max())))
    if largest * len(lane) < _FLOAT_EXACT:  # every partial sum is an integer a double holds exactly
        return np.bincount(codes, lane, n).astype(np.int64)
    out = np.zeros(n, np.int64)
    np.add.at(out, codes, lane)
    return out


def from_lanes(values: list[Decimal]) -> Lanes:
    """Lanes of Decimals that have at most 12 places."""
    units = [int(v.scaleb(SCALE)) for v in values]
    return Lanes(np.array([u >> 32 for u in units], np.int64), np.array([u & _MASK for u in units], np.int64))


def from_doubles(values: Floats) -> tuple[pa.Array, npt.NDArray[np.bool_], int]:
    """Doubles to decimal128(38,12), each rounded half-even from its exact binary value.

    Returns the array, a mask of the unreadable values (NaN, infinite, beyond ±1e15; they are null in the array), and
    how many values changed by rounding to 12 places beyond what a double's own shortest text says (for
    the report).
    """
    words = np.empty((len(values), 2), np.int64)
    bad = np.zeros(len(values), bool)
    changed = 0
    for start in range(0, len(values), _BLOCK):
        block = slice(start, start + _BLOCK)
        changed += _round_block(values[block], words[block], bad[block])
    validity = pa.array(~bad).buffers()[1] if bad.any() else None
    return pa.Array.from_buffers(MONEY, len(values), [validity, pa.py_buffer(words)]), bad, changed


def _round_block(values: Floats, words: Int64s, bad: npt.NDArray[np.bool_]) -> int:
    """Fills `words` (n, 2) and `bad` (n); returns how many values changed by rounding."""
    size = np.abs(values)
    wide = np.empty(0, np.intp)
    original = values
    if not size.max(initial=0.0) <= _INT64_SAFE:  # also true of NaN
        np.logical_not(size <= float(LIMIT), out=bad)
        wide = np.flatnonzero(~bad & (size > _INT64_SAFE))
        values = np.where(size <= _INT64_SAFE, values, 0.0)
    product = values * float(_UNITS)
    nearest = np.rint(product)
    rest = np.abs(product - nearest)
    units = nearest.astype(np.int64)
    # The product is itself rounded. That can only change the nearest integer where the product stands exactly between
    # two, or is so large that it has no binary places left.
    unsure = np.flatnonzero((rest == 0.5) | (np.abs(product) >= _NO_PLACES))
    if len(unsure):
        units[unsure] = _round_exactly(values[unsure])
    words[:, 0] = units
    np.right_shift(units, 63, out=words[:, 1])
    for i in wide:  # rare: single amounts beyond nine million
        exact = int(quantise(Decimal(float(original[i]))).scaleb(SCALE))
        words[i] = (exact & 0x7FFFFFFFFFFFFFFF) - (exact & 0x8000000000000000), exact >> 64
    return int(np.count_nonzero(rest))


def _round_exactly(values: Floats) -> Int64s:
    """round_half_even(value * 1e12) as int64, exact: the product's rounding error comes from Dekker's two-product."""
    product = values * float(_UNITS)
    split = 134217729.0  # 2**27 + 1
    a = values * split
    a_high = a - (a - values)
    a_low = values - a_high
    b = float(_UNITS) * split
    b_high = b - (b - float(_UNITS))
    b_low = float(_UNITS) - b_high
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    floor = np.floor(product)
    fraction = product - floor
    return _settle(floor.astype(np.int64), fraction, error)


def _settle(base: Int64s, fraction: Floats, error: Floats) -> Int64s:
    """Nearest integer to base + fraction + error, ties to even, without ever adding fraction and error.

    A non-zero fraction means the product is below 2**52, so |error| is far below the distance of any fraction but 0.5
    from 0.5. A zero fraction means the product is an integer and all that is left to round is the error.
    """
    odd = (base & 1) == 1
    up = (fraction > 0.5) | ((fraction == 0.5) & ((error > 0) | ((error == 0) & odd)))
    whole = np.rint(error)
    rest = error - whole
    tie_to_odd = (np.abs(rest) == 0.5) & (((base + whole.astype(np.int64)) & 1) == 1)
    whole = whole + np.where(tie_to_odd, np.sign(rest), 0.0)
    return base + np.where(fraction == 0, whole.astype(np.int64), up.astype(np.int64))
