"""Some columns of an encoded batch, without paying for the others.

Arrow's stream reader decompresses the dictionaries of all columns, also of those it is told to leave out: for three
columns of sixty that is nine tenths of its time. Here the messages of the stream are found by their lengths, and only
the buffers of wanted columns are touched.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import zstandard
from pyarrow import ipc

from fincc.common.arrow_messages import (
    BATCH,
    DICTIONARY,
    I64,
    NOT_SMALLER,
    PAIR,
    U8,
    Record,
    element_of,
    message_at,
    number_of,
    record_at,
    target_of,
)
from fincc.common.zstd import contexts

_ZSTD = 1  # its number in the format
_LZ4 = pa.Codec("lz4")
_MOST_BYTES = 1 << 31  # of one buffer


@dataclass(frozen=True)
class _Layout:
    """A schema; `dictionaries`: which one of the stream's dictionaries belongs to a column of that name."""

    schema: pa.Schema
    positions: dict[str, int]
    dictionaries: dict[str, int]


class EncodedBatch:
    """An encoded batch, opened: its names are known, its columns are decoded when asked for."""

    def __init__(self, data: bytes | pa.Buffer) -> None:
        """Raises pa.ArrowInvalid for bytes that are no stream with one batch of plain columns."""
        self._buffer = pa.py_buffer(data)
        view = memoryview(self._buffer)
        try:
            _, at = message_at(view, 0)
            self._layout = _layout(bytes(view[:at]))
            self._dictionaries = []
            for _ in self._layout.dictionaries:
                self._dictionaries.append(at)
                _, at = message_at(view, at)
            self._batch = record_at(view, at, BATCH)
            self.num_rows = number_of(view, self._batch.at, 0)
        except (struct.error, ValueError) as error:
            raise pa.ArrowInvalid(f"not an Arrow stream with one batch: {error}") from error

    @property
    def names(self) -> list[str]:
        return list(self._layout.positions)

    def select(self, columns: Iterable[str]) -> pa.RecordBatch:
        """Those of the columns that the batch has, in the batch's order."""
        wanted = set(columns)
        found = [name for name in self._layout.positions if name in wanted]
        return pa.RecordBatch.from_arrays([self.column(name) for name in found], names=found)

    def column(self, name: str) -> pa.Array:
        """Raises KeyError for a column that the batch does not have and pa.ArrowInvalid for one that is damaged."""
        position = self._layout.positions[name]
        kind = self._layout.schema.field(position).type
        if not pa.types.is_dictionary(kind):
            return self._array(kind, self._batch, position)
        return pa.DictionaryArray.from_arrays(
            self._array(kind.index_type, self._batch, position), self.dictionary(name), safe=False
        )

    def codes(self, name: str) -> npt.NDArray[np.int32]:
        """The codes of a dictionary column without its dictionary; null is -1."""
        position = self._layout.positions[name]
        kind = self._layout.schema.field(position).type
        indices = self._array(kind.index_type, self._batch, position)
        if indices.null_count:
            indices = indices.fill_null(-1)
        return indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)

    def dictionary(self, name: str) -> pa.Array:
        """The dictionary of a column, without its codes."""
        kind = self._layout.schema.field(self._layout.positions[name]).type
        try:
            number = self._layout.dictionaries[name]
            record = record_at(memoryview(self._buffer), self._dictionaries[number], DICTIONARY, number)
        except (struct.error, ValueError) as error:
            raise pa.ArrowInvalid(f"the dictionary of {name} cannot be read: {error}") from error
        return self._array(kind.value_type, record, 0)

    def _array(self, kind: pa.DataType, record: Record, position: int) -> pa.Array:
        """The array of node `position`; all before it have two buffers."""
        view, at = record.view, record.at
        try:
            rows, nulls = PAIR(view, element_of(view, at, 1, position, 16))
            buffers = [self._unpacked(record, 2 * position + i) for i in range(_buffers(kind))]
        except (struct.error, ValueError) as error:
            raise pa.ArrowInvalid(f"a column cannot be read: {error}") from error
        array = pa.Array.from_buffers(kind, rows, [buffers[0] if nulls else None, *buffers[1:]], nulls)
        array.validate()
        return array

    def _unpacked(self, record: Record, number: int) -> pa.Buffer:
        view, at = record.view, record.at
        offset, length = PAIR(view, element_of(view, at, 2, number, 16))
        if not 0 <= offset <= offset + length <= len(view) - record.body:
            raise ValueError("a buffer reaches beyond the end")
        stored = self._buffer.slice(record.body + offset, length)
        compression = target_of(view, at, 3)
        if not compression or not length:
            return stored
        size = I64(view, record.body + offset)[0]
        if size == NOT_SMALLER:
            return stored.slice(8)
        if size < 0 or size > _MOST_BYTES:
            raise ValueError(f"a buffer claims to hold {size} bytes")
        if number_of(view, compression, 0, U8) == _ZSTD:
            return pa.py_buffer(_without_zstd(stored.slice(8), size))
        return _LZ4.decompress(stored.slice(8), size)


def _without_zstd(packed: pa.Buffer, size: int) -> bytes:
    """Arrow's codec would make a context for each buffer, which takes longer than unpacking most of them."""
    try:
        if zstandard.frame_content_size(packed) != size:  # else the frame's own claim would be believed
            raise ValueError(f"a buffer does not hold the {size} bytes that it should")
        return contexts.unpacker.decompress(packed)
    except zstandard.ZstdError as error:
        raise ValueError(f"a buffer cannot be unpacked: {error}") from error


@lru_cache(maxsize=256)
def _layout(schema_message: bytes) -> _Layout:
    """Bills have few combinations of columns, so a schema is read once."""
    schema = ipc.open_stream(schema_message).schema
    if any(_buffers(f.type) != 2 for f in schema):
        raise ValueError("a column has another layout than a validity and a data buffer")
    coded = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    return _Layout(schema, {name: i for i, name in enumerate(schema.names)}, {name: i for i, name in enumerate(coded)})


def _buffers(kind: pa.DataType) -> int:
    """How many buffers an array of this type has; text and binary have offsets, too."""
    return kind.num_buffers
