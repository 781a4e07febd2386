"""Keeping the keys of sealed snapshots; see `fincc.common.snapshots.SnapshotReader`."""

from __future__ import annotations

import asyncio

from fincc.common.clock import from_us
from fincc.common.events.cost_pb2 import Part, Seal, Snapshot
from fincc.common.projection import EncodedBatch
from fincc.common.snapshots import Aggregation, Sums, totals_from_wire
from fincc.compliance.domain.known_keys import KnownKeys
from fincc.compliance.repository import key_files, snapshots
from fincc.compliance.repository.snapshots import SnapshotRow
from fincc.compliance.usecases.context import Context


class KeyAggregation:
    """One open snapshot: its keys are kept, and its costs not even decoded. A scan reads them from the archive, and what it
    shows is held against the cost pages by test; so the totals are those that the header says."""

    def __init__(self) -> None:
        self.keys = KnownKeys()

    def add(self, part: Part) -> dict[str, Sums]:
        batch = EncodedBatch(part.batch.focus_ipc)
        owners = EncodedBatch(part.batch.owner_ipc) if part.batch.owner_ipc else None
        for said in (batch.num_rows, *([owners.num_rows] if owners is not None else [])):
            if said != part.rows:
                raise ValueError(f"part {part.seq}: its header says {part.rows} rows, its content has {said}")
        self.keys.add(batch, owners)
        return totals_from_wire(list(part.totals))

    def discard(self) -> None:
        self.keys = KnownKeys()


class KeyProjection:
    """What compliance brings to the snapshot protocol."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def newest_applied(self, source_id: str, billing_period: str) -> int:
        async with self._context.database.read() as session:
            return await snapshots.version_of(session, source_id, billing_period)

    def begin(self, snapshot: Snapshot) -> Aggregation:
        return KeyAggregation()

    async def swap(self, aggregation: Aggregation, snapshot: Snapshot, seal: Seal) -> None:
        assert isinstance(aggregation, KeyAggregation)
        keys, path = aggregation.keys, None
        span = keys.span()
        if span is not None:
            path = key_files.path_of(snapshot)
            await asyncio.to_thread(key_files.write, self._context.objects, path, keys)
        first, last = span or (None, None)
        row = SnapshotRow(
            snapshot.source_id,
            snapshot.billing_period,
            snapshot.source_name,
            snapshot.version,
            seal.counted,
            path,
            first,
            last,
            keys.usage_through(from_us(seal.delivered_at_us).date()),
            sorted(keys.accounts),
            sorted(keys.regions),
        )
        async with self._context.database.write() as session:
            await snapshots.put(session, row)

    async def count(self, snapshot: Snapshot, counted: bool) -> None:
        async with self._context.database.write() as session:
            await snapshots.set_counted(session, snapshot.source_id, snapshot.billing_period, snapshot.version, counted)


async def clean_up(context: Context) -> None:
    """Drop files of replaced snapshots."""
    async with context.database.read() as session:
        rows = await snapshots.list_all(session)
    versions = {(r.source_id, r.billing_period): r.version for r in rows}
    kept = {r.keys_path for r in rows if r.keys_path is not None}
    await asyncio.to_thread(key_files.drop_replaced, context.objects, versions, kept)
