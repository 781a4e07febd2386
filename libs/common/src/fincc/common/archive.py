"""The archive of published parts: ingestion writes it, anyone who may read single records or export reads it.

Layout, below `ingestion/archive/<source id>/<billing period>/<version>/`: `parts.bin`, the encoded batches one after
another exactly as they were sent, and `index.arrow`, one row per part (offset, length, rows, days, accounts, a Bloom
filter of its resources). A folder without an index is a delivery that was given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from fincc.common.batches import decode
from fincc.common.contents import Contents, resource_hashes
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import Words
from fincc.common.objects import ObjectStore

_BITS_PER_VALUE, _HASHES = 10, 5

_SCHEMA = pa.schema(
    {
        "seq": pa.int32(),
        "offset": pa.int64(),
        "length": pa.int32(),
        "rows": pa.int32(),
        "first_day": pa.date32(),
        "last_day": pa.date32(),
        "accounts": pa.list_(pa.string()),
        "resources": pa.binary(),
    }
)


def folder(source_id: str, billing_period: str, version: int) -> str:
    return f"ingestion/archive/{source_id}/{billing_period}/{version}"


def bloom(of_values: Words) -> bytes:
    """A Bloom filter of text values, given as their hashes: about 1 % false hits."""
    size = max(64, len(of_values) * _BITS_PER_VALUE)
    bits = np.zeros(size, bool)
    for position in _positions(of_values, size):
        bits[position] = True
    return size.to_bytes(4, "little") + np.packbits(bits).tobytes()


def may_hold(filter_bytes: bytes, value: str) -> bool:
    size = int.from_bytes(filter_bytes[:4], "little")
    bits = np.frombuffer(filter_bytes, np.uint8, offset=4)
    return all(bits[int(p[0]) >> 3] >> (7 - (int(p[0]) & 7)) & 1 for p in _positions(_hash_of(value), size))


@lru_cache(16)
def _hash_of(value: str) -> Words:
    """One question is put to the filters of all parts."""
    return resource_hashes(pa.array([value], pa.string()))


def _positions(of_values: Words, size: int) -> Iterator[Words]:
    step = (of_values >> np.uint64(33)) | np.uint64(1)
    for i in range(_HASHES):
        yield (of_values + np.uint64(i) * step) % np.uint64(size)


class ArchiveWriter:
    """Appends the parts of one version; `close` makes them readable, `discard` forgets them."""

    def __init__(self, objects: ObjectStore, source_id: str, billing_period: str, version: int) -> None:
        self._objects, self._folder = objects, folder(source_id, billing_period, version)
        self._file = objects.open_output(f"{self._folder}/parts.bin")
        self._rows: list[dict[str, object]] = []
        self._offset = 0

    def append(self, seq: int, data: bytes, contents: Contents) -> None:
        """`data` is an encoded batch. Called from worker threads, in order."""
        self._rows.append(
            {
                "seq": seq,
                "offset": self._offset,
                "length": len(data),
                "rows": contents.rows,
                "first_day": contents.first_day,
                "last_day": contents.last_day,
                "accounts": contents.accounts,
                "resources": bloom(contents.resources),
            }
        )
        self._file.write(data)
        self._offset += len(data)

    def close(self) -> None:
        self._file.close()
        sink = pa.BufferOutputStream()
        table = pa.Table.from_pylist(self._rows, _SCHEMA)
        with ipc.new_stream(sink, _SCHEMA) as writer:
            writer.write_table(table)
        self._objects.write(f"{self._folder}/index.arrow", sink.getvalue())

    def discard(self) -> None:
        with suppress(OSError):  # on a full disk what was not written yet cannot be, and is not wanted
            self._file.close()
        self._objects.delete_folder(self._folder)


@dataclass(frozen=True)
class Wanted:
    """Which records: half-open days, and optionally one resource, one account, or one attribution key."""

    start: date
    end: date
    resource_id: str | None = None
    sub_account_id: str | None = None
    key: bytes | None = None


class Archive:
    """Reads the parts of a version, opening only those whose index says they can hold what is wanted."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def exists(self, source_id: str, billing_period: str, version: int) -> bool:
        path = f"{folder(source_id, billing_period, version)}/index.arrow"
        return path in self._objects.list(folder(source_id, billing_period, version))

    def parts(self, source_id: str, billing_period: str, version: int) -> Iterator[tuple[int, pa.Buffer]]:
        """(seq, encoded batch) of every part, in order."""
        base = folder(source_id, billing_period, version)
        for row in self._index(base):
            yield row["seq"], self._objects.read_range(f"{base}/parts.bin", row["offset"], row["length"])

    def records(
        self, source_id: str, billing_period: str, version: int, wanted: Wanted, columns: Iterable[str] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Batches of the wanted records, filtered exactly. `columns` limits what is decoded (filters need theirs, too)."""
        base = folder(source_id, billing_period, version)
        for row in self._index(base):
            if _may_match(row, wanted):
                data = self._objects.read_range(f"{base}/parts.bin", row["offset"], row["length"])
                batch = _filter(decode(data, columns), wanted)
                if batch.num_rows:
                    yield batch

    def last_day(self, source_id: str, billing_period: str, version: int) -> date | None:
        """The last day with a record; None when there is none."""
        return max((row["last_day"] for row in self._index(folder(source_id, billing_period, version))), default=None)

    def _index(self, base: str) -> list[dict[str, Any]]:
        return ipc.open_stream(self._objects.read(f"{base}/index.arrow")).read_all().to_pylist()


def _may_match(row: dict[str, Any], wanted: Wanted) -> bool:
    if row["last_day"] < wanted.start or row["first_day"] >= wanted.end:
        return False
    if wanted.sub_account_id is not None and wanted.sub_account_id not in row["accounts"]:
        return False
    return wanted.resource_id is None or may_hold(row["resources"], wanted.resource_id)


def _filter(batch: pa.RecordBatch, wanted: Wanted) -> pa.RecordBatch:
    day = batch.column("ChargePeriodStart").cast(pa.timestamp("ms")).cast(pa.date32(), safe=False)
    mask = pc.and_(pc.greater_equal(day, pa.scalar(wanted.start)), pc.less(day, pa.scalar(wanted.end)))
    for name, value in (
        ("ResourceId", wanted.resource_id),
        ("SubAccountId", wanted.sub_account_id),
        (KEY_COLUMN, wanted.key),
    ):
        if value is None:
            continue
        if name not in batch.schema.names:
            return batch.slice(0, 0)
        column = batch.column(name)
        code = pc.index(column.dictionary, pa.scalar(value, column.dictionary.type)).as_py()
        mask = pc.and_(mask, pc.fill_null(pc.equal(column.indices, code), False))
    return batch.filter(mask)
