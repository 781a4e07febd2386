"""Cells as columns, laid out as Arrow has them. Numbers are read where they are plain, a minus, at most 18 digits,
a point, an exponent; what else there is, the caller reads."""

from __future__ import annotations

import os
from collections.abc import Sequence
from ctypes import byref
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from fincc.kernels import _library
from fincc.kernels._library import LIBRARY, address
from fincc.kernels.cells import Bytes, Cells

Ends = npt.NDArray[np.int32]
LARGEST = (1 << 31) - 1  # bytes of text in a column
_SEED = int.from_bytes(os.urandom(8), "little")


class Form(IntEnum):
    """What a column becomes."""

    CODED = 0
    """The places of the cells among their distinct texts, in order of appearance."""
    PLAIN = 1
    """The texts themselves."""
    AMOUNT = 2
    """Units of 1e-12 as 128-bit words, for amounts with at most 12 places."""
    DOUBLE = 3
    """The nearest doubles."""


class Cell(IntEnum):
    """How the cell of a number was read."""

    EMPTY = 0
    READ = 1
    LEFT = 2


_WIDTH = {
    Form.CODED: (np.int32, 1),
    Form.PLAIN: (np.int32, 1),
    Form.AMOUNT: (np.int64, 2),
    Form.DOUBLE: (np.float64, 1),
}


class Columns:
    """Columns that grow by the cells of their places, `Cells` by `Cells`."""

    def __init__(self, forms: Sequence[tuple[Form, int]], rows: int = 4_096) -> None:
        """`forms`: what each column becomes, and its place among the cells; `rows`: for how many there is room at first."""
        self._columns = [_Column(form, rows) for form, _ in forms]
        self._structs = (_library.Column * len(forms))()
        for struct, column, (form, place) in zip(self._structs, self._columns, forms, strict=True):
            struct.kind, struct.place, struct.seed = form, place, _SEED
            column.tell(struct)
        self._room, self.rows = rows, 0

    def read(self, cells: Cells) -> list[int]:
        """Reads cells behind the rows that there are; until `keep` they are not part of them. How many of each column are left
        to the caller, being no plain numbers."""
        if self.rows + cells.rows > self._room:
            self._room = 2 * (self.rows + cells.rows)
            for column, struct in zip(self._columns, self._structs, strict=True):
                column.make_rows(self._room)
                column.tell(struct)
        for struct in self._structs:
            struct.rows, struct.done, struct.left = self.rows, 0, 0
        text, starts, sizes = address(cells.text), address(cells.starts), address(cells.sizes)
        most_rows, n = cells.starts.shape[1], len(self._structs)
        while (full := LIBRARY.fincc_read_columns(text, starts, sizes, cells.rows, most_rows, self._structs, n)) >= 0:
            struct = self._structs[full]
            self._columns[full].make_room(struct, cells.sizes[struct.place, struct.done : cells.rows])
        return [struct.left for struct in self._structs]

    def keep(self, cells: Cells) -> None:
        """Makes what was read of these cells part of the columns."""
        self.rows += cells.rows

    def codes(self, i: int) -> npt.NDArray[np.int32]:
        return self._columns[i].out[: self.rows]

    def words(self, i: int) -> npt.NDArray[np.int64]:
        """(rows, 2), the low one first."""
        return self._columns[i].out[: 2 * self.rows].reshape(-1, 2)

    def doubles(self, i: int) -> npt.NDArray[np.float64]:
        return self._columns[i].out[: self.rows]

    def how(self, i: int, present: int = 0) -> npt.NDArray[np.uint8]:
        """How each cell of a number was read; with `present`, of as many that are not kept yet."""
        how = self._columns[i].how
        return how[self.rows : self.rows + present] if present else how[: self.rows]

    def texts(self, i: int) -> tuple[Ends, Bytes]:
        """The distinct texts of CODED, all of PLAIN: (n + 1) where they end, the first being 0; and their bytes."""
        column, struct = self._columns[i], self._structs[i]
        ends = column.ends[: struct.values + 1] if struct.kind == Form.CODED else column.out[: self.rows + 1]
        return ends, column.text[: ends[-1]]


class _Column:
    """The memory of a column."""

    def __init__(self, form: Form, rows: int) -> None:
        kind, self._each = _WIDTH[form]
        is_text, is_coded = form in (Form.CODED, Form.PLAIN), form is Form.CODED
        self.out: npt.NDArray[Any] = np.zeros(rows * self._each + 1, kind)
        self.how: npt.NDArray[np.uint8] = np.empty(0 if is_text else rows, np.uint8)
        self.text: Bytes = np.empty(1 << 10 if is_text else 0, np.uint8)
        self.ends: Ends = np.zeros(65 if is_coded else 1, np.int32)
        self._hashes: npt.NDArray[np.uint32] = np.empty(64 if is_coded else 0, np.uint32)
        self._slots = np.full(256 if is_coded else 1, -1, np.int32)

    def tell(self, struct: _library.Column) -> None:
        struct.out, struct.how, struct.text = address(self.out), address(self.how), address(self.text)
        struct.ends, struct.hashes, struct.slots = address(self.ends), address(self._hashes), address(self._slots)
        struct.most_text, struct.most_values, struct.mask = len(self.text), len(self._hashes), len(self._slots) - 1

    def make_rows(self, rows: int) -> None:
        self.out = _longer(self.out, rows * self._each + 1)
        self.how = _longer(self.how, rows) if len(self.how) else self.how

    def make_room(self, struct: _library.Column, sizes: npt.NDArray[np.uint32]) -> None:
        """For another text; `sizes` are those of the cells that come now."""
        is_coded = struct.kind == Form.CODED
        end = self.ends[struct.values] if is_coded else self.out[struct.rows + struct.done]
        needed = int(end) + int(sizes[0])
        if needed > len(self.text):
            if needed > LARGEST:
                raise ValueError(f"the texts of a column exceed {LARGEST:,} bytes")
            self.text = _longer(self.text, min(LARGEST, max(needed, 2 * len(self.text))))
        if is_coded and struct.values == len(self._hashes):
            count = 2 * struct.values
            self.ends, self._hashes = _longer(self.ends, count + 1), _longer(self._hashes, count)
            self._slots = np.full(4 * count, -1, np.int32)
            self.tell(struct)
            LIBRARY.fincc_index(byref(struct))
        self.tell(struct)


def _longer(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    longer = np.empty(size, array.dtype)
    longer[: len(array)] = array
    return longer
