"""Column batches: dictionary columns, Arrow IPC bytes, projection. Nothing here loops over rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import ipc

from fincc.common import packing
from fincc.common.focus import KEY_COLUMN
from fincc.common.projection import EncodedBatch
from fincc.kernels.distinct import distinct_texts
from fincc.kernels.numbering import Numbering

Codes = npt.NDArray[np.int32]
LZ4 = pa.Codec("lz4")
MANY = 1 << 14
"""Values of the pieces of a column from which on joining them is quicker without Arrow."""


def codes(column: pa.DictionaryArray) -> Codes:
    """The int32 codes of a dictionary column; null is -1."""
    indices = column.indices
    if indices.type != pa.int32():
        indices = indices.cast(pa.int32())
    return filled(indices)


def narrow_codes(column: pa.DictionaryArray) -> npt.NDArray[np.signedinteger]:
    """The codes of a dictionary column, of 8, 16 or 32 bits; null is -1."""
    is_short = column.type.index_type in (pa.int8(), pa.int16(), pa.int32())
    return column.indices.to_numpy() if is_short and not column.indices.null_count else codes(column)


def filled(indices: pa.Array) -> Codes:
    """Integers of 32 bits as they are, with -1 for null."""
    if not indices.null_count:
        return indices.to_numpy()
    validity, values = indices.buffers()
    begin, end = indices.offset, indices.offset + len(indices)
    # 0 for valid and -1, all bits set, for null. Arrow's fill_null takes five times as long where nulls are scattered.
    mask = np.unpackbits(np.frombuffer(validity, np.uint8), count=end, bitorder="little")[begin:].astype(np.int32)
    mask -= 1
    mask |= np.frombuffer(values, np.int32)[begin:end]
    return mask


def dictionary(column_codes: npt.NDArray[np.integer], values: pa.Array) -> pa.DictionaryArray:
    """A dictionary column of codes into `values`; -1 is null. 8- and 16-bit codes stay so, others become int32."""
    indices = np.ascontiguousarray(column_codes, column_codes.dtype if column_codes.dtype.itemsize < 4 else np.int32)
    nulls = int(np.count_nonzero(indices < 0))
    validity = pa.py_buffer(np.packbits(indices >= 0, bitorder="little")) if nulls else None
    kind = pa.from_numpy_dtype(indices.dtype)
    array = pa.Array.from_buffers(kind, len(indices), [validity, pa.py_buffer(indices)], null_count=nulls)
    return pa.DictionaryArray.from_arrays(array, values, safe=False)


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
        numbers, values = _distinct(column.drop_null().cast(pa.string()))
        if column.null_count:
            known = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
            known_numbers, numbers = numbers, np.full(len(column), -1, np.int32)
            numbers[known] = known_numbers
        column = dictionary(numbers, values)
    if column.type.value_type != pa.string() or column.type.index_type != pa.int32():
        column = pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), column.dictionary.cast(pa.string()))
    return column


def _distinct(texts: pa.StringArray) -> tuple[Codes, pa.Array]:
    """The place of each text among the distinct ones, and these. None of them may be null."""
    _, ends, text = texts.buffers()
    ends = np.frombuffer(ends or bytes(4), np.int32)[texts.offset : texts.offset + len(texts) + 1]
    numbers, firsts = distinct_texts(np.frombuffer(text or b"", np.uint8), ends)
    return numbers, texts.take(pa.array(firsts))


def compact(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """The same column with only the dictionary entries in use, in order of appearance."""
    numbers, used = Numbering(len(column.dictionary)).of(codes(column))
    return dictionary(numbers, column.dictionary.take(pa.array(used)))


def _kind(size: int) -> type[np.signedinteger]:
    """The shortest integers that number `size` values."""
    return np.int8 if size < 1 << 7 else np.int16 if size < 1 << 15 else np.int32


class Cutter:
    """Cuts batches out of columns, with the rows in another order than the columns have them.

    A batch's dictionaries hold what its rows use; those of a few values are left as they are, since finding out costs
    more than sending them, unless the column is one of `EXACT`. Their codes are as short as they can be, which
    `decode` undoes. Columns that are null throughout are left out.
    """

    FEW = 64
    EXACT = ("BillingCurrency", "BillingAccountId", "SubAccountId", KEY_COLUMN)
    """Readers take the dictionaries of these for what the batch holds."""

    def __init__(self, columns: dict[str, pa.Array], order: npt.NDArray[np.integer]) -> None:
        """Empties `columns`, so that no more than one of them is in memory twice."""
        # Column by column, since one column fits into the processor's cache and all of them do not.
        self._coded: dict[str, tuple[npt.NDArray[np.signedinteger], pa.Array, Numbering]] = {}
        self._plain: dict[str, pa.Array] = {}
        for name in list(columns):
            column = columns.pop(name)
            if not pa.types.is_dictionary(column.type):
                self._plain[name] = _ordered(column, order)
            elif len(column.dictionary) == 1 and not column.null_count:
                self._plain[name] = column  # the same in any order
            else:
                shuffled = codes(column).astype(_kind(len(column.dictionary)), copy=False).take(order, mode="wrap")
                if len(column.dictionary) <= self.FEW and name not in self.EXACT:
                    self._plain[name] = dictionary(shuffled, column.dictionary)
                else:
                    self._coded[name] = shuffled, column.dictionary, Numbering(len(column.dictionary))

    def cut(self, start: int, rows: int) -> pa.RecordBatch:
        """Rows start … start+rows in the order."""
        parts = {name: column.slice(start, rows) for name, column in self._plain.items()}
        for name, (row_codes, values, numbering) in self._coded.items():
            numbers, used = numbering.of(row_codes[start : start + rows])
            parts[name] = dictionary(numbers.astype(_kind(len(used)), copy=False), values.take(pa.array(used)))
        return pa.record_batch({name: part for name, part in parts.items() if part.null_count < len(part)})


def _ordered(column: pa.Array, order: npt.NDArray[np.integer]) -> pa.Array:
    """The rows in that order. Arrow takes four times as long for amounts, and twice for other numbers."""
    width = column.type.bit_width if pa.types.is_decimal(column.type) or pa.types.is_primitive(column.type) else 0
    item = {64: np.float64, 128: np.complex128}.get(width)  # nothing is computed with these, only their bytes are moved
    if item is None:
        return column.take(pa.array(order))
    n, (validity, values) = len(order), column.buffers()
    items: npt.NDArray[np.generic] = np.frombuffer(values, item, len(column), column.offset * width // 8)
    ordered = items.take(order, mode="wrap")
    if column.null_count:
        bits = np.unpackbits(np.frombuffer(validity, np.uint8), count=column.offset + len(column), bitorder="little")
        validity = pa.py_buffer(np.packbits(bits[column.offset :].take(order, mode="wrap"), bitorder="little"))
    return pa.Array.from_buffers(column.type, n, [validity if column.null_count else None, pa.py_buffer(ordered)])


def cut(columns: Mapping[str, pa.Array], start: int, rows: int) -> pa.RecordBatch:
    """Rows start … start+rows as a batch with its own dictionaries; columns that are null throughout are left out."""
    return Cutter({name: column.slice(start, rows) for name, column in columns.items()}, np.arange(rows)).cut(0, rows)


def encode(batch: pa.RecordBatch, codec: pa.Codec | None = None) -> bytes:
    """One Arrow IPC stream; compressed by zstd unless told otherwise."""
    if codec is None and packing.fits(batch.schema):
        return packing.pack(batch)
    sink, options = pa.BufferOutputStream(), ipc.IpcWriteOptions(compression=codec or packing.ZSTD, use_threads=False)
    with ipc.new_stream(sink, batch.schema, options=options) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def decode(data: bytes | pa.Buffer, columns: Iterable[str] | None = None) -> pa.RecordBatch:
    """Decode an encoded batch; with `columns`, only those of them that it has are decompressed."""
    return _widened(_whole(data) if columns is None else EncodedBatch(data).select(columns))


def decode_rows(data: bytes | pa.Buffer, rows: npt.NDArray[np.integer]) -> pa.RecordBatch:
    """Some rows of an encoded batch with all their columns; codes of dictionaries are as short as they were sent."""
    return _whole(data).take(pa.array(rows))


def _whole(data: bytes | pa.Buffer) -> pa.RecordBatch:
    """Hundreds of small buffers: handing them to other threads takes half as long again as unpacking them does."""
    return ipc.open_stream(data, options=ipc.IpcReadOptions(use_threads=False)).read_next_batch()


def narrowed(column: pa.Array) -> pa.Array:
    """A dictionary column with the shortest codes, which take a quarter of the memory mostly; others as they are."""
    if not pa.types.is_dictionary(column.type):
        return column
    kind = pa.from_numpy_dtype(_kind(len(column.dictionary)))
    if column.type.index_type == kind:
        return column
    return pa.DictionaryArray.from_arrays(column.indices.cast(kind, safe=False), column.dictionary, safe=False)


def _wide(column: pa.Array) -> pa.Array:
    """A dictionary column with int32 codes; others as they are."""
    if not pa.types.is_dictionary(column.type) or column.type.index_type == pa.int32():
        return column
    return pa.DictionaryArray.from_arrays(column.indices.cast(pa.int32()), column.dictionary, safe=False)


def _widened(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Dictionary columns with the codes that `wire_type` says."""
    columns = [_wide(column) for column in batch.columns]
    return pa.record_batch(columns, names=batch.schema.names)


