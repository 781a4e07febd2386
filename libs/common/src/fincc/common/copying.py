"""Arrow tables in the forms that COPY reads: CSV, and PostgreSQL's own binary form, which costs the server half as much."""

from __future__ import annotations

from collections.abc import Iterator

import pgpq
import pyarrow as pa
from pyarrow import csv as pa_csv

PIECE_ROWS = 20_000  # about 2 MB


def csv_pieces(data: pa.Table) -> Iterator[bytes]:
    for piece in _plain(data):
        sink = pa.BufferOutputStream()
        pa_csv.write_csv(piece, sink, pa_csv.WriteOptions(include_header=False, quoting_style="needed"))
        yield sink.getvalue().to_pybytes()


def binary_pieces(data: pa.Table) -> Iterator[bytes]:
    """Columns must be those of the table: int64 for bigint, date32 for date, money for numeric, strings for text."""
    encoder = None
    for piece in _plain(data):
        if encoder is None:
            encoder = pgpq.ArrowToPostgresBinaryEncoder(piece.schema)
            yield encoder.write_header()
        yield encoder.write_batch(piece)
    if encoder is not None:
        yield encoder.finish()


def _plain(data: pa.Table) -> Iterator[pa.RecordBatch]:
    """Piece by piece, texts instead of codes."""
    for start in range(0, data.num_rows, PIECE_ROWS):
        piece = data.slice(start, PIECE_ROWS).combine_chunks()
        for batch in piece.to_batches():
            columns = [c.cast(c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in batch.columns]
            yield pa.record_batch(columns, names=batch.schema.names)
