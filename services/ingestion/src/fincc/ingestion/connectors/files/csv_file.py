"""A CSV file as native batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.ingestion.connectors.base import BadRow, NativeBatch
from fincc.ingestion.connectors.files.csv_blocks import CsvText, Records
from fincc.ingestion.connectors.files.csv_columns import CsvColumns
from fincc.ingestion.connectors.files.unpacking import Readable
from fincc.ingestion.connectors.files.wanted import Kind, Wanted
from fincc.kernels.cells import Cutter

MOST_ROWS = 1_024  # read at a time: where their cells stand, and these, should stay in the processor's cache
BATCH_BYTES = 32 << 20  # of text; larger batches share dictionaries, smaller ones take less memory


def read_csv(stream: Readable, name: str, wanted: Wanted) -> Iterator[NativeBatch]:
    """The batches of a file, at least one. Raises BadDelivery for a file that is no CSV or lacks columns."""
    text = CsvText(stream, name)
    wanted.check(name, text.header)
    cutter = Cutter(len(text.header), _told(text.header, wanted), MOST_ROWS)
    batch, is_first = _Batch(text, wanted), True
    for records in text.records(cutter):
        if not batch.take(records):
            if batch.size:
                yield batch.native()
                is_first = False
            # All of them are text as written, so that what is no number can be told.
            batch = _Batch(text, wanted, numbers_are_text=True)
            batch.take(records)
        # Whoever only wants to look has enough after the first records.
        if is_first or batch.size >= BATCH_BYTES:
            yield batch.native()
            batch, is_first = _Batch(text, wanted, None if batch.numbers_are_text else batch), False
    if is_first or batch.size:
        yield batch.native()


def _told(header: Sequence[str], wanted: Wanted) -> list[int]:
    """The columns whose cells are found: what is read, and what is unknown and therefore counted."""
    pairs = zip(wanted.kinds(header), wanted.unknown(header), strict=True)
    return [i for i, (kind, is_unknown) in enumerate(pairs) if kind is not None or is_unknown]


class _Batch:
    """The columns of the records that it takes."""

    def __init__(
        self, text: CsvText, wanted: Wanted, like: _Batch | None = None, numbers_are_text: bool = False
    ) -> None:
        """`like`: another one that takes the same; there is as much room at once as that needed."""
        self._text, self.numbers_are_text = text, numbers_are_text
        kinds, unknown = wanted.kinds(text.header), wanted.unknown(text.header)
        places = {i: place for place, i in enumerate(_told(text.header, wanted))}
        read = [(i, kind) for i, kind in enumerate(kinds) if kind is not None]
        self._names = [text.header[i] for i, _ in read]
        self._columns: CsvColumns = CsvColumns(
            [Kind.TEXT if numbers_are_text and kind in (Kind.MONEY, Kind.NUMBER) else kind for _, kind in read],
            [places[i] for i, _ in read],
            wanted.null_words,
            like._columns if like else None,
        )
        self._unknown = [(text.header[i], place) for i, place in places.items() if unknown[i]]
        self._unused = {
            n: None for n, kind, new in zip(text.header, kinds, unknown, strict=True) if not kind and not new
        }
        self._lines, self._bad, self._others = list[npt.NDArray[np.int64]](), list[BadRow](), Counter[str]()
        self._first_line = text.line
        self.size = 0
        """Bytes of text."""

    def take(self, records: Records) -> bool:
        """False, and nothing is taken, where an amount or a quantity is no number."""
        cells = records.cells
        try:
            self._columns.add(cells)
        except pa.ArrowInvalid:
            return False
        for name, place in self._unknown:
            self._others[name] += int(np.count_nonzero(cells.sizes[place, : cells.rows]))
        self._lines.append(records.first_line + cells.lines)
        self._bad += records.bad
        self.size += records.size
        return True

    def native(self) -> NativeBatch:
        lines = np.concatenate([np.empty(0, np.int64), *self._lines])
        in_order = np.array_equal(lines, np.arange(self._first_line, self._first_line + len(lines)))
        return NativeBatch(
            file=self._text.name,
            first_line=self._first_line,
            table=pa.table(self._columns.arrays(), names=self._names),
            lines=None if in_order else lines,
            bad=tuple(self._bad),
            others=self._others,
            unused=self._unused,
            warnings=self._text.warnings(),
        )