def join(pieces: list[dict[str, pa.Array]], lengths: list[int]) -> dict[str, pa.Array]:
    """Columns one below the other, with the shortest codes; one that a piece does not have is null there. Empties the
    pieces as it goes."""
    if len(pieces) == 1:
        return {name: narrowed(pieces[0].pop(name)) for name in list(pieces[0])}
    joined: dict[str, pa.Array] = {}
    for name in list(dict.fromkeys(name for piece in pieces for name in piece)):
        chunks = [piece.pop(name, None) for piece in pieces]
        if _are_many_texts(chunks):
            joined[name] = _joined(chunks, lengths)
            continue
        wide = [_wide(c) if c is not None else None for c in chunks]
        kind = next(c.type for c in wide if c is not None)
        whole = pa.chunked_array(
            [pa.nulls(n, kind) if c is None else c for c, n in zip(wide, lengths, strict=True)], kind
        )
        del chunks, wide
        if pa.types.is_dictionary(kind):
            whole = whole.unify_dictionaries()
        joined[name] = narrowed(pa.concat_arrays(whole.chunks))
    return joined


def _are_many_texts(pieces: list[pa.Array | None]) -> bool:
    """Of which Arrow takes twice as long to find those that are the same."""
    values = [p.dictionary for p in pieces if p is not None and pa.types.is_dictionary(p.type)]
    return sum(map(len, values)) > MANY and all(v.type == pa.string() and not v.null_count for v in values)


def _joined(pieces: list[pa.DictionaryArray | None], lengths: list[int]) -> pa.DictionaryArray:
    """Text columns one below the other, None being null; each value is there once."""
    numbers, values = _distinct(pa.concat_arrays([piece.dictionary for piece in pieces if piece is not None]))
    whole = np.full(sum(lengths), -1, _kind(len(values)))
    start = value = 0
    for piece, rows in zip(pieces, lengths, strict=True):
        if piece is not None:
            of_value = np.append(numbers[value : value + len(piece.dictionary)], -1).astype(whole.dtype)
            whole[start : start + rows] = of_value.take(narrow_codes(piece))
            value += len(piece.dictionary)
        start += rows
    return dictionary(whole, values)
