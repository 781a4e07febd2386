"""Numbers of equal things, in order of appearance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fincc.kernels._library import LIBRARY, SEED, address, sizes_of

Places = npt.NDArray[np.int32]
_SLOT = np.dtype([("hash", np.uint32), ("row", np.int32)])


def distinct_texts(text: npt.NDArray[np.uint8], ends: Places) -> tuple[Places, Places]:
    """The number of each text[ends[i] … ends[i + 1]), and where each number appears first."""
    n = len(sizes_of(text, ends))
    text, ends = np.ascontiguousarray(text), np.ascontiguousarray(ends)
    slots, numbers, firsts = _room(n)
    where = address(text), address(ends), n, SEED, address(slots), len(slots) - 1
    count = LIBRARY.fincc_distinct_texts(*where, address(numbers), address(firsts))
    return numbers, firsts[:count].copy()


def distinct_pairs(pairs: npt.NDArray[np.uint64]) -> tuple[Places, Places]:
    """The number of each row of (n, 2), and where each number appears first."""
    pairs = np.ascontiguousarray(pairs)
    slots, numbers, firsts = _room(len(pairs))
    where = address(pairs), len(pairs), SEED, address(slots), len(slots) - 1
    count = LIBRARY.fincc_distinct_pairs(*where, address(numbers), address(firsts))
    return numbers, firsts[:count].copy()


def _room(n: int) -> tuple[npt.NDArray[np.void], Places, Places]:
    return np.zeros(1 << (2 * n).bit_length(), _SLOT), np.empty(n, np.int32), np.empty(n, np.int32)
