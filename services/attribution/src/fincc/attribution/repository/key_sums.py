"""The files of sums by attribution key, one per sealed snapshot: `attribution/sums/<source>/<period>/<version>.arrow`."""

from __future__ import annotations

import pyarrow as pa
from pyarrow import ipc

from fincc.common.objects import ObjectStore


def write(objects: ObjectStore, source_id: str, period: str, version: int, sums: pa.RecordBatch) -> None:
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, sums.schema) as writer:
        writer.write_batch(sums)
    objects.write(_path(source_id, period, version), sink.getvalue())


def find(objects: ObjectStore, source_id: str, period: str, version: int) -> pa.RecordBatch | None:
    try:
        data = objects.read(_path(source_id, period, version))
    except FileNotFoundError:
        return None
    return ipc.open_stream(data).read_next_batch()


def delete_others(objects: ObjectStore, source_id: str, period: str, version: int) -> None:
    """A replaced version is not asked for again."""
    kept = _path(source_id, period, version)
    for path in objects.list(_folder(source_id, period)):
        if path != kept:
            objects.delete(path)


def _folder(source_id: str, period: str) -> str:
    return f"attribution/sums/{source_id}/{period}"


def _path(source_id: str, period: str, version: int) -> str:
    return f"{_folder(source_id, period)}/{version}.arrow"
