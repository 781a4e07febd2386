"""Single records, from the archive of what ingestion published, with today's owners."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.cockpit.domain.facts import Bools
from fincc.cockpit.domain.filters import Filter, TeamChoice
from fincc.cockpit.domain.key_columns import passing
from fincc.cockpit.domain.keys import Keys
from fincc.cockpit.domain.query import Place, RecordsQuery
from fincc.cockpit.usecases.context import AnswerContext, meta
from fincc.cockpit.usecases.facts import FactReader
from fincc.cockpit.usecases.selection import Permitted, days_of, of_sources, range_of, unattributable
from fincc.cockpit.usecases.stored_keys import StoredKeys
from fincc.common.archive import Archive, HoldingPart, Wanted, on_days
from fincc.common.batches import decode_rows, dictionary
from fincc.common.db import ReadSession
from fincc.common.focus import COLUMNS, KEY_COLUMN, OWNER_COLUMNS, TAG_PREFIX
from fincc.common.keys import words_of
from fincc.common.money import to_text
from fincc.common.objects import ObjectStore
from fincc.common.period import Days
from fincc.common.problem import Invalid
from fincc.common.projection import EncodedBatch
from fincc.common.slots import Ids, SlotIndex

_UNPACKED_TOGETHER = 8
_UNPACKING = ThreadPoolExecutor(2, "unpack")
"""Most of a page's time goes by in Arrow, which lets other threads run meanwhile."""
_ORDER = {name: place for place, name in enumerate(COLUMNS)}


async def records(
    session: ReadSession,
    context: AnswerContext,
    query: RecordsQuery,
    permitted: Permitted,
    objects: ObjectStore,
    reader: FactReader,
) -> dict[str, Any]:
    """A page of records in the order of the bill; months before today's come first."""
    currency = context.currency(query.view)
    choice = context.teams(query.view, permitted)
    days = days_of(context, query.first, query.last)
    search = _Search(objects, context, reader, query, days, choice)
    batches, rest = await asyncio.to_thread(search.page)
    columns = _columns(batches)
    unallocated = await unattributable(session, context, query.view, days, currency, choice)
    return {
        "meta": meta(context, query, currency, [days], unallocated, permitted, warnings=search.missing),
        "range": range_of(days),
        "columns": columns,
        "items": [item for b in batches for item in _items(b, columns)],
        "next_cursor": None if rest is None else str(rest),
    }


class _Search:
    """Reads month by month, part by part, until the page is full. `missing`: what could not be read.

    What a record can be chosen by is said by its key, so that keys are looked through first, and a part is unpacked only
    for records that will be shown.
    """

    def __init__(
        self,
        objects: ObjectStore,
        context: AnswerContext,
        reader: FactReader,
        query: RecordsQuery,
        days: Days,
        choice: TeamChoice,
    ) -> None:
        self._archive, self._context, self._reader = Archive(objects), context, reader
        self._query, self._days, self._choice = query, days, choice
        self.missing: list[str] = []
        self._rest: Place | None = None

    def page(self) -> tuple[list[pa.RecordBatch], Place | None]:
        """The batches of the page, and where the rest begins, if there is any."""
        out: list[pa.RecordBatch] = []
        shown = self._shown()
        while some := list(islice(shown, _UNPACKED_TOGETHER)):  # so that few parts are in memory at once
            out += _UNPACKING.map(_unpacked, some)
        return out, self._rest

    def _shown(self) -> Iterator[_Shown]:
        """What the page shows of each part, until it is full."""
        room = self._query.limit
        for place, part, stored, rows in self._found():
            if not room:
                self._rest = place
                return
            yield part, rows.first(room), stored
            if len(rows) > room:
                self._rest = Place(place.bill, place.part, place.record + room)
                return
            room -= len(rows)

    def _found(self) -> Iterator[tuple[Place, pa.Buffer, StoredKeys, _Rows]]:
        """Where the next records of each part are that has some, from where the page begins."""
        bills = of_sources(self._context.covering(self._days), self._query.view.filters)
        ordered = sorted(bills, key=lambda s: (s.billing_period, s.source_id))
        start = self._query.start
        for number, bill in enumerate(ordered[start.bill :], start.bill):
            version = (bill.source_id, bill.billing_period, bill.version)
            if not self._archive.exists(*version):
                self.missing.append(f"{bill.source_name} {bill.billing_period}: its archive is not there any more")
                continue
            stored = self._reader.stored(bill)
            asked = _Asked(stored.keys, self._wanted_keys(stored))
            if not len(asked):
                continue
            first = start.part if number == start.bill else 0
            for part in self._archive.holding(*version, self._wanted(), first):
                shown = start.record if (number, part.number) == (start.bill, start.part) else 0
                rows = self._rows(part, asked).after(shown)
                if len(rows):
                    yield Place(number, part.number, shown), part.data, stored, rows

    def _wanted(self) -> Wanted:
        account = next((f for f in self._query.view.filters if (f.dimension, f.op) == ("SubAccountId", "in")), None)
        only = account.values[0] if account is not None and len(account.values) == 1 else None
        return Wanted(self._days.start, self._days.end, self._query.resource_id, only)

    def _wanted_keys(self, stored: StoredKeys) -> Bools:
        """Whether the records of each key of the bill are asked for."""
        query, filters = self._query, list(self._query.view.other_filters)
        if query.resource_id is not None:
            filters.append(Filter("ResourceId", "in", (query.resource_id,)))
        wanted = passing(stored.columns.__getitem__, len(stored.keys), filters, self._choice)
        if query.key is not None:
            low, high = words_of(pa.array([bytes.fromhex(query.key)], pa.binary(16)))
            wanted &= (stored.keys.low == low) & (stored.keys.high == high)
        return wanted

    def _rows(self, part: HoldingPart, asked: _Asked) -> _Rows:
        batch = EncodedBatch(part.data)
        numbers = asked.numbers(batch.dictionary(KEY_COLUMN))
        if (numbers < 0).all():
            return _Rows(np.zeros(0, np.intp), numbers[:0])
        key = numbers[batch.codes(KEY_COLUMN)]
        here = key >= 0
        if not part.is_within:
            here &= on_days(batch.column("ChargePeriodStart"), self._days).to_numpy(zero_copy_only=False)
        place = np.flatnonzero(here)
        return _Rows(place, key[place])


