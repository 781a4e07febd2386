"""CSV text to cells.

A record ends at a line break (LF, CRLF or CR) outside quotation marks; blank lines are none. A cell that begins with a
quotation mark ends where the mark is closed, two of them inside are one, and what follows up to the next comma is part of
it as it stands. A quotation mark anywhere else is a character like any other. All of this as Arrow's reader has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import byref
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from fincc.kernels._library import BAD, LIBRARY, STRETCH, CsvFound, CsvShape, address

Bytes = npt.NDArray[np.uint8]
LARGEST = 1 << 31  # bytes of text that can be cut at a time

_MOST_BAD = 1_000


@dataclass(frozen=True)
class BadRecord:
    """A record with another number of cells than there are columns; text[start … end) is what it says."""

    start: int
    end: int
    cells: int
    line: int
    """Line breaks between where cutting began and the record."""


@dataclass(frozen=True)
class Cells:
    """The wanted cells of some records. Cell r of column i is text[starts[i, r] … starts[i, r] + sizes[i, r]).

    Good until the next records are cut, which takes the same memory.
    """

    text: Bytes
    starts: npt.NDArray[np.uint32]
    sizes: npt.NDArray[np.uint32]
    rows: int
    lines: npt.NDArray[np.int64]
    """(rows) Line breaks between where cutting began and each record."""
    bad: tuple[BadRecord, ...]
    end: int
    """Where the first record begins that was not cut."""
    end_line: int
    """Line breaks before it."""
    unclosed: int | None
    """Line breaks before a quotation mark that is open at the end of the text."""
    addresses: tuple[int, int]
    """Of `starts` and `sizes`."""

    def texts(self, i: int, rows: npt.NDArray[np.intp]) -> list[str]:
        """Some cells of a column."""
        found, ends = [], self.starts[i, rows] + self.sizes[i, rows]
        for start, end in zip(self.starts[i, rows].tolist(), ends.tolist(), strict=True):
            found.append(self.text[start:end].tobytes().decode())
        return found


class Cutter:
    """Cuts records of `columns` cells each, of which those of the columns `wanted` are told, in that order."""

    def __init__(self, columns: int, wanted: Sequence[int], most_rows: int) -> None:
        if any(a >= b for a, b in pairwise([-1, *wanted, columns])):
            raise ValueError(f"expected columns from 0 to {columns - 1} in order, got {wanted}")
        self._starts = np.empty((len(wanted), most_rows), np.uint32)
        self._sizes = np.empty((len(wanted), most_rows), np.uint32)
        self._lines, self._bad = np.empty(most_rows, np.int64), np.empty(_MOST_BAD, BAD)
        self._others = (
            np.array(wanted, np.int32),
            self._starts,
            self._sizes,
            self._lines,
            self._bad,
            np.empty(len(wanted), np.int32),
            *np.empty((2, STRETCH + 4), np.uint32),
        )
        self._addresses = address(self._starts), address(self._sizes)
        self._shape = CsvShape(columns, len(wanted), most_rows, _MOST_BAD, *map(address, self._others))

    def cut(self, text: Bytes, start: int, is_last: bool) -> Cells:
        """Whole records from `start` on, at most as many as there is room for. Changes the text, where cells are quoted.

        What stands after the last line break is left alone unless `is_last`. Raises ValueError for text that is too large.
        """
        if text.dtype != np.uint8 or not text.flags.c_contiguous or not text.flags.writeable or len(text) > LARGEST:
            raise ValueError(f"expected at most {LARGEST:,} contiguous bytes that may be changed")
        if not 0 <= start <= len(text):
            raise ValueError(f"expected a start in 0…{len(text)}, got {start}")
        found = CsvFound()
        LIBRARY.fincc_cut_csv(address(text), len(text), start, is_last, byref(self._shape), byref(found))
        return Cells(
            text,
            self._starts,
            self._sizes,
            found.rows,
            self._lines[: found.rows],
            tuple(BadRecord(*record) for record in self._bad[: found.bad].tolist()),
            found.next,
            found.lines,
            None if found.unclosed < 0 else found.unclosed,
            self._addresses,
        )
