"""A CSV file as native batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeVar

import numpy as np
import pyarrow as pa

from fincc.common import batches
from fincc.ingestion.connectors.base import NativeBatch
from fincc.ingestion.connectors.files.csv_blocks import read_blocks
from fincc.ingestion.connectors.files.csv_cells import Cells, CsvCells
from fincc.ingestion.connectors.files.wanted import Kind, Wanted

T = TypeVar("T")

BATCH_BYTES = 32 << 20  # of text; larger batches share dictionaries, smaller ones take less memory


def read_csv(stream: BinaryIO, name: str, wanted: Wanted) -> Iterator[NativeBatch]:
    """The batches of a file, at least one. Raises BadDelivery for a file that is no CSV or lacks columns."""
    header, blocks = read_blocks(stream, name)
    wanted.check(name, header)
    reader = CsvCells(name, header, wanted)
    pending: list[Cells] = []
    size = 0
    seen = False
    for block in blocks:
        cells = reader.read(block)
        if pending and (size >= BATCH_BYTES or cells.table.schema != pending[0].table.schema):
            yield _batch(name, pending, wanted)
            pending, size, seen = [], 0, True
        pending.append(cells)
        size += len(block.data)
    if pending:
        yield _batch(name, pending, wanted)
    elif not seen:
        columns = [c for c in header if wanted.kind_of(c) is not None]
        yield NativeBatch(name, 2, pa.table([pa.array([], pa.string())] * len(columns), names=columns))


def _batch(name: str, parts: list[Cells], wanted: Wanted) -> NativeBatch:
    table = pa.concat_tables([p.table for p in parts])
    columns = [
        column.combine_chunks() if _stays(wanted, column_name, column) else batches.encode_text(column)
        for column_name, column in zip(table.column_names, table.columns, strict=True)
    ]
    lines = None
    if any(p.lines is not None for p in parts):
        lines = np.concatenate(
            [np.arange(p.first_line, p.first_line + p.table.num_rows) if p.lines is None else p.lines for p in parts]
        )
    return NativeBatch(
        file=name,
        first_line=parts[0].first_line,
        table=pa.table(columns, names=table.column_names),
        lines=lines,
        bad=tuple(row for p in parts for row in p.bad),
        others=_sum(p.others for p in parts),
        warnings=_sum(p.warnings for p in parts),
    )


def _stays(wanted: Wanted, column: str, values: pa.ChunkedArray) -> bool:
    return wanted.kind_of(column) is Kind.ID or not pa.types.is_string(values.type)


def _sum(counters: Iterable[Counter[T]]) -> Counter[T]:
    """Keeps what was counted zero times."""
    total = Counter[T]()
    for counter in counters:
        total.update(counter)
    return total
