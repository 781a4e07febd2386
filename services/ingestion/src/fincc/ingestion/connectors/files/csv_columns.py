"""Cells as columns of Arrow: amounts as decimals, quantities as doubles, other text by its distinct values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fincc.common import batches
from fincc.common.focus import MONEY
from fincc.ingestion.connectors.columns.amounts import WIDE
from fincc.ingestion.connectors.files.wanted import Kind
from fincc.kernels.cells import Cells
from fincc.kernels.columns import Cell, Columns, Form

_FORMS = {Kind.MONEY: Form.AMOUNT, Kind.NUMBER: Form.DOUBLE, Kind.ID: Form.PLAIN}


class CsvColumns:
    """Columns of cells by their kinds; `places[i]` of the cells is column i."""

    def __init__(
        self, kinds: Sequence[Kind], places: Sequence[int], null_words: Sequence[str], like: CsvColumns | None = None
    ) -> None:
        """`like`: columns of the same kinds that were read before."""
        self._forms = [_FORMS.get(kind, Form.CODED) for kind in kinds]
        self._places, self._null_words = places, pa.array(null_words, pa.string())
        self._columns: Columns = Columns([*zip(self._forms, places, strict=True)], like._columns if like else None)
        self._others: list[list[tuple[npt.NDArray[np.intp], pa.Array]]] = [[] for _ in kinds]
        """Of each column the rows whose cells are numbers, but not plain ones, and these."""

    def add(self, cells: Cells) -> None:
        """Raises ArrowInvalid, and adds nothing, where an amount or a quantity is no number."""
        left = np.flatnonzero(self._columns.read(cells)).tolist()
        for i, found in [(i, self._read_others(cells, i)) for i in left]:
            self._others[i].append(found)
        self._columns.keep(cells)

    def _read_others(self, cells: Cells, i: int) -> tuple[npt.NDArray[np.intp], pa.Array]:
        rows = np.flatnonzero(self._columns.how(i, cells.rows) == Cell.LEFT)
        texts = pa.array(cells.texts(self._places[i], rows), pa.string())
        texts = pc.if_else(pc.is_in(texts, self._null_words), None, texts)
        return rows + self._columns.rows, texts.cast(pa.float64()) if self._forms[i] is Form.DOUBLE else _amounts(texts)

    def arrays(self) -> list[pa.Array]:
        return [self._array(i) for i in range(len(self._forms))]

    def _array(self, i: int) -> pa.Array:
        form = self._forms[i]
        if form is Form.CODED:
            return batches.dictionary(self._columns.codes(i), _strings(*self._columns.texts(i)))
        if form is Form.PLAIN:
            return _strings(*self._columns.texts(i))
        kind = MONEY if form is Form.AMOUNT else pa.float64()
        values = pa.py_buffer(self._columns.words(i) if form is Form.AMOUNT else self._columns.doubles(i))
        is_filled = self._columns.how(i) != Cell.EMPTY
        nulls = len(is_filled) - int(np.count_nonzero(is_filled))
        validity = pa.py_buffer(np.packbits(is_filled, bitorder="little")) if nulls else None
        array = pa.Array.from_buffers(kind, len(is_filled), [validity, values], null_count=nulls)
        return _put(array, self._others[i]) if self._others[i] else array


def _amounts(texts: pa.StringArray) -> pa.Array:
    try:
        return texts.cast(MONEY)
    except pa.ArrowInvalid:
        return texts.cast(WIDE)


def _put(array: pa.Array, others: Sequence[tuple[npt.NDArray[np.intp], pa.Array]]) -> pa.Array:
    """These values in these rows, which are in order."""
    is_other = np.zeros(len(array), bool)
    for rows, _ in others:
        is_other[rows] = True
    kind = next((values.type for _, values in others if values.type != array.type), array.type)
    found = pa.concat_arrays([values.cast(kind) for _, values in others])
    return pc.replace_with_mask(array.cast(kind), pa.array(is_other), found)


def _strings(ends: npt.NDArray[np.int32], text: npt.NDArray[np.uint8]) -> pa.StringArray:
    return pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(text))
