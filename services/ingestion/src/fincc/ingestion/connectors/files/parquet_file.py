"""A Parquet file as native batches: row group by row group, only the wanted columns, text as dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet as pq

from fincc.ingestion.connectors.base import BadDelivery, NativeBatch
from fincc.ingestion.connectors.files.unpacking import check_rows, size_of
from fincc.ingestion.connectors.files.wanted import Kind, Wanted

MOST_ROWS = 300_000  # rows of a batch; larger row groups are read in pieces
MOST_BYTES = 64 << 20  # of a batch as its file counts them, unpacked
READ_BYTES = 8 << 20  # of each column of a piece at a time; unless told so, pyarrow reads whole row groups ahead


def read_parquet(stream: BinaryIO, name: str, wanted: Wanted) -> Iterator[NativeBatch]:
    """Rows count from 1. Raises BadDelivery for a file that is no Parquet or lacks columns."""
    try:
        yield from _read(_ParquetFile(stream, name, wanted))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        said = " ".join(str(error).split())
        raise BadDelivery(f"{name}: cannot be read as Parquet ({said}); copy or export the file again") from error


class _ParquetFile:
    def __init__(self, stream: BinaryIO, name: str, wanted: Wanted) -> None:
        self.name = name
        plain = pq.ParquetFile(stream, page_checksum_verification=True)
        schema = plain.schema_arrow
        wanted.check(name, schema.names)
        self.metadata = plain.metadata
        check_rows(name, size_of(stream), self.metadata.num_rows)
        kinds = dict(zip(schema.names, wanted.kinds(schema.names), strict=True))
        unknown = dict(zip(schema.names, wanted.unknown(schema.names), strict=True))
        self.columns = [c for c, kind in kinds.items() if kind is not None]
        self.others = [c for c, new in unknown.items() if new]
        self.unused = [c for c, kind in kinds.items() if kind is None and not unknown[c]]
        text = [c for c, kind in kinds.items() if kind in (Kind.TEXT, Kind.TIME) and _is_text(schema, c)]
        self._maps = [p for p in _leaves(plain) if kinds.get(p.partition(".")[0]) is Kind.MAP]
        self._plain = plain
        # Without the checksums that writers give each page, a damaged byte would be another amount.
        checked = partial(
            pq.ParquetFile, stream, page_checksum_verification=True, pre_buffer=False, buffer_size=READ_BYTES
        )
        self._whole = checked(read_dictionary=[*text, *self._maps])
        # pyarrow cannot cut MAP columns with dictionary children into pieces.
        self._pieces = checked(read_dictionary=text) if self._maps else self._whole

    def group(self, index: int) -> Iterator[pa.Table]:
        rows, sizes = self.metadata.row_group(index).num_rows, self._sizes(index)
        size = sum(sizes[name] for name in self.columns)
        most = min(MOST_ROWS, max(1, rows * MOST_BYTES // max(1, size)))
        if rows <= most:
            yield self._read(index, sizes)
            return
        pieces = self._pieces.iter_batches(most, row_groups=[index], columns=self.columns, use_threads=False)
        for batch in pieces:
            table = pa.Table.from_batches([batch])
            del batch
            yield table
            del table

    def _sizes(self, index: int) -> Counter[str]:
        """Bytes of each column of a row group, unpacked."""
        sizes = Counter[str]()
        group = self.metadata.row_group(index)
        for i in range(group.num_columns):
            sizes[group.column(i).path_in_schema.partition(".")[0]] += group.column(i).total_uncompressed_size
        return sizes

    def _read(self, index: int, sizes: Counter[str]) -> pa.Table:
        """A row group column by column, largest first: read together, all of them have their pages in memory at once."""
        read: dict[str, pa.Table] = {}
        for name in sorted(self.columns, key=lambda name: -sizes[name]):
            read[name] = self._whole.read_row_group(index, columns=[name], use_threads=False)
        found = [(name, column) for name in self.columns for column in read.pop(name).columns]
        return pa.table([column for _, column in found], names=[name for name, _ in found])

    def empty(self) -> pa.Table:
        return self._plain.schema_arrow.empty_table().select(self.columns)

    def non_null(self, index: int) -> tuple[dict[str, int], dict[str, int | None]]:
        """Non-null cells (of a map: pairs) of the unknown and of the unused columns, from the file's own statistics.

        Where there are none, unknown columns are read.
        """
        others, unused = dict.fromkeys(self.others, 0), dict[str, int | None](dict.fromkeys(self.unused, None))
        group = self.metadata.row_group(index)
        for i in range(group.num_columns):
            column = group.column(i)
            top, _, below = column.path_in_schema.partition(".")
            if (top not in others and top not in unused) or (below and not below.endswith("key")):
                continue
            statistics = column.statistics
            cells = column.num_values - statistics.null_count if statistics and statistics.has_null_count else None
            if top in unused:
                unused[top] = cells
            elif cells is None:
                read = self._plain.read_row_group(index, columns=[column.path_in_schema], use_threads=False).column(0)
                others[top] = len(read) - read.null_count
            else:
                others[top] = cells
        return others, unused


def _read(file: _ParquetFile) -> Iterator[NativeBatch]:
    row, seen = 1, False
    for index in range(file.metadata.num_row_groups):
        others, unused = file.non_null(index)
        for table in file.group(index):
            rows = table.num_rows
            batch = NativeBatch(file.name, row, table, others=others, unused=unused)
            del table  # or it would stay in memory while the next one is read
            yield batch
            del batch
            row, seen = row + rows, True
            others, unused = dict.fromkeys(others, 0), {name: cells and 0 for name, cells in unused.items()}
    if not seen:
        yield NativeBatch(
            file.name, 1, file.empty(), others=dict.fromkeys(file.others, 0), unused=dict.fromkeys(file.unused, 0)
        )


def _is_text(schema: pa.Schema, name: str) -> bool:
    kind = schema.field(schema.get_all_field_indices(name)[0]).type
    return pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_string(kind)


def _leaves(file: pq.ParquetFile) -> list[str]:
    return [file.schema.column(i).path for i in range(len(file.schema))]
