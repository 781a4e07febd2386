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

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import ipc

from fincc.common.batches import decode
from fincc.common.contents import Contents, resource_hashes
from fincc.common.keys import Words
from fincc.common.objects import ObjectStore
from fincc.common.period import Days

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
    for places in _spread(of_values):
        bits[places % np.uint64(size)] = True
    return size.to_bytes(4, "little") + np.packbits(bits).tobytes()


def may_hold(filter_bytes: bytes | memoryview, value: str) -> bool:
    size, bits = int.from_bytes(filter_bytes[:4], "little"), filter_bytes[4:]
    return all(bits[at >> 3] >> (7 - (at & 7)) & 1 for at in (p % size for p in _places(value)))


@lru_cache(16)
def _places(value: str) -> tuple[int, ...]:
    """Before they are brought down to the size of a filter: one question is put to the filters of all parts."""
    hashed = resource_hashes(pa.array([value], pa.string()))
    return tuple(int(p[0]) for p in _spread(hashed))


def _spread(of_values: Words) -> Iterator[Words]:
    step = (of_values >> np.uint64(33)) | np.uint64(1)
    for i in range(_HASHES):
        yield of_values + np.uint64(i) * step


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
    """What the index tells parts by: half-open days, and optionally one resource or one account."""

    start: date
    end: date
    resource_id: str | None = None
    sub_account_id: str | None = None


@dataclass(frozen=True)
class HoldingPart:
    """An encoded part that may hold what is wanted; `number` is its place in the order. `is_within`: none of its records is
    of another day."""

    number: int
    data: pa.Buffer
    is_within: bool


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
        for row in self._index(base).select(["seq", "offset", "length"]).to_pylist():
            yield row["seq"], self._objects.read_range(f"{base}/parts.bin", row["offset"], row["length"])

    def holding(
        self, source_id: str, billing_period: str, version: int, wanted: Wanted, first: int = 0
    ) -> Iterator[HoldingPart]:
        """The parts that may hold what is wanted, from number `first` on."""
        base = folder(source_id, billing_period, version)
        index = self._index(base)
        rows = index.select(["offset", "length", "first_day", "last_day"]).slice(first).to_pylist()
        for number, row in enumerate(rows, first):
            if row["last_day"] < wanted.start or row["first_day"] >= wanted.end:
                continue
            if wanted.sub_account_id is not None and wanted.sub_account_id not in index["accounts"][number].as_py():
                continue
            if wanted.resource_id is not None:
                of_part = memoryview(index["resources"][number].as_buffer())
                if not may_hold(of_part, wanted.resource_id):
                    continue
            data = self._objects.read_range(f"{base}/parts.bin", row["offset"], row["length"])
            is_within = row["first_day"] >= wanted.start and row["last_day"] < wanted.end
            yield HoldingPart(number, data, is_within)

    def records(
        self, source_id: str, billing_period: str, version: int, days: Days, columns: Iterable[str]
    ) -> Iterator[pa.RecordBatch]:
        """These columns of the records of these days; `ChargePeriodStart` has to be one of them."""
        for part in self.holding(source_id, billing_period, version, Wanted(days.start, days.end)):
            batch = decode(part.data, columns)
            yield batch if part.is_within else batch.filter(on_days(batch.column("ChargePeriodStart"), days))

    def last_day(self, source_id: str, billing_period: str, version: int) -> date | None:
        """The last day with a record; None when there is none."""
        found: date | None = pc.max(self._index(folder(source_id, billing_period, version))["last_day"]).as_py()
        return found

    def _index(self, base: str) -> pa.Table:
        return ipc.open_stream(self._objects.read(f"{base}/index.arrow")).read_all()


def on_days(times: pa.Array, days: Days) -> pa.Array:
    """Which of the times lie on these days, UTC."""
    day = times.cast(pa.timestamp("ms")).cast(pa.date32(), safe=False)
    return pc.and_(pc.greater_equal(day, pa.scalar(days.start)), pc.less(day, pa.scalar(days.end)))
