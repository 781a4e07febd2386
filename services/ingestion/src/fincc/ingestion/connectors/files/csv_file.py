"""A CSV file as native batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
import pyarrow as pa

from fincc.ingestion.connectors.base import NativeBatch
from fincc.ingestion.connectors.files.csv_blocks import read_blocks
from fincc.ingestion.connectors.files.csv_cells import Cells, CsvCells
from fincc.ingestion.connectors.files.csv_columns import typed
from fincc.ingestion.connectors.files.unpacking import Readable
from fincc.ingestion.connectors.files.wanted import Wanted

T = TypeVar("T")

BATCH_BYTES = 32 << 20  # of text; larger batches share dictionaries, smaller ones take less memory


def read_csv(stream: Readable, name: str, wanted: Wanted) -> Iterator[NativeBatch]:
    """The batches of a file, at least one. Raises BadDelivery for a file that is no CSV or lacks columns."""
    header, blocks = read_blocks(stream, name)
    wanted.check(name, header)
    reader = CsvCells(name, header, wanted)
    pending: list[Cells] = []
    is_first = True
    for block in blocks:
        cells = reader.read(block)
        pending.append(cells)
        if (
            is_first or sum(c.size for c in pending) >= BATCH_BYTES
        ):  # whoever only wants to look has enough after one block
            yield _batch(name, header, pending, wanted)
            pending, is_first = [], False
    if pending:
        yield _batch(name, header, pending, wanted)
    elif is_first:
        columns = [c for c, kind in zip(header, wanted.kinds(header), strict=True) if kind is not None]
        yield NativeBatch(name, 2, pa.table([pa.array([], pa.string())] * len(columns), names=columns))


def _batch(name: str, header: list[str], parts: list[Cells], wanted: Wanted) -> NativeBatch:
    table = pa.concat_tables([p.table for p in parts])
    kinds, unknown = wanted.kinds(header), wanted.unknown(header)
    read = [kind for kind in kinds if kind is not None]
    lines = None
    if any(p.lines is not None for p in parts):
        lines = np.concatenate(
            [np.arange(p.first_line, p.first_line + p.table.num_rows) if p.lines is None else p.lines for p in parts]
        )
    return NativeBatch(
        file=name,
        first_line=parts[0].first_line,
        table=pa.table(typed(table.columns, read, wanted.null_words), names=table.column_names),
        lines=lines,
        bad=tuple(row for p in parts for row in p.bad),
        others=_sum(p.others for p in parts),
        unused={c: None for c, kind, new in zip(header, kinds, unknown, strict=True) if kind is None and not new},
        warnings=_sum(p.warnings for p in parts),
    )


def _sum(counters: Iterable[Counter[T]]) -> Counter[T]:
    """Keeps what was counted zero times."""
    total = Counter[T]()
    for counter in counters:
        total.update(counter)
    return total
