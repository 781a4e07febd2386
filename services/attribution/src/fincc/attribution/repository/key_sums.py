"""The files of sums by attribution key, one per sealed snapshot: `attribution/sums/<source>/<period>/<version>.arrow`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
from pyarrow import ipc

from fincc.attribution.domain.key_sums import SUMS
from fincc.common.objects import ObjectStore


def write(objects: ObjectStore, source_id: str, period: str, version: int, sums: Iterable[pa.RecordBatch]) -> None:
    """The batches of `KeySums.batches`."""
    sink = pa.BufferOutputStream()
    with ipc.new_stream(sink, SUMS, options=ipc.IpcWriteOptions(unify_dictionaries=False)) as writer:
        for batch in sums:
            writer.write_batch(batch)
    objects.write(_path(source_id, period, version), sink.getvalue())


def find(objects: ObjectStore, source_id: str, period: str, version: int) -> Iterator[pa.RecordBatch] | None:
    try:
        data = objects.read(_path(source_id, period, version))
    except FileNotFoundError:
        return None
    return iter(ipc.open_stream(data))


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
