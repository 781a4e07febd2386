"""Arrow text columns of many lines from few values; numbers are written out from integers, never through floats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fincc.ingestion.demo.price_list import COST_DECIMALS

Mask = npt.NDArray[np.bool_]
# Made once: turning a Python text into a scalar looks for an optional package each time, at a cost.
NOTHING, COMMA, NEWLINE, _ZERO, _MINUS, _POINT = (pa.scalar(text) for text in ("", ",", "\n", "0", "-", "."))
_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)


def from_codes(codes: npt.NDArray[np.integer], values: Sequence[str | None] | pa.Array) -> pa.DictionaryArray:
    """`values[code]` for each code; null where the code is negative."""
    dictionary = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), mask=codes < 0), dictionary)


def constant(value: str, count: int) -> pa.DictionaryArray:
    return from_codes(np.zeros(count, np.int32), [value])


def by_value(numbers: npt.NDArray[np.integer], write: Callable[[int], str | None]) -> pa.DictionaryArray:
    """`write(number)`, called once for each distinct number."""
    distinct, codes = np.unique(numbers, return_inverse=True)
    return from_codes(codes, [write(int(number)) for number in distinct])


def where(shown: Mask, column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The column, null where not shown."""
    indices = pc.if_else(pa.array(shown), column.indices, pa.scalar(None, pa.int32()))
    return pa.DictionaryArray.from_arrays(indices, column.dictionary)


def decimals(numbers: npt.NDArray[np.int64], shown: Mask | None = None, places: int = COST_DECIMALS) -> pa.Array:
    """Integers with `places` implied decimals as text without needless zeros ("12.5", "0.0"); null where not shown."""
    if shown is not None:
        codes = np.where(shown, np.cumsum(shown) - 1, -1)
        return from_codes(codes, decimals(numbers[shown], places=places))
    size = np.abs(numbers)
    one = 10**places
    fraction = pc.utf8_slice_codeunits(pa.array(one + size % one).cast(pa.string()), 1)
    fraction = pc.utf8_rtrim(fraction, "0")
    fraction = pc.if_else(pc.equal(fraction, NOTHING), _ZERO, fraction)
    sign = pc.if_else(pa.array(numbers < 0), _MINUS, NOTHING)
    return pc.binary_join_element_wise(sign, pa.array(size // one).cast(pa.string()), _POINT, fraction, NOTHING)


def instant(ordinal: int) -> str:
    return f"{date.fromordinal(ordinal)}T00:00:00Z"


def identifiers(keys: npt.NDArray[np.uint64]) -> pa.Array:
    """52 characters of base 32 from each 64-bit key, as AWS writes line item ids."""
    count, length = len(keys), 52
    words = np.stack(
        [keys, keys * np.uint64(0x9E3779B97F4A7C15), keys ^ np.uint64(0xD1B54A32D192ED03), keys >> np.uint64(7)], axis=1
    )
    shifts = np.arange(length // 4, dtype=np.uint64) * np.uint64(5) % np.uint64(64)
    digits = (words[:, :, None] >> shifts) & np.uint64(31)
    text = _BASE32[digits.reshape(count, length).astype(np.int64)]
    offsets = np.arange(count + 1, dtype=np.int32) * length
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(text)))
