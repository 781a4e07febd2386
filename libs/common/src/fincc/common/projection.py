"""Some columns of an encoded batch, without paying for the others.

Arrow's stream reader decompresses the dictionaries of all columns, also of those it is told to leave out: for three
columns of sixty that is nine tenths of its time. Here the messages of the stream are found by their lengths, and only
the buffers of wanted columns are touched. Source of the layout: Arrow's columnar format (IPC), `Message.fbs` and
`Schema.fbs`; tables are read through their vtables, so later versions of the format may add fields.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import ipc

_DICTIONARY, _BATCH = 2, 3  # kinds of message
_CONTINUATION = 0xFFFFFFFF
_CODECS = (pa.Codec("lz4"), pa.Codec("zstd"))  # by their numbers in the format
_MOST_BYTES = 1 << 31  # of one buffer
_NOT_SMALLER = -1  # stands for the length of a buffer that was not compressed after all
_U8, _U16, _I32, _U32, _I64, _PAIR = (struct.Struct(f"<{form}").unpack_from for form in ("B", "H", "i", "I", "q", "qq"))
_PREFIX = struct.Struct("<IiI").unpack_from  # marker, length, where the Message table is
_FIELD_3 = struct.Struct("<H8xH").unpack_from  # of a vtable: its size, and where field 3 (bodyLength) is


@dataclass(frozen=True)
class _Layout:
    """A schema; `dictionaries`: which one of the stream's dictionaries belongs to a column of that name."""

    schema: pa.Schema
    positions: dict[str, int]
    dictionaries: dict[str, int]


@dataclass(frozen=True)
class _Record:
    """Arrays as stored: `at` is their RecordBatch table in `view`, `body` is where their buffers are counted from."""

    view: memoryview
    at: int
    body: int


class EncodedBatch:
    """An encoded batch, opened: its names are known, its columns are decoded when asked for."""

    def __init__(self, data: bytes | pa.Buffer) -> None:
        """Raises pa.ArrowInvalid for bytes that are no stream with one batch of plain columns."""
        self._buffer = pa.py_buffer(data)
        view = memoryview(self._buffer)
        try:
            _, at = _message(view, 0)
            self._layout = _layout(bytes(view[:at]))
            self._dictionaries = []
            for _ in self._layout.dictionaries:
                self._dictionaries.append(at)
                _, at = _message(view, at)
            self._batch = _record(view, at, _BATCH)
            self.num_rows = _number(view, self._batch.at, 0)
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
            record = _record(memoryview(self._buffer), self._dictionaries[number], _DICTIONARY, number)
        except (struct.error, ValueError) as error:
            raise pa.ArrowInvalid(f"the dictionary of {name} cannot be read: {error}") from error
        return self._array(kind.value_type, record, 0)

    def _array(self, kind: pa.DataType, record: _Record, position: int) -> pa.Array:
        """The array of node `position`; all before it have two buffers."""
        view, at = record.view, record.at
        try:
            rows, nulls = _PAIR(view, _vector(view, at, 1, position, 16))
            buffers = [self._unpacked(record, 2 * position + i) for i in range(_buffers(kind))]
        except (struct.error, ValueError) as error:
            raise pa.ArrowInvalid(f"a column cannot be read: {error}") from error
        array = pa.Array.from_buffers(kind, rows, [buffers[0] if nulls else None, *buffers[1:]], nulls)
        array.validate()
        return array

    def _unpacked(self, record: _Record, number: int) -> pa.Buffer:
        view, at = record.view, record.at
        offset, length = _PAIR(view, _vector(view, at, 2, number, 16))
        if not 0 <= offset <= offset + length <= len(view) - record.body:
            raise ValueError("a buffer reaches beyond the end")
        stored = self._buffer.slice(record.body + offset, length)
        compression = _target(view, at, 3)
        if not compression or not length:
            return stored
        size = _I64(view, record.body + offset)[0]
        if size == _NOT_SMALLER:
            return stored.slice(8)
        if size < 0 or size > _MOST_BYTES:
            raise ValueError(f"a buffer claims to hold {size} bytes")
        return _CODECS[_number(view, compression, 0, _U8)].decompress(stored.slice(8), size)


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


def _message(view: memoryview, at: int) -> tuple[int, int]:
    """(place of the Message table, where the next message begins). Raises ValueError at the end.

    Every reader walks over all messages of every part, so what `_number` would do for field 3 is done here in one go.
    """
    marker, length, root = _PREFIX(view, at)
    if marker != _CONTINUATION or length <= 0:
        raise ValueError("a message is missing")
    table = at + 8 + root
    size, offset = _FIELD_3(view, table - _I32(view, table)[0])
    end = at + 8 + length + (_I64(view, table + offset)[0] if size > 10 and offset else 0)
    if not at < end <= len(view):
        raise ValueError("the end is missing")
    return table, end


def _record(view: memoryview, at: int, kind: int, number: int = 0) -> _Record:
    """The arrays in the message at `at`, which must be of that kind; dictionaries are numbered in order of the columns."""
    table, _ = _message(view, at)
    header = _target(view, table, 2)
    if _number(view, table, 1, _U8) != kind or not header:
        raise ValueError("a message is not of the expected kind")
    if kind == _DICTIONARY:
        if _number(view, header, 0) != number:
            raise ValueError("the dictionaries are not in the order of their columns")
        header = _target(view, header, 1)
    return _Record(view, header, at + 8 + _I32(view, at + 4)[0])


def _place(view: memoryview, table: int, field: int) -> int:
    """Where the value of a table's field stands, 0 when it is left out and has its default."""
    vtable = table - _I32(view, table)[0]
    if 4 + 2 * field >= _U16(view, vtable)[0]:
        return 0
    offset = int(_U16(view, vtable + 4 + 2 * field)[0])
    return table + offset if offset else 0


def _number(view: memoryview, table: int, field: int, form: Callable[..., tuple[int, ...]] = _I64) -> int:
    place = _place(view, table, field)
    return form(view, place)[0] if place else 0


def _target(view: memoryview, table: int, field: int) -> int:
    """Where the table or vector that a field refers to begins, 0 when there is none."""
    place = _place(view, table, field)
    return place + int(_U32(view, place)[0]) if place else 0


def _vector(view: memoryview, table: int, field: int, position: int, size: int) -> int:
    """Where an element of a vector of structs of `size` bytes stands."""
    begin = _target(view, table, field)
    if not begin or position >= _U32(view, begin)[0]:
        raise ValueError("an array is missing")
    return begin + 4 + position * size
