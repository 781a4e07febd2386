"""Cells as columns, laid out as Arrow has them. Numbers are read where they are plain, a minus, at most 18 digits,
a point, an exponent; what else there is, the caller reads."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from fincc.kernels._library import COLUMN, LIBRARY, SEED, address
from fincc.kernels.cells import Bytes, Cells

Ends = npt.NDArray[np.int32]
LARGEST = (1 << 31) - 1  # bytes of text in a column
_ROWS, _TEXT, _VALUES = 2_048, 4_096, 256  # for which there is room at first


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

    def __init__(self, forms: Sequence[tuple[Form, int]], like: Columns | None = None) -> None:
        """`forms`: what each column becomes, and its place among the cells. `like`: columns of these forms, such as those before;
        there is as much room at once as they needed."""
        self._room: int = like._room if like else _ROWS
        self.rows = 0
        self._columns: list[_Column] = [
            _Column(form, self._room, like._columns[i] if like else None) for i, (form, _) in enumerate(forms)
        ]
        self._structs = np.zeros(len(forms), COLUMN)
        self._structs["kind"], self._structs["place"] = np.array(forms, np.int64).reshape(-1, 2).T
        self._structs["seed"] = SEED
        self._address = address(self._structs)
        self._tell_all()

    def read(self, cells: Cells) -> npt.NDArray[np.int64]:
        """Reads cells behind the rows that there are; until `keep` they are not part of them. How many of each column are left
        to the caller, being no plain numbers."""
        if self.rows + cells.rows > self._room:
            self._room = 2 * (self.rows + cells.rows)
            for column in self._columns:
                column.make_rows(self._room)
            self._tell_all()
        structs = self._structs
        structs["rows"], structs["done"], structs["left"] = self.rows, 0, 0
        where = address(cells.text), *cells.addresses, cells.rows, cells.starts.shape[1]
        while (full := LIBRARY.fincc_read_columns(*where, self._address, len(structs))) >= 0:
            struct = structs[full]
            self._columns[full].make_room(struct, int(cells.sizes[struct["place"], struct["done"]]))
        return structs["left"]

    def _tell_all(self) -> None:
        for column, struct in zip(self._columns, self._structs, strict=True):
            column.tell(struct)

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
        ends = column.ends[: struct["values"] + 1] if struct["kind"] == Form.CODED else column.out[: self.rows + 1]
        return ends, column.text[: ends[-1]]


class _Column:
    """The memory of a column."""

    def __init__(self, form: Form, rows: int, like: _Column | None) -> None:
        kind, self._each = _WIDTH[form]
        texts = len(like.text) if like else _TEXT if form in (Form.CODED, Form.PLAIN) else 0
        values = len(like.hashes) if like else _VALUES if form is Form.CODED else 0
        self.out: npt.NDArray[Any] = np.empty(rows * self._each + 1, kind)
        self.out[0] = 0
        self.how: npt.NDArray[np.uint8] = np.empty(rows if form in (Form.AMOUNT, Form.DOUBLE) else 0, np.uint8)
        self.text: Bytes = np.empty(texts, np.uint8)
        self.ends: Ends = np.zeros(values + 1, np.int32)
        self.hashes: npt.NDArray[np.uint32] = np.empty(values, np.uint32)
        self._slots = np.full(max(1, 4 * values), -1, np.int32)

    def tell(self, struct: np.void) -> None:
        """Where all of it is."""
        struct["out"], struct["how"], struct["text"] = address(self.out), address(self.how), address(self.text)
        struct["ends"], struct["hashes"], struct["slots"] = (
            address(self.ends),
            address(self.hashes),
            address(self._slots),
        )
        struct["most_text"], struct["most_values"] = len(self.text), len(self.hashes)
        struct["mask"] = len(self._slots) - 1

    def make_rows(self, rows: int) -> None:
        self.out = _longer(self.out, rows * self._each + 1)
        self.how = _longer(self.how, rows) if len(self.how) else self.how

    def make_room(self, struct: np.void, size: int) -> None:
        """For a text of that size, the next one."""
        is_coded, values = struct["kind"] == Form.CODED, int(struct["values"])
        needed = int(self.ends[values] if is_coded else self.out[struct["rows"] + struct["done"]]) + size
        if needed > len(self.text):
            if needed > LARGEST:
                raise ValueError(f"the texts of a column exceed {LARGEST:,} bytes")
            self.text = _longer(self.text, min(LARGEST, max(needed, 2 * len(self.text))))
        is_full = is_coded and values == len(self.hashes)
        if is_full:
            self.ends, self.hashes = _longer(self.ends, 2 * values + 1), _longer(self.hashes, 2 * values)
            self._slots = np.full(8 * values, -1, np.int32)
        self.tell(struct)
        if is_full:
            LIBRARY.fincc_index(address(struct))


def _longer(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    longer = np.empty(size, array.dtype)
    longer[: len(array)] = array
    return longer
