"""What keys are: the columns and tags of each, collected from the parts that first show it, and read column by column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.batches import codes as codes_of
from fincc.common.batches import encode_text
from fincc.common.keys import is_key_column, keys_of
from fincc.common.projection import EncodedBatch
from fincc.common.slots import Words
from fincc.common.vocabulary import first_rows

KEY = "key"
_TEXT = pa.string()

Codes = npt.NDArray[np.int32]


class NewKeys:
    """Collects keys that were never seen, with the attributes of the first row of each."""

    def __init__(self) -> None:
        self._low: list[Words] = []
        self._high: list[Words] = []
        self._columns: dict[str, list[pa.Array]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, part: EncodedBatch, key_codes: Codes, wanted: npt.NDArray[np.intp], low: Words, high: Words) -> None:
        """The `wanted` keys of a part (positions in the dictionary of its key column), which are these words."""
        rows = first_rows(key_codes, int(key_codes.max()) + 1)[wanted]
        self._low.append(low)
        self._high.append(high)
        for name in filter(is_key_column, part.names):
            values = part.dictionary(name)
            if len(values):
                codes = part.codes(name)[rows]
                column = values.take(pa.array(codes, mask=codes < 0) if (codes < 0).any() else pa.array(codes))
                self._column(name).append(column)
        self._size += len(rows)
        self._fill()

    def batch(self) -> pa.RecordBatch:
        """Column `key`, and each attribute that any of them has."""
        keys = keys_of(np.concatenate(self._low), np.concatenate(self._high))
        found = {name: pa.concat_arrays(parts).dictionary_encode() for name, parts in self._columns.items()}
        return pa.record_batch({KEY: keys, **{n: c for n, c in found.items() if c.null_count < self._size}})

    def _column(self, name: str) -> list[pa.Array]:
        """A column that begins now is null for all keys before."""
        if name not in self._columns:
            self._columns[name] = [pa.nulls(self._size, _TEXT)]
        return self._columns[name]

    def _fill(self) -> None:
        for parts in self._columns.values():
            missing = self._size - sum(map(len, parts))
            if missing:
                parts.append(pa.nulls(missing, _TEXT))


class Attributes:
    """The attributes of keys, a row each, column by column."""

    def __init__(self, batches: Sequence[pa.RecordBatch]) -> None:
        self._batches = [b for b in batches if b.num_rows]
        self.names = list(dict.fromkeys(name for batch in self._batches for name in batch.schema.names))
        self.rows = sum(batch.num_rows for batch in self._batches)

    def column(self, name: str) -> tuple[npt.NDArray[np.int32], list[str]]:
        """Codes, -1 for null, into the values."""
        chunks = [
            encode_text(batch.column(name)) if name in batch.schema.names else _nothing(batch.num_rows)
            for batch in self._batches
        ]
        whole = encode_text(pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string())))
        values: list[str] = whole.dictionary.to_pylist()
        return codes_of(whole), values


def _nothing(rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.string()))