class _Asked:
    """The keys of a bill whose records are asked for."""

    def __init__(self, keys: Keys, wanted: Bools) -> None:
        self._number, self._index = np.flatnonzero(wanted).astype(np.int32), SlotIndex()
        self._index.append(keys.low[self._number], keys.high[self._number])

    def __len__(self) -> int:
        return len(self._number)

    def numbers(self, keys: pa.Array) -> Ids:
        """The numbers of these keys in the bill, -1 for those that nothing is asked of."""
        found = self._index.find(*words_of(keys))
        return np.where(found < 0, found, self._number[found])


@dataclass(frozen=True)
class _Rows:
    """Records of a part: their places in it, and the numbers of their keys."""

    place: npt.NDArray[np.intp]
    key: Ids

    def __len__(self) -> int:
        return len(self.place)

    def after(self, count: int) -> _Rows:
        return _Rows(self.place[count:], self.key[count:])

    def first(self, count: int) -> _Rows:
        return _Rows(self.place[:count], self.key[:count])


_Shown = tuple[pa.Buffer, _Rows, StoredKeys]


def _unpacked(shown: _Shown) -> pa.RecordBatch:
    """The records with the columns of today's owners."""
    part, rows, stored = shown
    batch = decode_rows(part, rows.place)
    for name in OWNER_COLUMNS:
        column = stored.columns[name]
        batch = batch.append_column(name, dictionary(column.codes[rows.key], column.values))
    return batch


def _columns(batches: list[pa.RecordBatch]) -> list[str]:
    """The columns of the page: FOCUS columns in their order, our own, then tags by name."""
    present = {name for b in batches for name in b.schema.names} - {KEY_COLUMN}
    return sorted(present, key=lambda n: (n.startswith(TAG_PREFIX), _ORDER.get(n, len(_ORDER)), n))


def _items(batch: pa.RecordBatch, columns: list[str]) -> list[dict[str, str | None]]:
    texts = {n: [_text(v) for v in batch.column(n).to_pylist()] for n in batch.schema.names if n != KEY_COLUMN}
    return [{n: texts[n][i] if n in texts else None for n in columns} for i in range(batch.num_rows)]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return repr(value) if isinstance(value, float) else str(value)


def check_key(key: str | None) -> None:
    """An attribution key is 32 hexadecimal digits."""
    try:
        good = key is None or len(bytes.fromhex(key)) == 16
    except ValueError:
        good = False
    if not good:
        raise Invalid(f"key {key!r}: expected 32 hexadecimal digits", errors=[{"field": "key", "message": "not a key"}])
