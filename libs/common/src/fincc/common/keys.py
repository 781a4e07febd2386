"""The attribution key: a 128-bit hash of the columns an owner may depend on. Ours and stable; vectors in the tests.

key = Σ xxh3_128(column name + NUL + value) over the key's columns and tags, each 64-bit half modulo 2**64. Null and
empty text add nothing. The sum does not depend on the order of columns or tags; values are hashed once per dictionary
entry, never per row.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import xxhash

from fincc.common.batches import dictionary, narrow_codes
from fincc.common.focus import KEY_COLUMNS, TAG_PREFIX
from fincc.kernels.distinct import distinct_pairs
from fincc.kernels.hashing import xxh3_128
from fincc.kernels.sums import sum_pairs

Words = npt.NDArray[np.uint64]
Pairs = npt.NDArray[np.uint64]
"""(n, 2): the low and the high half of n hashes. Together, since looking one up touches memory once."""


def is_key_column(name: str) -> bool:
    return name in KEY_COLUMNS or name.startswith(TAG_PREFIX)


def key_column(
    columns: Mapping[str, pa.Array], rows: int, hashed: Mapping[str, Pairs] | None = None
) -> pa.DictionaryArray:
    """The keys of `rows` rows, dictionary<int32, binary(16)>; columns that are no part of the key are ignored.

    `hashed` is what `value_hashes` says of the columns, where it is known already.
    """
    everywhere, told = np.zeros(2, np.uint64), []
    for name, of_value in (value_hashes(columns) if hashed is None else hashed).items():
        column = columns[name]
        if len(of_value) == 2 and not column.null_count:  # the same value in every row
            everywhere += of_value[0]
        else:
            told.append((narrow_codes(column), of_value))
    total = sum_pairs(rows, told)
    total += everywhere
    numbers, firsts = distinct_pairs(total)
    return dictionary(numbers, _binary(total.take(firsts, axis=0)))


def value_hashes(columns: Mapping[str, pa.Array]) -> dict[str, Pairs]:
    """The hashes of the values of each column that is part of the key."""
    return {name: hashes(name, column.dictionary) for name, column in columns.items() if is_key_column(name)}


def hashes(name: str, values: pa.Array) -> Pairs:
    """The hash of each text in a column of that name, and a last one of zeros where code -1 (null) points."""
    ends = np.frombuffer(values.buffers()[1] or bytes(4), np.int32)[values.offset : values.offset + len(values) + 1]
    pairs = np.zeros((len(values) + 1, 2), np.uint64)
    pairs[:-1] = xxh3_128(name.encode() + b"\0", np.frombuffer(values.buffers()[2] or b"", np.uint8), ends)
    pairs[:-1][ends[1:] == ends[:-1]] = 0  # empty text adds nothing
    return pairs


def _binary(words: Words) -> pa.Array:
    return pa.Array.from_buffers(pa.binary(16), len(words), [None, pa.py_buffer(np.ascontiguousarray(words))])


def words_of(keys: pa.Array) -> tuple[Words, Words]:
    """The two 64-bit words of each value of a binary(16) column without nulls."""
    flat = np.frombuffer(keys.buffers()[1], np.uint64)[2 * keys.offset : 2 * (keys.offset + len(keys))]
    return flat[0::2].copy(), flat[1::2].copy()


def keys_of(low: Words, high: Words) -> pa.Array:
    """The inverse of `words_of`."""
    flat = np.empty((len(low), 2), np.uint64)
    flat[:, 0], flat[:, 1] = low, high
    return pa.Array.from_buffers(pa.binary(16), len(low), [None, pa.py_buffer(flat)])


def key_of(attributes: Mapping[str, str | None]) -> bytes:
    """The key of one record, given as plain text; for tests and explanations."""
    low = high = 0
    for name, value in attributes.items():
        if value and is_key_column(name):
            number = xxhash.xxh3_128_intdigest(name.encode() + b"\0" + value.encode())
            low += number & 0xFFFFFFFFFFFFFFFF
            high += number >> 64
    return (low % 2**64).to_bytes(8, "little") + (high % 2**64).to_bytes(8, "little")
