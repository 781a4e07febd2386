"""Text columns as codes into their distinct values, so that work is done once per value and never per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common import batches

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Text:
    """`codes[i]` is the place of row i's text in `values`; -1 is null. Values need not be distinct."""

    codes: Codes
    values: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array, null_words: Sequence[str] = ("",)) -> Text:
        """Any column as text; the words in `null_words` are null."""
        if isinstance(column, pa.ChunkedArray) and column.num_chunks == 1:
            column = column.chunk(0)
        encoded = batches.encode_text(column)
        text = cls(batches.codes(encoded), encoded.dictionary)
        sizes = text.sizes
        lut = np.arange(len(sizes) + 1, dtype=np.int32)
        lut[-1] = -1
        for word in null_words:
            for i in np.flatnonzero(sizes == len(word)).tolist():
                if text.values[i].as_py() == word:
                    lut[i] = -1
        return text if (lut[:-1] >= 0).all() else cls(lut.take(text.codes), text.values)

    @classmethod
    def constant(cls, rows: int, value: str | None) -> Text:
        if value is None:
            return cls(np.full(rows, -1, np.int32), pa.array([], pa.string()))
        return cls(np.zeros(rows, np.int32), pa.array([value], pa.string()))

    @classmethod
    def choice(cls, choices: npt.NDArray[np.integer], values: Sequence[str | None]) -> Text:
        """Row i has `values[choices[i]]`; -1 is the last of them."""
        known = [v for v in dict.fromkeys(values) if v is not None]
        place = {v: i for i, v in enumerate(known)}
        lut = np.array([-1 if v is None else place[v] for v in values], np.int32)
        return cls(lut.take(choices), pa.array(known, pa.string()))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def sizes(self) -> npt.NDArray[np.int32]:
        """Bytes of each value."""
        if not len(self.values):
            return np.empty(0, np.int32)
        offsets = np.frombuffer(self.values.buffers()[1], np.int32)
        return np.diff(offsets[self.values.offset : self.values.offset + len(self.values) + 1])

    def strings(self) -> list[str]:
        values: list[str] = self.values.to_pylist()
        return values

    def map(self, function: Callable[[str], str | None]) -> Text:
        """The same with each value replaced; None makes it null."""
        return Text.choice(self.codes, [*map(function, self.strings()), None])

    def test(self, function: Callable[[str], bool]) -> Mask:
        """Which rows have a value that passes; null does not."""
        lut = np.array([*map(function, self.strings()), False], bool)
        return lut.take(self.codes)

    @property
    def is_null(self) -> Mask:
        return self.codes < 0

    def take(self, rows: Rows) -> Text:
        return Text(self.codes.take(rows), self.values)

    def where(self, mask: Mask, other: Text) -> Text:
        """This text where `mask`, else the other."""
        if not len(self) or mask.all():
            return self
        if not mask.any():
            return other
        shifted = np.where(other.codes < 0, np.int32(-1), other.codes + np.int32(len(self.values)))
        return Text(np.where(mask, self.codes, shifted), pa.concat_arrays([self.values, other.values]))

    def or_else(self, other: Text) -> Text:
        return self.where(~self.is_null, other)

    @property
    def says_something(self) -> bool:
        """Whether any row is not null."""
        return bool(len(self.codes)) and int(self.codes.max()) >= 0

    def compact(self) -> Text:
        """Without the values that no row has."""
        used = np.zeros(len(self.values) + 1, bool)
        used[self.codes] = True
        used[-1] = False
        if used[:-1].all():
            return self
        keep = np.flatnonzero(used)
        lut = np.full(len(used), -1, np.int32)
        lut[keep] = np.arange(len(keep), dtype=np.int32)
        return Text(lut.take(self.codes), self.values.take(pa.array(keep)))

    def array(self) -> pa.DictionaryArray:
        """dictionary<int32, string>."""
        nulls = int(np.count_nonzero(self.codes < 0))
        validity = pa.py_buffer(np.packbits(self.codes >= 0, bitorder="little")) if nulls else None
        codes = pa.py_buffer(np.ascontiguousarray(self.codes))
        indices = pa.Array.from_buffers(pa.int32(), len(self), [validity, codes], null_count=nulls)
        return pa.DictionaryArray.from_arrays(indices, self.values, safe=False)
