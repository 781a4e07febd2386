"""Switching to a newer document: a catalog at once, an ownership document by restating every snapshot first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from fincc.cockpit.domain.owners import OwnershipMap
from fincc.cockpit.domain.rollup import Rollup, derive, owners_differ
from fincc.cockpit.repository import documents, facts_files, prefix, state
from fincc.cockpit.repository.documents import CATALOG, OWNERSHIP
from fincc.cockpit.repository.state import ReadState, SnapshotRow
from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.documents import DocumentShelf, Unusable
from fincc.cockpit.usecases.project import stage
from fincc.common import leases
from fincc.common.clock import Clock
from fincc.common.db import Database, WriteSession
from fincc.common.ids import new_id
from fincc.common.objects import ObjectStore

log = logging.getLogger(__name__)

JOB, SUBJECT = "switch", "documents"
LEASE = timedelta(minutes=2)

Staged = dict[tuple[str, str], tuple[int, int | None]]
"""(source, period) → version and the staged set; no set: the owners of its keys stay, so does its roll-up."""


class Cancelled(Exception):
    """A newer document arrived while one was being staged."""


class Switch:
    """One worker at a time holds the lease; the others keep serving and only follow."""

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        clock: Clock,
        shelf: DocumentShelf,
        settings: CockpitSettings,
        on_change: Callable[[], None],
    ) -> None:
        self._on_change = on_change
        self._database, self._objects, self._clock, self._shelf = database, objects, clock, shelf
        self._workers = settings.restate_workers
        self._holder = new_id("worker")

    async def run(self) -> None:
        async with self._database.read() as session:
            current = await state.get_state(session)
            ownership = await documents.newest_pending(session, OWNERSHIP, current.ownership_version)
            catalog = await documents.newest_pending(session, CATALOG, current.catalog_version)
            if self._shelf.active.version != current.ownership_version:
                self._shelf.active = await self._shelf.ownership(session, current.ownership_version)
        if catalog is not None:
            await self._switch_catalog(catalog)
            self._on_change()
        if ownership is not None and await self._lease():
            await self._switch_ownership(current, ownership)
            self._on_change()

    async def _lease(self) -> bool:
        async with self._database.write() as session:
            return await leases.take(session, JOB, SUBJECT, self._holder, self._clock.now(), LEASE) is not None

    async def _switch_catalog(self, version: int) -> None:
        try:
            async with self._database.read() as session:
                await self._shelf.catalog(session, version)
        except Unusable as problem:
            await self._refuse(CATALOG, version, problem)
            return
        async with self._database.write() as session:
            current = await state.lock_state(session)
            if version > current.catalog_version:
                await state.bump(session, self._clock.now(), catalog=version)
                await documents.forget_before(session, CATALOG, version)

    async def _switch_ownership(self, current: ReadState, version: int) -> None:
        try:
            async with self._database.read() as session:
                old = await self._shelf.ownership(session, current.ownership_version)
                new = await self._shelf.ownership(session, version)
                snapshots = await state.list_snapshots(session)
        except Unusable as problem:
            await self._refuse(OWNERSHIP, version, problem)
            return
        staged: Staged = {}
        made: list[int] = []
        try:
            await self._stage_all(snapshots, old, new, staged, made)
            await self._flip(old, new, staged, made)
        except Cancelled:
            log.info("an ownership document is skipped: there is a newer one", extra={"version": version})
        finally:
            async with self._database.write() as session:
                await state.retire(session, made, self._clock.now())

    async def _refuse(self, kind: str, version: int, problem: Unusable) -> None:
        log.error("a document cannot be used", extra={"kind": kind, "version": version, "problem": str(problem)})
        async with self._database.write() as session:
            await documents.refuse(session, kind, version, str(problem))

    async def _stage_all(
        self, snapshots: Sequence[SnapshotRow], old: OwnershipMap, new: OwnershipMap, staged: Staged, made: list[int]
    ) -> None:
        """Newest month first, some at a time; a failure of one ends all."""
        limit = asyncio.Semaphore(self._workers)

        async def one(snapshot: SnapshotRow) -> None:
            async with limit:
                await self._check_newest(new.version)
                set_id = await self._restate(snapshot, old, new)
            staged[snapshot.key] = (snapshot.version, set_id)
            made.extend([] if set_id is None else [set_id])

        try:
            async with asyncio.TaskGroup() as tasks:
                for snapshot in snapshots:
                    if snapshot.set_id is not None and staged.get(snapshot.key, (0, None))[0] != snapshot.version:
                        tasks.create_task(one(snapshot))
        except* Cancelled:
            raise Cancelled from None

    async def _check_newest(self, version: int) -> None:
        if not await self._lease():
            raise Cancelled
        async with self._database.read() as session:
            if await documents.newest_pending(session, OWNERSHIP, version) is not None:
                raise Cancelled

    async def _restate(self, snapshot: SnapshotRow, old: OwnershipMap, new: OwnershipMap) -> int | None:
        rollup = await asyncio.to_thread(_restated, self._objects, snapshot, old, new)
        return None if rollup is None else await stage(self._database, self._clock, snapshot, new, rollup)

    async def _flip(self, old: OwnershipMap, new: OwnershipMap, staged: Staged, made: list[int]) -> None:
        """All at once. What was swapped in meanwhile is restated first; the last of it while swaps wait."""
        async with self._database.read() as session:
            meanwhile = await state.list_snapshots(session)
        await self._stage_all(meanwhile, old, new, staged, made)
        async with self._database.write() as session:
            current = await state.lock_state(session)
            if current.ownership_version != old.version:
                raise Cancelled
            snapshots = await state.list_snapshots(session)
            await self._stage_all(snapshots, old, new, staged, made)
            await self._show(session, snapshots, staged)
            now = self._clock.now()
            await state.bump(session, now, ownership=new.version)
            await documents.forget_before(session, OWNERSHIP, old.version)
        self._shelf.active = new

    async def _show(self, session: WriteSession, snapshots: Sequence[SnapshotRow], staged: Staged) -> None:
        first_days = []
        for snapshot in snapshots:
            set_id = staged[snapshot.key][1] if snapshot.set_id is not None else None
            if set_id is not None:
                first_days.append(await state.show_set(session, *snapshot.key, set_id, self._clock.now()))
        await prefix.rewrite(session, min((d for d in first_days if d is not None), default=None))


def _restated(objects: ObjectStore, snapshot: SnapshotRow, old: OwnershipMap, new: OwnershipMap) -> Rollup | None:
    """The snapshot's roll-up under `new`; None when no key changes its owner. Work for a thread."""
    assert snapshot.facts_path is not None
    keys, currencies = facts_files.read_keys(objects, snapshot.facts_path)
    if not owners_differ(keys, old, new):
        return None
    return derive(keys, facts_files.read_facts(objects, snapshot.facts_path), currencies, new)
