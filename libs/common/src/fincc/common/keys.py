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

from fincc.common.batches import codes, dictionary
from fincc.common.focus import KEY_COLUMNS, TAG_PREFIX

Halves = npt.NDArray[np.uint64]


def is_key_column(name: str) -> bool:
    return name in KEY_COLUMNS or name.startswith(TAG_PREFIX)


class KeyHasher:
    """Remembers the hashes of values of columns with few distinct values; one per reading of a delivery."""

    REMEMBER = 50_000  # values per column; ids beyond it are hashed again rather than kept

    def __init__(self) -> None:
        self._known: dict[str, dict[str, tuple[int, int]]] = {}

    def keys(self, columns: Mapping[str, pa.Array], rows: int) -> pa.DictionaryArray:
        """The key column, dictionary<int32, binary(16)>; columns that are no part of the key are ignored."""
        total = np.zeros((rows, 2), np.uint64)
        for name, column in columns.items():
            if not is_key_column(name) or not rows:
                continue
            total += self._hashes(name, column.dictionary)[codes(column)]
        return _distinct(total)

    def _hashes(self, name: str, values: pa.Array) -> Halves:
        """One row per dictionary entry, and a last row of zeros where code -1 (null) points."""
        known = self._known.setdefault(name, {})
        prefix = name.encode() + b"\0"
        out = np.zeros((len(values) + 1, 2), np.uint64)
        for i, value in enumerate(values.to_pylist()):
            if not value:
                continue
            halves = known.get(value)
            if halves is None:
                number = xxhash.xxh3_128_intdigest(prefix + value.encode())
                halves = (number & 0xFFFFFFFFFFFFFFFF, number >> 64)
                if len(known) < self.REMEMBER:
                    known[value] = halves
            out[i] = halves
        return out


def _distinct(total: Halves) -> pa.DictionaryArray:
    """Dictionary encoding of 128-bit values."""
    flat = pa.Array.from_buffers(pa.binary(16), len(total), [None, pa.py_buffer(np.ascontiguousarray(total))])
    encoded = flat.dictionary_encode()
    return dictionary(encoded.indices.to_numpy(), encoded.dictionary)


def key_of(attributes: Mapping[str, str | None]) -> bytes:
    """The key of one record, given as plain text; for tests and explanations."""
    low = high = 0
    for name, value in attributes.items():
        if value and is_key_column(name):
            number = xxhash.xxh3_128_intdigest(name.encode() + b"\0" + value.encode())
            low += number & 0xFFFFFFFFFFFFFFFF
            high += number >> 64
    return (low % 2**64).to_bytes(8, "little") + (high % 2**64).to_bytes(8, "little")
