"""Arrow tables in the forms that COPY reads: CSV, and PostgreSQL's own binary form, which costs both sides half as much.

A row of the binary form is the number of its fields, then each field's length and bytes, numbers with the high byte
first. Rows whose texts have the same lengths have the same shape, so a run of them is one array of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as pa_csv

from fincc.common.focus import MONEY
from fincc.common.money import SCALE, lanes

PIECE_ROWS = 20_000  # about 2 MB
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_EPOCH = 10_957  # PostgreSQL counts days from 2000-01-01
_BASE, _DIGITS = 10_000, 5  # of a numeric: two digits before the point and three after it
_NUMERIC = np.dtype(
    [("digits", ">i2"), ("weight", ">i2"), ("sign", ">u2"), ("scale", ">i2"), ("digit", ">i2", (_DIGITS,))]
)
_NEGATIVE = 0x4000
_WIDE = 2**31  # from here on in the upper lane, an amount needs more than 64 bits


class NoBinaryForm(Exception):
    """Nulls, or amounts beyond 64 bits: to be sent as CSV."""


@dataclass(frozen=True)
class _Field:
    """A column whose rows are `size[i]` bytes long, or as long as the items of `values`; texts are looked up by `code`."""

    values: npt.NDArray[Any]
    size: npt.NDArray[np.int32] | None = None
    code: npt.NDArray[np.int32] | None = None


def csv_pieces(data: pa.Table) -> Iterator[bytes]:
    for start in range(0, data.num_rows, PIECE_ROWS):
        yield _csv(data.slice(start, PIECE_ROWS))


def _csv(data: pa.Table) -> bytes:
    plain = pa.table(
        {
            name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
            for name, column in zip(data.schema.names, data.columns, strict=True)
        }
    )
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(plain, sink, pa_csv.WriteOptions(include_header=False, quoting_style="needed"))
    return sink.getvalue().to_pybytes()


def binary_pieces(data: pa.Table) -> Iterator[bytes]:
    """Columns must be those of the table: int64 for bigint, date32 for date, money for numeric, strings for text.

    Best for rows in the order of their texts. Raises NoBinaryForm before the first piece.
    """
    for column in data.columns:
        if column.null_count or (column.type == MONEY and _is_wide(column)):
            raise NoBinaryForm
    return _binary(data)


def _is_wide(column: pa.ChunkedArray) -> bool:
    upper = lanes(column.combine_chunks()).hi
    return bool(len(upper)) and max(-int(upper.min()), int(upper.max())) >= _WIDE - 1


def _field(column: pa.ChunkedArray) -> _Field:
    whole = column.combine_chunks()
    if whole.type == pa.int64():
        return _Field(whole.to_numpy().astype(">i8"))
    if whole.type == pa.date32():
        return _Field((whole.cast(pa.int32()).to_numpy() - _EPOCH).astype(">i4"))
    if whole.type == MONEY:
        return _Field(_numeric(whole))
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    texts = np.array([text.encode() for text in whole.dictionary.to_pylist()], object)
    code = whole.indices.to_numpy().astype(np.int32)
    return _Field(texts, np.array([len(text) for text in texts], np.int32)[code], code)


def _numeric(column: pa.Array) -> npt.NDArray[Any]:
    amounts = lanes(column)
    units = (amounts.hi << 32) + amounts.lo
    out = np.zeros(len(units), _NUMERIC)
    out["digits"], out["weight"], out["scale"] = _DIGITS, _DIGITS - 1 - SCALE // 4, SCALE
    out["sign"][units < 0] = _NEGATIVE
    rest = np.abs(units)
    for place in range(_DIGITS - 1, -1, -1):
        upper = rest // _BASE
        out["digit"][:, place] = rest - upper * _BASE
        rest = upper
    return out


def _runs(fields: list[_Field], rows: int) -> list[tuple[int, int]]:
    """First row and end of runs of rows of the same shape."""
    changes = np.zeros(max(rows - 1, 0), bool)
    for field in fields:
        if field.size is not None:
            changes |= np.diff(field.size) != 0
    bounds = [0, *(np.flatnonzero(changes) + 1).tolist(), rows]
    return list(pairwise(bounds))


def _binary(data: pa.Table) -> Iterator[bytes]:
    yield _HEADER
    for start in range(0, data.num_rows, PIECE_ROWS):
        piece = data.slice(start, PIECE_ROWS)
        fields = [_field(column) for column in piece.columns]
        yield b"".join(_records(fields, a, b).tobytes() for a, b in _runs(fields, piece.num_rows))
    yield _TRAILER


def _records(fields: list[_Field], start: int, end: int) -> npt.NDArray[Any]:
    columns = [
        f.values[start:end]
        if f.code is None or f.size is None
        else f.values.astype(f"S{max(f.size[start], 1)}")[f.code[start:end]]
        for f in fields
    ]
    sizes = [c.dtype.itemsize if f.size is None else int(f.size[start]) for f, c in zip(fields, columns, strict=True)]
    shape: list[tuple[str, Any]] = [("fields", ">i2")]
    for i, (column, size) in enumerate(zip(columns, sizes, strict=True)):
        shape += [(f"size_{i}", ">i4"), *([(f"value_{i}", column.dtype)] if size else [])]
    records = np.empty(end - start, shape)
    records["fields"] = len(fields)
    for i, (column, size) in enumerate(zip(columns, sizes, strict=True)):
        records[f"size_{i}"] = size
        if size:
            records[f"value_{i}"] = column
    return records
