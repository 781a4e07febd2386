"""Single records, from the archive of what ingestion published, with today's owners."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from fincc.cockpit.domain.filters import LEVELS, SOURCE, Filter, TeamChoice
from fincc.cockpit.domain.key_columns import Coded, passing
from fincc.cockpit.domain.keys import Keys
from fincc.cockpit.domain.query import RecordsQuery
from fincc.cockpit.repository import facts_files
from fincc.cockpit.repository.state import SnapshotRow
from fincc.cockpit.usecases.context import AnswerContext, meta
from fincc.cockpit.usecases.selection import Permitted, days_of, of_sources, range_of, unattributable
from fincc.common.archive import Archive, Wanted
from fincc.common.batches import codes
from fincc.common.db import ReadSession
from fincc.common.focus import COLUMNS, KEY_COLUMN, OWNER_COLUMNS, TAG_PREFIX
from fincc.common.keys import words_of
from fincc.common.money import to_text
from fincc.common.objects import ObjectStore
from fincc.common.ownership import Owner, OwnerChoice, OwnershipMap
from fincc.common.period import Days
from fincc.common.problem import Invalid
from fincc.common.slots import SlotIndex

_ORDER = {name: place for place, name in enumerate(COLUMNS)}


async def records(
    session: ReadSession,
    context: AnswerContext,
    query: RecordsQuery,
    permitted: Permitted,
    objects: ObjectStore,
    document: OwnershipMap,
) -> dict[str, Any]:
    """A page of records in the order of the bill; months before today's come first."""
    currency = context.currency(query.view)
    choice = context.teams(query.view, permitted)
    days = days_of(context, query.first, query.last)
    search = _Search(objects, context, document, query, days, choice)
    page = await asyncio.to_thread(search.page)
    batches, more, missing = page
    columns = _columns(batches)
    unallocated = await unattributable(session, context, query.view, days, currency, choice)
    end = query.offset + sum(b.num_rows for b in batches)
    return {
        "meta": meta(context, query, currency, [days], unallocated, permitted, warnings=missing),
        "range": range_of(days),
        "columns": columns,
        "items": [item for b in batches for item in _items(b, columns)],
        "next_cursor": str(end) if more else None,
    }


class _Search:
    """Reads month by month, part by part, until the page is full."""

    def __init__(
        self,
        objects: ObjectStore,
        context: AnswerContext,
        document: OwnershipMap,
        query: RecordsQuery,
        days: Days,
        choice: TeamChoice,
    ) -> None:
        self._objects, self._context, self._document = objects, context, document
        self._query, self._days, self._choice = query, days, choice
        self._filters = query.view.other_filters
        self._missing: list[str] = []

    def page(self) -> tuple[list[pa.RecordBatch], bool, list[str]]:
        """The batches of the page, whether there are more records, and what could not be read."""
        skip, room = self._query.offset, self._query.limit
        out: list[pa.RecordBatch] = []
        for batch in self._found():
            rest = batch.slice(min(skip, batch.num_rows))
            skip -= batch.num_rows - rest.num_rows
            if rest.num_rows > room:
                return [*out, rest.slice(0, room)] if room else out, True, self._missing
            if rest.num_rows:
                out.append(rest)
                room -= rest.num_rows
        return out, False, self._missing

    def _found(self) -> Iterator[pa.RecordBatch]:
        archive = Archive(self._objects)
        snapshots = of_sources(self._context.covering(self._days), self._query.view.filters)
        for snapshot in sorted(snapshots, key=lambda s: (s.billing_period, s.source_id)):
            if not archive.exists(snapshot.source_id, snapshot.billing_period, snapshot.version):
                self._missing.append(
                    f"{snapshot.source_name} {snapshot.billing_period}: its archive is not there any more"
                )
                continue
            owners = _Owners(self._objects, snapshot, self._document)
            found = archive.records(snapshot.source_id, snapshot.billing_period, snapshot.version, self._wanted())
            for batch in found:
                passed = self._pass(owners.join(batch))
                if passed.num_rows:
                    yield passed

    def _wanted(self) -> Wanted:
        account = next((f for f in self._filters if f.dimension == "SubAccountId" and f.op == "in"), None)
        only = account.values[0] if account is not None and len(account.values) == 1 else None
        key = bytes.fromhex(self._query.key) if self._query.key else None
        return Wanted(self._days.start, self._days.end, self._query.resource_id, only, key)

    def _pass(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        if not self._filters and self._choice.is_everybody:
            return batch
        nothing = Coded(np.full(batch.num_rows, -1, np.int32), pa.array([], pa.string()))

        def column(dimension: str) -> Coded:
            if dimension not in batch.schema.names:
                return nothing
            found = batch.column(dimension)
            return Coded(codes(found), found.dictionary)

        filters: list[Filter] = [f for f in self._filters if f.dimension not in LEVELS and f.dimension != SOURCE]
        return batch.filter(pa.array(passing(column, batch.num_rows, filters, self._choice)))


class _Owners:
    """Today's owners of the keys of one snapshot."""

    def __init__(self, objects: ObjectStore, snapshot: SnapshotRow, document: OwnershipMap) -> None:
        assert snapshot.facts_path is not None
        self._keys: Keys = facts_files.read_keys(objects, snapshot.facts_path)[0]
        self._choice = OwnerChoice(document)
        self._index: SlotIndex | None = None

    def join(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The records with their owner columns. Of the keys of a part, which are thousands, a page has few."""
        column = batch.column(KEY_COLUMN)
        used, number = np.unique(codes(column), return_inverse=True)
        low, high = words_of(column.dictionary.take(pa.array(used)))
        if self._index is None:
            self._index = SlotIndex()
            self._index.append(self._keys.low, self._keys.high)
        slots = self._index.find(low, high)
        chosen = self._choice.choose(low, high, self._keys.part_owner[slots], self._keys.part_owners)
        owners: list[Owner] = self._choice.owners.values
        indices = pa.array(number)
        for place, name in enumerate(OWNER_COLUMNS):
            values = pa.array([owners[o][place] for o in chosen.tolist()], pa.string()).dictionary_encode()
            batch = batch.append_column(
                name, pa.DictionaryArray.from_arrays(values.indices.take(indices), values.dictionary)
            )
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
