"""The FOCUS export of a billing period: counted, accepted deliveries, in the columns of the asked version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv
from pyarrow import parquet as pq

from fincc.common.archive import Archive
from fincc.common.batches import decode
from fincc.common.csv_text import safe
from fincc.common.objects import ObjectStore
from fincc.ingestion.connectors.aws_cur.services import PRODUCTS
from fincc.ingestion.domain.focus_export import export_schema, mapped, to_version

Snapshots = list[tuple[str, str, int]]
"""(source id, billing period, version)."""


def write_export(objects: ObjectStore, snapshots: Snapshots, version: str, file_format: str, target: Path) -> int:
    """Write the records of the snapshots to `target`, a `parquet` or `csv` file; returns the rows. Memory stays at one part."""
    rows = 0
    with target.open("wb") as sink, _writer(sink, export_schema(version), file_format) as writer:
        for batch in _batches(objects, snapshots, version):
            writer.write_batch(batch if file_format == "parquet" else _for_csv(batch))
            rows += batch.num_rows
    return rows


def _writer(sink: object, schema: pa.Schema, file_format: str) -> pq.ParquetWriter | pa_csv.CSVWriter:
    if file_format == "parquet":
        return pq.ParquetWriter(sink, schema, compression="zstd")
    return pa_csv.CSVWriter(
        sink, _for_csv(pa.RecordBatch.from_arrays([pa.nulls(0, t) for t in schema.types], schema=schema)).schema
    )


def _for_csv(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Times as FOCUS writes them, and texts that a spreadsheet does not take for formulas; Parquet has them as they are."""
    return pa.record_batch({name: _cells(batch.column(name)) for name in batch.schema.names})


def _cells(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, "%Y-%m-%dT%H:%M:%SZ")
    return mapped(column, lambda text: text and safe(text)) if pa.types.is_string(column.type) else column


def _batches(objects: ObjectStore, snapshots: Snapshots, version: str) -> Iterator[pa.RecordBatch]:
    archive = Archive(objects)
    for source_id, period, snapshot_version in snapshots:
        for _, data in archive.parts(source_id, period, snapshot_version):
            yield to_version(decode(data), version, PRODUCTS)
