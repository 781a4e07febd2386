"""Cuts mapped columns into encoded parts of a target size. Pure; no I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common import batches
from fincc.common.contents import Contents
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import Words, key_column, value_hashes, words_of
from fincc.common.slots import SlotIndex
from fincc.common.snapshots import Sums, totals_of

FIRST_BYTES_PER_ROW = 64.0
UP, DOWN = 0.5, 0.2  # how much the latest part weighs in what a row is thought to take; too large a part is cut again
LARGEST = 820_000  # of an encoded part: owners may add 130 kB, and the bus takes 950
TOGETHER = ("ResourceId", "ServiceName", "RegionId", "SubAccountId")
"""What rows are ordered by, the last one first. Most other columns follow from these, so equal values stand together, which
saves an eighth of the bytes; and a part has few accounts, by which it is left alone when others are asked for."""


@dataclass(frozen=True)
class Keys:
    """Distinct attribution keys: their two words."""

    low: Words
    high: Words


@dataclass(frozen=True)
class EncodedPart:
    """One part ready to be sent: `data` is an encoded batch."""

    data: bytes
    totals: dict[str, Sums]
    contents: Contents
    billing_accounts: list[str]

    @classmethod
    def of(cls, data: bytes, batch: pa.RecordBatch, resources: Words | None = None) -> EncodedPart:
        """Without the batch itself, whose columns would keep those that it was cut from in memory."""
        accounts = [a for a in batch.column("BillingAccountId").dictionary.to_pylist() if a]
        return cls(data, totals_of(batch), Contents.of(batch, resources), accounts)


class PartCutter:
    """Turns the batches of one delivery into parts, many of them at a time: the more rows are ordered together, the fewer
    resources and keys each part has, which saves all who read it work and bytes.

    Of those, the rows whose key no part had before come first. A reader needs the attributes of keys that are new to
    it, so it finds them in few parts and leaves them undecoded in all others. `known` are keys that parts cut elsewhere
    have.

    Remembers how many bytes a row takes, so that most parts fit at first try.
    """

    MOST_TEXT = 48 << 20  # bytes of distinct texts that wait, however few their rows: tags may have 20 kB each
    MOST_KEYS = 1_000_000  # remembered; more start it over, which costs readers time and nothing else

    def __init__(self, target_bytes: int, max_rows: int, together: int, known: Keys | None = None) -> None:
        self._target, self._max_rows, self._together = target_bytes, max_rows, together
        self._per_row: dict[bool, float] = {}
        """Bytes that a row takes; rows with new keys, True, take more than others."""
        self._seen = SlotIndex()
        if known is not None:
            self._seen.append(known.low, known.high)
        self.first = Keys(np.empty(0, np.uint64), np.empty(0, np.uint64))
        """The keys of the rows that were cut first; none before."""
        self._new_rows = 0
        """Rows of the present window that come first since they have new keys."""
        self._waiting: list[dict[str, pa.Array]] = []
        self._lengths: list[int] = []
        self._text = 0

    def add(self, columns: dict[str, pa.Array], rows: int) -> Iterator[EncodedPart]:
        """Takes the columns over; yields parts once there are enough rows."""
        if rows:
            self._waiting.append(columns)
            self._lengths.append(rows)
            self._text += sum(_text_bytes(column) for column in self._waiting[-1].values())
        if sum(self._lengths) >= self._together or self._text >= self.MOST_TEXT:
            yield from self.finish()

    def finish(self) -> Iterator[EncodedPart]:
        """The parts of what waits."""
        if self._waiting:
            rows, columns = sum(self._lengths), batches.join(self._waiting, self._lengths)
            self._waiting, self._lengths, self._text = [], [], 0
            yield from self._cut(columns, rows)

    def _cut(self, columns: dict[str, pa.Array], rows: int) -> Iterator[EncodedPart]:
        hashed = value_hashes(columns)
        keys = columns[KEY_COLUMN] = key_column(columns, rows, hashed)
        order = _ordered(columns, rows)
        is_new = self._are_new(keys.dictionary).take(batches.codes(keys).take(order))
        order = np.concatenate([order.compress(is_new), order.compress(~is_new)])
        self._new_rows = int(np.count_nonzero(is_new))
        del keys, is_new
        resources = columns.get("ResourceId")
        of_row = None if resources is None else batches.codes(resources).take(order)
        of_value = None if resources is None else hashed["ResourceId"][:, 0]
        del resources, hashed
        cutter = batches.Cutter(columns, order)
        del order
        for start, data, batch in self._encoded(cutter, rows):
            words = None
            if of_row is not None and of_value is not None:
                seen = of_row[start : start + batch.num_rows]
                first = seen.compress(np.append(True, seen[1:] != seen[:-1]))  # equal ones stand together
                words = of_value[first[first >= 0]]
            yield EncodedPart.of(data, batch, words)

    def _are_new(self, keys: pa.Array) -> npt.NDArray[np.bool_]:
        """Whether each of these distinct keys was in no part before; remembers them."""
        if len(self._seen) + len(keys) > self.MOST_KEYS:
            self._seen = SlotIndex()
        low, high = words_of(keys)
        if not len(self.first.low):
            self.first = Keys(low, high)
        is_new = self._seen.find(low, high) < 0
        self._seen.append(low[is_new], high[is_new])
        return is_new

    def _encoded(self, cutter: batches.Cutter, rows: int) -> Iterator[tuple[int, bytes, pa.RecordBatch]]:
        """Where each part begins, and the part. One is encoded while the next one is cut."""
        start, cut = 0, deque[tuple[int, pa.RecordBatch, Future[bytes]]]()
        with ThreadPoolExecutor(1, "encode") as other:
            while start < rows or cut:
                if start < rows and len(cut) < 2:
                    batch = cutter.cut(start, self._take(start, rows))
                    cut.append((start, batch, other.submit(batches.encode, batch)))
                    start += batch.num_rows
                else:
                    begin, batch, encoding = cut.popleft()
                    data, is_new = encoding.result(), begin < self._new_rows
                    # Of a few last rows each takes more; what follows would be cut far too small.
                    if begin + batch.num_rows < rows or is_new not in self._per_row:
                        self._learn(is_new, len(data) / batch.num_rows)
                    yield from self._fitting(cutter, begin, batch, data)

    def _fitting(
        self, cutter: batches.Cutter, start: int, batch: pa.RecordBatch, data: bytes
    ) -> Iterator[tuple[int, bytes, pa.RecordBatch]]:
        """The part, or several of its rows where it is too large."""
        end, per_row = start + batch.num_rows, len(data) / batch.num_rows
        while True:
            most = end - start
            if len(data) <= LARGEST or batch.num_rows == 1:
                yield start, data, batch
                start += batch.num_rows
                if start == end:
                    return
            else:
                most, per_row = batch.num_rows - 1, len(data) / batch.num_rows
            batch = cutter.cut(start, max(1, min(most, end - start, int(self._target / per_row))))
            data = batches.encode(batch)

    def _learn(self, is_new: bool, per_row: float) -> None:
        before = self._per_row.get(is_new, per_row)
        self._per_row[is_new] = max(1.0, before + (UP if per_row > before else DOWN) * (per_row - before))

    def _take(self, start: int, end: int) -> int:
        """How many of these rows make a part."""
        per_row = self._per_row.get(start < self._new_rows, FIRST_BYTES_PER_ROW)
        return max(1, min(self._max_rows, int(self._target / per_row), end - start))


def _text_bytes(column: pa.Array) -> int:
    return int(column.dictionary.nbytes) if pa.types.is_dictionary(column.type) else 0


def _ordered(columns: Mapping[str, pa.Array], rows: int) -> npt.NDArray[np.intp]:
    """The rows by `TOGETHER`, the last of them first; rows that are equal in all of them stay in their order."""
    order = np.arange(rows)
    for name in TOGETHER:
        column = columns.get(name)
        if column is None:
            continue
        # Numpy sorts 16-bit numbers in linear time, so the two halves one after the other are quicker than the whole.
        codes = batches.codes(column).view(np.uint32)
        order = order.take(np.argsort(codes.astype(np.uint16).take(order), kind="stable"))
        if len(column.dictionary) >= 1 << 16:
            order = order.take(np.argsort((codes >> np.uint32(16)).astype(np.uint16).take(order), kind="stable"))
    return order
