"""Projecting snapshots: swap a sealed one in, remove a purged one, flip whether one counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from fincc.cockpit.domain.rollup import Rollup, derive
from fincc.cockpit.repository import facts_files, ledger, prefix, rollups, state
from fincc.cockpit.repository.documents import is_refused
from fincc.cockpit.repository.rollups import NewSet
from fincc.cockpit.repository.state import SnapshotRow
from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.aggregation import CostAggregation
from fincc.common import documents
from fincc.common.bus.delivery import TransientError, is_transient
from fincc.common.clock import Clock, from_us
from fincc.common.db import Database, WriteSession
from fincc.common.documents import OWNERSHIP, DocumentShelf
from fincc.common.events.cost_pb2 import Seal, Snapshot
from fincc.common.objects import ObjectStore
from fincc.common.ownership import OwnershipMap
from fincc.common.signals import ROWS
from fincc.common.snapshots import Aggregation

log = logging.getLogger(__name__)

_FACT_BYTES = 60


class SnapshotProjection:
    """What the cockpit brings to the snapshot protocol; see `fincc.common.snapshots.SnapshotReader`."""

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        clock: Clock,
        shelf: DocumentShelf,
        settings: CockpitSettings,
        on_change: Callable[[], None],
    ) -> None:
        self._database, self._objects, self._clock, self._shelf = database, objects, clock, shelf
        self._on_change = on_change
        self._room = settings.facts_buffer_mib * 2**20 // _FACT_BYTES

    async def newest_applied(self, source_id: str, billing_period: str) -> int:
        async with self._database.read() as session:
            found = await state.find_snapshot(session, source_id, billing_period)
        return found.version if found else 0

    def begin(self, snapshot: Snapshot) -> Aggregation:
        return CostAggregation(self._objects, snapshot, self._shelf.active, self._room)

    async def swap(self, aggregation: Aggregation, snapshot: Snapshot, seal: Seal) -> None:
        """Raises TransientError while the ownership document is awaited that the owners were decided under."""
        assert isinstance(aggregation, CostAggregation)
        await self._await_document(aggregation.decided_under)
        rollup = await asyncio.to_thread(aggregation.finish) if seal.parts else aggregation.open.rollup()
        document = aggregation.open.document
        while (switched_to := await self._try(aggregation, snapshot, seal, rollup, document)) is not None:
            # Ownership was switched while this snapshot was being collected.
            async with self._database.read() as session:
                document = await self._shelf.ownership(session, switched_to)
            rollup = await asyncio.to_thread(derive_stored, self._objects, aggregation.folder, document)
        self._on_change()

    async def _await_document(self, version: int) -> None:
        """Shown before the switch, this month alone would have the new owners of keys that the old document lacks."""
        async with self._database.read() as session:
            active = (await state.get_state(session)).ownership_version
            if version <= active:
                return
            is_coming = await documents.newest_usable(session, OWNERSHIP, active) is not None
            if is_coming or not await is_refused(session, OWNERSHIP, version):
                raise TransientError(f"ownership document {version} is not in use yet")

    async def _try(
        self, aggregation: CostAggregation, snapshot: Snapshot, seal: Seal, rollup: Rollup, document: OwnershipMap
    ) -> int | None:
        """Swap in unless a newer version is there; returns the ownership version in use when it is not the roll-up's."""
        set_id = await stage(self._database, self._clock, snapshot, document, rollup) if len(rollup.facts) else None
        async with self._database.write() as session:
            current = await state.lock_state(session)
            is_newer = snapshot.version > await state.lock_version(session, snapshot.source_id, snapshot.billing_period)
            is_shown = is_newer and (set_id is None or current.ownership_version == document.version)
            if is_shown:
                await self._apply(session, aggregation, snapshot, seal, rollup, set_id)
                if set_id is not None:
                    aggregation.keep()
            else:
                await state.retire(session, [set_id] if set_id is not None else [], self._clock.now())
        if is_shown:
            ROWS.labels("cockpit", "projected").inc(seal.rows)
        return current.ownership_version if is_newer and not is_shown else None

    async def _apply(
        self,
        session: WriteSession,
        aggregation: CostAggregation,
        snapshot: Snapshot,
        seal: Seal,
        rollup: Rollup,
        set_id: int | None,
    ) -> None:
        """Point the period at the set, in one transaction with the ledger."""
        now = self._clock.now()
        delivered_at = from_us(seal.delivered_at_us)
        row = SnapshotRow(
            snapshot.source_id,
            snapshot.billing_period,
            snapshot.source_name,
            snapshot.version,
            set_id,
            aggregation.folder if set_id is not None else None,
            seal.counted,
            seal.is_closed,
            seal.rows,
            aggregation.rows_without_list_cost,
            rollup.usage_through(delivered_at.date()),
            {a.currency: a.amount for a in seal.restated_by},
            delivered_at,
            now,
        )
        await state.put_snapshot(session, row)
        first_day = await state.show_set(session, snapshot.source_id, snapshot.billing_period, set_id, now)
        await prefix.rewrite(session, first_day)
        await ledger.put(session, ledger.own(snapshot, seal, now))
        await state.bump(session, now)

    async def count(self, snapshot: Snapshot, counted: bool) -> None:
        async with self._database.write() as session:
            await state.lock_state(session)
            found = await state.find_snapshot(session, snapshot.source_id, snapshot.billing_period)
            if found is None or found.version > snapshot.version or found.counted == counted:
                return
            await state.set_counted(session, snapshot.source_id, snapshot.billing_period, counted)
            await prefix.rewrite(session, found.first_day)
            await state.bump(session, self._clock.now())
        self._on_change()


async def stage(
    database: Database, clock: Clock, snapshot: Snapshot | SnapshotRow, document: OwnershipMap, rollup: Rollup
) -> int:
    """Store a roll-up where nobody looks yet, its rows and the sums of them side by side. Raises what failed first."""
    days = rollup.days()
    if days is None:
        raise ValueError("a set needs rows")
    ids = await asyncio.to_thread(rollups.group_ids, rollup)
    new = NewSet(snapshot.source_id, snapshot.billing_period, snapshot.version, document.version)
    async with database.write() as session:
        set_id = await rollups.begin(session, new, days, clock.now())

    async def fill() -> None:
        rows = await asyncio.to_thread(rollups.to_rows, rollup, ids)
        async with database.write() as session:
            await rollups.fill(session, set_id, rows)

    async def fill_sums() -> None:
        groups, sums = await asyncio.to_thread(lambda: (rollups.to_groups(rollup, ids), rollups.to_sums(rollup)))
        async with database.write() as session:
            await rollups.put_groups(session, groups)
            await rollups.fill_sums(session, set_id, sums)

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fill())
            tasks.create_task(fill_sums())
    except ExceptionGroup as failures:
        await _forget(database, set_id)
        raise failures.exceptions[0] from None
    return set_id


async def _forget(database: Database, set_id: int) -> None:
    """Give back the room of a set that could not be filled; where that fails, too, the clean-up job does it later."""
    try:
        async with database.write() as session:
            await rollups.drop(session, set_id)
            await state.forget_sets(session, [set_id])
    except Exception as error:
        if not is_transient(error):
            raise
        log.warning("a set that could not be filled stays for now", extra={"set_id": set_id})


def derive_stored(objects: ObjectStore, folder: str, document: OwnershipMap) -> Rollup:
    """The roll-up of a stored snapshot under a document; work for a thread."""
    keys, currencies = facts_files.read_keys(objects, folder)
    return derive(keys, facts_files.read_facts(objects, folder), currencies, document)
