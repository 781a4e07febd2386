"""Series as they were fetched: a Parquet file per source, UTC day and account in ingestion's folder of the object store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

import pyarrow as pa
from pyarrow import parquet as pq

from fincc.common.batches import encode_text
from fincc.common.metrics import SCHEMA
from fincc.common.objects import ObjectStore

_ROOT = "ingestion/metrics"
_VERSION = b"fincc.version"
_COMPLETE = "complete"


@dataclass(frozen=True)
class StoredDay:
    """The accounts of a day that are in; `is_complete` when none failed, and the day is not fetched again."""

    accounts: frozenset[str]
    is_complete: bool


class MetricStore:
    """A file appears whole, and after it was published: what is here, readers have or can be given again."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def day(self, source_id: str, day: date) -> StoredDay:
        names = [path.rpartition("/")[2] for path in self._objects.list(f"{_ROOT}/{source_id}/{day}")]
        accounts = frozenset(unquote(n.removesuffix(".parquet")) for n in names if n.endswith(".parquet"))
        return StoredDay(accounts, _COMPLETE in names)

    def days(self, source_id: str) -> list[tuple[date, str]]:
        """(day, account) of everything that is in, in order."""
        paths = self._objects.list(f"{_ROOT}/{source_id}")
        parts = [path.split("/")[-2:] for path in paths if path.endswith(".parquet")]
        return sorted((date.fromisoformat(day), unquote(name.removesuffix(".parquet"))) for day, name in parts)

    def write(self, source_id: str, day: date, account: str, version: int, batch: pa.RecordBatch) -> None:
        table = pa.Table.from_batches([batch]).replace_schema_metadata({_VERSION: str(version)})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd", row_group_size=20_000)
        self._objects.write(_path(source_id, day, account), sink.getvalue())

    def complete(self, source_id: str, day: date) -> None:
        self._objects.write(f"{_ROOT}/{source_id}/{day}/{_COMPLETE}", b"")

    def read(self, source_id: str, day: date, account: str) -> tuple[int, pa.RecordBatch]:
        """(version, batch). Raises FileNotFoundError."""
        table = pq.read_table(pa.BufferReader(self._objects.read(_path(source_id, day, account))))
        return int(table.schema.metadata[_VERSION]), _batch(table)

    def of_resource(self, source_id: str, start: date, end: date, resource_id: str) -> Iterator[pa.RecordBatch]:
        """The points of a resource on the days from `start` to before `end`, oldest first."""
        for day, account in self.days(source_id):
            if start <= day < end:
                data = pa.BufferReader(self._objects.read(_path(source_id, day, account)))
                table = pq.read_table(data, filters=[("ResourceId", "=", resource_id)])
                if table.num_rows:
                    yield _batch(table)

    def forget(self, source_id: str) -> None:
        self._objects.delete_folder(f"{_ROOT}/{source_id}")


def _path(source_id: str, day: date, account: str) -> str:
    return f"{_ROOT}/{source_id}/{day}/{quote(account, safe='')}.parquet"


def _batch(table: pa.Table) -> pa.RecordBatch:
    columns = [
        encode_text(table[f.name])
        if pa.types.is_dictionary(f.type)
        else pa.concat_arrays(table[f.name].chunks)
        if table.num_rows
        else pa.array([], f.type)
        for f in SCHEMA
    ]
    return pa.record_batch(columns, names=SCHEMA.names)
