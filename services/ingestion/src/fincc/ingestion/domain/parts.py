"""Cuts mapped columns into encoded parts of a target size. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fincc.common import batches
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import KeyHasher
from fincc.common.snapshots import Sums, totals_of

FIRST_BYTES_PER_ROW = 80.0
LARGEST = 700_000


@dataclass(frozen=True)
class EncodedPart:
    """One part ready to be sent: `data` is the encoded `batch`."""

    data: bytes
    batch: pa.RecordBatch
    totals: dict[str, Sums]


class PartCutter:
    """Turns the batches of one delivery into parts. Remembers how many bytes a row takes, so that most parts fit at first try."""

    def __init__(self, target_bytes: int, max_rows: int) -> None:
        self._target, self._max_rows = target_bytes, max_rows
        self._per_row = FIRST_BYTES_PER_ROW
        self._hasher = KeyHasher()

    def cut(self, columns: Mapping[str, pa.Array], rows: int) -> Iterator[EncodedPart]:
        """Parts of `rows` rows, ordered by resource so that each holds few of them and compresses well."""
        if rows == 0:
            return
        ready = _by_resource(dict(columns), rows)
        ready[KEY_COLUMN] = self._hasher.keys(ready, rows)
        start = 0
        while start < rows:
            take = max(1, min(self._max_rows, int(self._target / self._per_row), rows - start))
            part = self._encode(ready, start, take)
            start += part.batch.num_rows
            yield part

    def _encode(self, columns: Mapping[str, pa.Array], start: int, take: int) -> EncodedPart:
        while True:
            batch = batches.cut(columns, start, take)
            data = batches.encode(batch)
            self._per_row = max(1.0, len(data) / take)
            if len(data) <= LARGEST or take == 1:
                return EncodedPart(data, batch, totals_of(batch))
            take = max(1, min(take - 1, int(self._target / self._per_row)))


def _by_resource(columns: dict[str, pa.Array], rows: int) -> dict[str, pa.Array]:
    resources = columns.get("ResourceId")
    if resources is None:
        return columns
    columns["ResourceId"] = resources = batches.encode_text(resources)
    codes = batches.codes(resources)
    if rows < 2 or bool(np.all(codes[1:] >= codes[:-1])):
        return columns
    return batches.take(columns, np.argsort(codes, kind="stable"))
