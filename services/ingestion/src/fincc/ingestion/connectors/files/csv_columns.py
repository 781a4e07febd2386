"""Columns of text cells as what they hold: amounts as decimals, quantities as doubles, other text by its distinct values.

Empty cells, of which bills have many, cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fincc.common import batches
from fincc.common.focus import MONEY
from fincc.ingestion.connectors.columns.amounts import WIDE
from fincc.ingestion.connectors.columns.texts import Rows
from fincc.ingestion.connectors.files.wanted import Kind


def typed(
    columns: Sequence[pa.ChunkedArray], kinds: Sequence[Kind], null_words: Sequence[str]
) -> list[pa.Array | pa.DictionaryArray]:
    """The columns by their kinds. Where an amount or a quantity is no plain number, all of them are text as written."""
    try:
        return [_typed(column, kind, null_words) for column, kind in zip(columns, kinds, strict=True)]
    except pa.ArrowInvalid:
        return [_text(column.combine_chunks(), kind) for column, kind in zip(columns, kinds, strict=True)]


def _typed(column: pa.ChunkedArray, kind: Kind, null_words: Sequence[str]) -> pa.Array:
    cells = column.combine_chunks()
    if kind is not Kind.MONEY and kind is not Kind.NUMBER:
        return _text(cells, kind)
    rows, filled = _filled(cells, null_words)
    values = _amounts(filled) if kind is Kind.MONEY else filled.cast(pa.float64())
    return values if len(rows) == len(cells) else _spread(values, rows, len(cells))


def _amounts(filled: pa.StringArray) -> pa.Array:
    try:
        return filled.cast(MONEY)
    except pa.ArrowInvalid:
        return filled.cast(WIDE)


def _spread(values: pa.Array, rows: Rows, total: int) -> pa.Array:
    """Row `rows[i]` of `total` has the i-th of the values, and the others are null."""
    if not len(rows):
        return pa.nulls(total, values.type)
    # Numpy has no integers as wide as a decimal; nothing is computed with these, only their bytes are moved.
    items = np.complex128 if values.type.byte_width == 16 else np.float64
    spread, is_filled = np.zeros(total, items), np.zeros(total, bool)
    spread[rows], is_filled[rows] = np.frombuffer(values.buffers()[1], items)[: len(rows)], True
    validity = pa.py_buffer(np.packbits(is_filled, bitorder="little"))
    return pa.Array.from_buffers(values.type, total, [validity, pa.py_buffer(spread)], null_count=total - len(rows))


def _filled(cells: pa.StringArray, null_words: Sequence[str]) -> tuple[Rows, pa.StringArray]:
    """The rows that say something, and their cells. As empty cells have no bytes, leaving them out moves none."""
    offsets = _offsets(cells)
    rows = np.flatnonzero(offsets[1:] != offsets[:-1])
    starts = pa.py_buffer(offsets[np.append(rows, len(cells))])
    filled = pa.StringArray.from_buffers(len(rows), starts, cells.buffers()[2])
    words = [word for word in null_words if word]
    if words and len(rows):
        said = pc.invert(pc.is_in(filled, pa.array(words)))
        rows, filled = rows[said.to_numpy(zero_copy_only=False)], filled.filter(said)
    return rows, filled


def _text(cells: pa.StringArray, kind: Kind) -> pa.Array:
    return cells if kind is Kind.ID else encode(cells)


def encode(cells: pa.StringArray) -> pa.DictionaryArray:
    """dictionary<int32, string>. Columns that say the same in every row are common in bills, and need no hashing."""
    value = _constant(cells)
    return batches.encode_text(cells) if value is None else batches.constant(len(cells), value)


def _constant(cells: pa.StringArray) -> str | None:
    """The text that all rows have; None when they differ."""
    if not len(cells):
        return None
    offsets = _offsets(cells)
    size = int(offsets[1] - offsets[0])
    if int(offsets[-1] - offsets[0]) != size * len(cells) or cells.null_count:
        return None
    if size:
        found = np.frombuffer(cells.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].reshape(-1, size)
        if (found[-1] != found[0]).any() or (np.diff(offsets) != size).any() or (found != found[0]).any():
            return None
    first: str = cells[0].as_py()
    return first


def _offsets(cells: pa.StringArray) -> npt.NDArray[np.int32]:
    return np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]
