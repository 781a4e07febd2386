"""Sums over columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fincc.kernels._library import LIBRARY, PAIR_COLUMN, address

Pairs = npt.NDArray[np.uint64]
_CODES = (np.dtype(np.int8), np.dtype(np.int16), np.dtype(np.int32))


def sum_pairs(rows: int, columns: Sequence[tuple[npt.NDArray[np.signedinteger], Pairs]]) -> Pairs:
    """(rows, 2): the sum of the pairs of each row's values, each half modulo 2**64.

    A column has codes of 8, 16 or 32 bits, and the pairs of its values; the last one is for negative codes, null. Raises
    ValueError for codes that there are not.
    """
    columns = [(np.ascontiguousarray(codes), np.ascontiguousarray(pairs)) for codes, pairs in columns]
    if any(len(codes) != rows or codes.dtype not in _CODES or not len(pairs) for codes, pairs in columns):
        raise ValueError(f"expected columns of {rows} codes of 8, 16 or 32 bits, and pairs with one for null")
    structs, totals = np.zeros(len(columns), PAIR_COLUMN), np.zeros((rows, 2), np.uint64)
    for struct, (codes, pairs) in zip(structs, columns, strict=True):
        struct["codes"], struct["width"] = address(codes), codes.dtype.itemsize
        struct["pairs"], struct["values"] = address(pairs), len(pairs) - 1
    if (wrong := LIBRARY.fincc_sum_pairs(address(structs), len(columns), rows, address(totals))) >= 0:
        codes, pairs = columns[wrong]
        raise ValueError(f"expected codes below {len(pairs) - 1}, got {codes.max()}")
    return totals
