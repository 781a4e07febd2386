"""Cuts mapped columns into encoded parts of a target size. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common import batches
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import key_column
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

    def cut(self, columns: Mapping[str, pa.Array], rows: int) -> Iterator[EncodedPart]:
        """Parts of `rows` rows, ordered by resource so that each holds few of them and compresses well."""
        if rows == 0:
            return
        cutter = batches.Cutter({**columns, KEY_COLUMN: key_column(columns, rows)}, _by_resource(columns, rows))
        start = 0
        while start < rows:
            take = max(1, min(self._max_rows, int(self._target / self._per_row), rows - start))
            part = self._encode(cutter, start, take)
            start += part.batch.num_rows
            yield part

    def _encode(self, cutter: batches.Cutter, start: int, take: int) -> EncodedPart:
        while True:
            batch = cutter.cut(start, take)
            data = batches.encode(batch)
            self._per_row = max(1.0, len(data) / take)
            if len(data) <= LARGEST or take == 1:
                return EncodedPart(data, batch, totals_of(batch))
            take = max(1, min(take - 1, int(self._target / self._per_row)))


def _by_resource(columns: Mapping[str, pa.Array], rows: int) -> npt.NDArray[np.intp]:
    """The rows ordered by resource; rows of one resource stay in their order."""
    resources = columns.get("ResourceId")
    if resources is None:
        return np.arange(rows)
    # Numpy sorts 16-bit numbers in linear time, so the two halves one after the other are quicker than the whole.
    codes = batches.codes(resources).view(np.uint32)
    order = np.argsort(codes.astype(np.uint16), kind="stable")
    if len(resources.dictionary) > 1 << 16:
        order = order[np.argsort((codes >> np.uint32(16)).astype(np.uint16)[order], kind="stable")]
    return order
