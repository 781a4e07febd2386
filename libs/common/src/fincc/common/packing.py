"""An encoded batch as Arrow writes it, without a new compression context for each of its buffers.

A part has 170 buffers of mostly a few kilobytes, and making a context takes longer than compressing most of them. So the
stream is put together here: of columns with as many buffers each Arrow writes a batch of one row, and of that its messages
are kept; a batch fills in how many rows there are and where its buffers stand. What a buffer holds is as Arrow has it in
memory, and what a schema says is as Arrow writes it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import zstandard
from pyarrow import ipc

from fincc.common.arrow_messages import (
    BATCH,
    DICTIONARY,
    NOT_SMALLER,
    Record,
    element_of,
    message_at,
    place_of,
    record_at,
)
from fincc.common.zstd import contexts

ZSTD = pa.Codec("zstd", compression_level=1)
_SMALL = 64  # bytes that are left as they are
_END = b"\xff\xff\xff\xff\0\0\0\0"
_LONG = struct.Struct("<q").pack
_ALIGNED = 8


@dataclass(frozen=True)
class _Message:
    """A message without its body, and where in it the things stand that differ from batch to batch."""

    data: bytes
    body_length: int
    rows: int
    nodes: int
    buffers: int

    def append(self, out: bytearray, arrays: Sequence[pa.Array], rows: int) -> None:
        """Appends the message with these arrays."""
        nodes: list[int] = []
        places: list[int] = []
        packer, head = contexts.packer, len(out)
        out += self.data
        body = len(out)
        for array in arrays:
            nodes += len(array), array.null_count
            for buffer in _buffers(array):
                at = len(out)
                if buffer is not None and buffer.size:
                    _append(out, buffer, packer)
                places += at - body, len(out) - at
                out += bytes(-len(out) % _ALIGNED)
        struct.pack_into("<q", out, head + self.body_length, len(out) - body)
        struct.pack_into("<q", out, head + self.rows, rows)
        struct.pack_into(f"<{len(nodes)}q", out, head + self.nodes, *nodes)
        struct.pack_into(f"<{len(places)}q", out, head + self.buffers, *places)


def _append(out: bytearray, buffer: pa.Buffer, packer: zstandard.ZstdCompressor) -> None:
    """How long it is, and what it became."""
    size = buffer.size
    if size >= _SMALL:
        packed = packer.compress(buffer)
        if len(packed) < size:
            out += _LONG(size)
            out += packed
            return
    out += _LONG(NOT_SMALLER)
    out += memoryview(buffer)


@dataclass(frozen=True)
class _Messages:
    dictionaries: list[_Message]
    batch: _Message


def fits(schema: pa.Schema) -> bool:
    """Whether all columns are of a kind that `pack` knows: numbers, days, amounts, text, bytes, dictionaries of them."""
    return len(schema) > 0 and all(
        _is_plain(kind.value_type if pa.types.is_dictionary(kind) else kind) for kind in schema.types
    )


def _is_plain(kind: pa.DataType) -> bool:
    fixed = pa.types.is_primitive(kind) or pa.types.is_decimal(kind) or pa.types.is_fixed_size_binary(kind)
    return fixed or _offsets_width(kind) > 0


def _offsets_width(kind: pa.DataType) -> int:
    """Bytes of each offset of text or bytes; 0 for other types."""
    if pa.types.is_string(kind) or pa.types.is_binary(kind):
        return 4
    return 8 if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind) else 0


def pack(batch: pa.RecordBatch) -> bytes:
    """One Arrow IPC stream with one batch that fits, its buffers compressed by zstd. Any thread may call it."""
    messages = _messages(tuple(map(_form, batch.schema.types)))
    out, arrays, coded = bytearray(memoryview(batch.schema.serialize())), [], 0
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            values = column.dictionary
            messages.dictionaries[coded].append(out, [values], len(values))
            coded, column = coded + 1, column.indices
        arrays.append(column)
    messages.batch.append(out, arrays, batch.num_rows)
    out += _END
    return bytes(out)


def _buffers(array: pa.Array) -> Iterator[pa.Buffer | None]:
    """Its buffers, each just as long as it needs to be; those of numbers are not copied."""
    width = _offsets_width(array.type)
    first = _offset(array.buffers()[1], 0, width) if width and len(array) else 0
    if first or (array.offset and (width or array.type.bit_width % 8)):
        array = pa.concat_arrays([array])
    n, begin, (validity, *others) = len(array), array.offset, array.buffers()
    if not array.null_count:
        yield None
    elif begin:
        yield array.is_valid().buffers()[1].slice(0, (n + 7) // 8)
    else:
        yield validity.slice(0, (n + 7) // 8)
    if not width:
        bits = array.type.bit_width
        yield others[0].slice(begin * bits // 8, (n * bits + 7) // 8)
    elif n:
        offsets, text = others
        yield offsets.slice(0, (n + 1) * width)
        yield None if text is None else text.slice(0, _offset(offsets, n, width))
    else:
        yield from (None, None)


def _offset(offsets: pa.Buffer, position: int, width: int) -> int:
    return int.from_bytes(offsets.slice(position * width, width).to_pybytes(), "little")


def _form(kind: pa.DataType) -> tuple[bool, bool]:
    """Whether a column is coded, and whether it is text: how many buffers it has, and in which messages they are."""
    is_coded = pa.types.is_dictionary(kind)
    return is_coded, _offsets_width(kind.value_type if is_coded else kind) > 0


@lru_cache(maxsize=256)
def _messages(forms: tuple[tuple[bool, bool], ...]) -> _Messages:
    """Bills have few combinations of columns, so Arrow is asked once for each."""
    arrays = []
    for is_coded, is_text in forms:
        values = pa.array([None], pa.string() if is_text else pa.int8())
        arrays.append(pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), values) if is_coded else values)
    row = pa.record_batch(arrays, names=[""] * len(arrays))
    sink, options = pa.BufferOutputStream(), ipc.IpcWriteOptions(compression=ZSTD, use_threads=False)
    with ipc.new_stream(sink, row.schema, options=options) as writer:
        writer.write_batch(row)
    view = memoryview(sink.getvalue())
    _, at = message_at(view, 0)
    dictionaries = []
    for number in range(sum(is_coded for is_coded, _ in forms)):
        dictionaries.append(_message(view, at, record_at(view, at, DICTIONARY, number)))
        _, at = message_at(view, at)
    return _Messages(dictionaries, _message(view, at, record_at(view, at, BATCH)))


def _message(view: memoryview, begin: int, record: Record) -> _Message:
    table, _ = message_at(view, begin)
    return _Message(
        bytes(view[begin : record.body]),
        place_of(view, table, 3) - begin,
        place_of(view, record.at, 0) - begin,
        element_of(view, record.at, 1, 0, 16) - begin,
        element_of(view, record.at, 2, 0, 16) - begin,
    )
