"""Column batches: dictionary columns, Arrow IPC bytes, projection. Nothing here loops over rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import ipc

Codes = npt.NDArray[np.int32]
_COMPRESSION = pa.Codec("zstd", compression_level=1)


def codes(column: pa.DictionaryArray) -> Codes:
    """The int32 codes of a dictionary column; null is -1."""
    indices = column.indices
    if indices.type != pa.int32():
        indices = indices.cast(pa.int32())
    if indices.null_count:
        indices = indices.fill_null(-1)
    return indices.to_numpy(zero_copy_only=False)


def dictionary(column_codes: npt.NDArray[np.integer], values: pa.Array) -> pa.DictionaryArray:
    """A dictionary column of int32 codes; -1 is null."""
    indices = column_codes.astype(np.int32, copy=False)
    missing = indices < 0
    return pa.DictionaryArray.from_arrays(pa.array(indices, mask=missing if missing.any() else None), values)


def constant(n: int, value: str | None) -> pa.DictionaryArray:
    """A text column with the same value in all `n` rows."""
    if value is None:
        return dictionary(np.full(n, -1, np.int32), pa.array([], pa.string()))
    return dictionary(np.zeros(n, np.int32), pa.array([value], pa.string()))


def encode_text(column: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """Any text column as dictionary<int32, string> with one chunk; null stays null."""
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column
        column = column.combine_chunks()
        if isinstance(column, pa.ChunkedArray):  # no chunk at all
            column = pa.array([], column.type)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    if column.type.value_type != pa.string() or column.type.index_type != pa.int32():
        column = pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), column.dictionary.cast(pa.string()))
    return column


def compact(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same column with only the dictionary entries in use, in their old order."""
    values = column.dictionary
    row_codes = codes(column)
    used = np.zeros(len(values) + 1, bool)
    used[row_codes] = True
    used[-1] = False  # where -1, null, points to
    if used[:-1].all():
        return column
    keep = np.flatnonzero(used)
    remap = np.full(len(values) + 1, -1, np.int32)
    remap[keep] = np.arange(len(keep), dtype=np.int32)
    return dictionary(remap[row_codes], values.take(pa.array(keep)))


def take(columns: Mapping[str, pa.Array], order: npt.NDArray[np.integer]) -> dict[str, pa.Array]:
    """All columns in another row order."""
    index = pa.array(order)
    return {
        name: pa.DictionaryArray.from_arrays(c.indices.take(index), c.dictionary)
        if pa.types.is_dictionary(c.type)
        else c.take(index)
        for name, c in columns.items()
    }


def cut(columns: Mapping[str, pa.Array], start: int, rows: int) -> pa.RecordBatch:
    """Rows start … start+rows as a batch with its own dictionaries; columns that are null throughout are left out."""
    out: dict[str, pa.Array] = {}
    for name, column in columns.items():
        part = column.slice(start, rows)
        if part.null_count == len(part):
            continue
        out[name] = compact(part) if pa.types.is_dictionary(part.type) else part
    return pa.record_batch(out)


def encode(batch: pa.RecordBatch) -> bytes:
    """One Arrow IPC stream, zstd level 1."""
    sink = pa.BufferOutputStream()
    with ipc.new_stream(
        sink, batch.schema, options=ipc.IpcWriteOptions(compression=_COMPRESSION, use_threads=False)
    ) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def names(data: bytes | pa.Buffer) -> list[str]:
    """The column names of an encoded batch."""
    return ipc.open_stream(data).schema.names


def decode(data: bytes | pa.Buffer, columns: Iterable[str] | None = None) -> pa.RecordBatch:
    """Decode an encoded batch; with `columns`, only those of them that it has are decompressed."""
    if columns is None:
        return ipc.open_stream(data).read_next_batch()
    wanted = set(columns)
    fields = [i for i, name in enumerate(names(data)) if name in wanted]
    return ipc.open_stream(
        data, options=ipc.IpcReadOptions(included_fields=fields, use_threads=False)
    ).read_next_batch()
