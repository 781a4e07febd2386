"""The compiled library, and its structures as `kernels.h` has them."""

from __future__ import annotations

import os
from ctypes import CDLL, POINTER, Structure, c_int32, c_int64, c_uint64, c_void_p
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

STRETCH = 1 << 15
SHORTEST_HASHED, LONGEST_HASHED = 4, 240
BAD = np.dtype([("start", np.int64), ("end", np.int64), ("cells", np.int64), ("line", np.int64)])


class CsvShape(Structure):
    _fields_: ClassVar = [
        *((name, c_int64) for name in ("columns", "places", "most_rows", "most_bad")),
        *((name, c_void_p) for name in ("column_of", "starts", "sizes", "lines", "bad", "odd")),
        *((name, c_void_p) for name in ("special", "other")),
    ]


class CsvFound(Structure):
    _fields_: ClassVar = [(name, c_int64) for name in ("next", "rows", "bad", "lines", "unclosed")]


COLUMN = np.dtype(
    [
        *((name, np.int64) for name in ("kind", "place", "rows", "done", "left")),
        *((name, np.uintp) for name in ("out", "how", "text", "ends", "hashes", "slots")),
        *((name, np.int64) for name in ("most_text", "most_values", "mask", "values")),
        ("seed", np.uint64),
    ]
)
PAIR_COLUMN = np.dtype([("codes", np.uintp), ("width", np.int64), ("pairs", np.uintp), ("values", np.int64)])
SEED = int.from_bytes(os.urandom(8), "little")
"""Of hashes, so that nobody can write a bill whose values all meet in one slot."""


def load(path: Path) -> CDLL:
    """While a function of it runs, other threads run Python."""
    library = CDLL(str(path))
    library.fincc_cut_csv.argtypes = [c_void_p, c_int64, c_int64, c_int64, POINTER(CsvShape), POINTER(CsvFound)]
    library.fincc_cut_csv.restype = None
    library.fincc_read_columns.argtypes = [c_void_p, c_void_p, c_void_p, c_int64, c_int64, c_void_p, c_int64]
    library.fincc_read_columns.restype = c_int64
    library.fincc_hash.argtypes = [c_void_p, c_int64, c_void_p, c_void_p, c_int64, c_void_p]
    library.fincc_hash.restype = None
    for width in (8, 16, 32):
        renumber = getattr(library, f"fincc_renumber_{width}")
        renumber.argtypes = [c_void_p, c_int64, c_void_p, c_int64, c_int32, c_void_p, c_void_p]
        renumber.restype = c_int64
    for what, where in (("texts", [c_void_p, c_void_p]), ("pairs", [c_void_p])):
        distinct = getattr(library, f"fincc_distinct_{what}")
        distinct.argtypes = [*where, c_int64, c_uint64, c_void_p, c_int64, c_void_p, c_void_p]
        distinct.restype = c_int64
    library.fincc_sum_pairs.argtypes = [c_void_p, c_int64, c_int64, c_void_p]
    library.fincc_sum_pairs.restype = c_int64
    library.fincc_index.argtypes = [c_void_p]
    library.fincc_index.restype = None
    return library


LIBRARY = load(Path(__file__).with_name("libfincc.so"))


def address(array: npt.NDArray[np.generic] | np.void) -> int:
    """Of a contiguous array, or of one of its records. The caller keeps it alive."""
    at: int = array.__array_interface__["data"][0]
    return at


def sizes_of(text: npt.NDArray[np.uint8], ends: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Of each text[ends[i] … ends[i + 1]). Raises ValueError for one that is not in the text."""
    # Compared, as the difference of ends far apart in the wrong order does not fit and looks like a size.
    if len(ends) > 1 and ((ends[1:] < ends[:-1]).any() or ends[0] < 0 or ends[-1] > len(text)):
        raise ValueError("expected ends in order, within the text")
    sizes: npt.NDArray[np.int32] = np.diff(ends)
    return sizes
