"""Blocks of CSV to tables of text."""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv

from fincc.ingestion.connectors.base import BadRow
from fincc.ingestion.connectors.files.csv_blocks import Block, count, record_lines
from fincc.ingestion.connectors.files.wanted import Wanted

_BREAK = 0x0A
_CONTENT = 4_000  # characters of a bad row that are kept


@dataclass(frozen=True)
class Cells:
    """The rows of a block, each column as text without nulls."""

    table: pa.Table
    first_line: int
    lines: npt.NDArray[np.int64] | None
    bad: tuple[BadRow, ...]
    others: Counter[str]
    warnings: Counter[tuple[str, str]]
    size: int
    """Bytes of text."""


class CsvCells:
    """Reads the blocks of one file."""

    def __init__(self, name: str, header: list[str], wanted: Wanted) -> None:
        self._name, self._header = name, header
        self._kinds, self._unknown = wanted.kinds(header), wanted.unknown(header)
        # The first line that is not; of the header only what it became is known.
        self._not_utf8 = 1 if "\N{REPLACEMENT CHARACTER}" in "".join(header) else None
        self._is_said = False
        self._read = [i for i, kind in enumerate(self._kinds) if kind is not None or self._unknown[i]]

    def read(self, block: Block) -> Cells:
        data, warnings = self._as_utf8(block)
        table, skipped = self._parse(data)
        lines = None
        if table.num_rows != block.lines + (data[-1] != _BREAK) or skipped:
            lines = record_lines(data, block.first_line)
        bad: tuple[BadRow, ...] = ()
        if skipped and lines is not None:
            places = np.array([row.number - 1 for row in skipped])
            bad = tuple(self._bad_row(row, int(lines[place])) for row, place in zip(skipped, places, strict=True))
            lines = np.delete(lines, places)
        others = Counter[str]()
        for i in self._read:
            if self._unknown[i]:
                others[self._header[i]] += _non_empty(table.column(str(i)))
        wanted = [i for i, kind in enumerate(self._kinds) if kind is not None]
        table = table.select([str(i) for i in wanted]).rename_columns([self._header[i] for i in wanted])
        return Cells(table, block.first_line, lines, bad, others, warnings, len(data))

    def _parse(self, data: memoryview) -> tuple[pa.Table, list[csv.InvalidRow]]:
        skipped: list[csv.InvalidRow] = []

        def skip(row: csv.InvalidRow) -> str:
            skipped.append(row)
            return "skip"

        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(
                use_threads=False,
                block_size=len(data) + 1,
                column_names=[str(i) for i in range(len(self._header))],
            ),
            parse_options=csv.ParseOptions(invalid_row_handler=skip),
            convert_options=csv.ConvertOptions(
                column_types={str(i): pa.string() for i in self._read},
                include_columns=[str(i) for i in self._read],
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        return table, skipped

    def _as_utf8(self, block: Block) -> tuple[memoryview, Counter[tuple[str, str]]]:
        data = block.data
        if not block.is_ascii:
            try:
                codecs.utf_8_decode(data, "strict", True)
            except UnicodeDecodeError as error:
                if self._not_utf8 is None:
                    self._not_utf8 = block.first_line + count(data[: error.start], _BREAK)
                data = memoryview(codecs.utf_8_decode(data, "replace", True)[0].encode())
        if self._not_utf8 is None or self._is_said:
            return data, Counter()
        self._is_said = True
        said = f"{self._name}: bytes that are no UTF-8 were replaced from line {self._not_utf8} on; export it as UTF-8"
        return data, Counter({("not_utf8", said): 1})

    def _bad_row(self, row: csv.InvalidRow, line: int) -> BadRow:
        reason = f"has {row.actual_columns} cells, expected {row.expected_columns} as in the header"
        return BadRow(self._name, line, reason, (row.text or "")[:_CONTENT], None, None)


def _non_empty(column: pa.ChunkedArray) -> int:
    total = 0
    for chunk in column.chunks:
        offsets = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
        total += int(np.count_nonzero(np.diff(offsets)))
    return total
