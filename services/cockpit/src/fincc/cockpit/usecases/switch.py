"""Switching to a newer document: a catalog at once, an ownership document by restating every snapshot first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from fincc.cockpit.domain.rollup import Rollup, derive, owners_differ
from fincc.cockpit.repository import facts_files, prefix, state
from fincc.cockpit.repository.state import SnapshotRow
from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.documents import refuse
from fincc.cockpit.usecases.project import stage
from fincc.common import documents, leases
from fincc.common.clock import Clock
from fincc.common.db import Database, ReadSession
from fincc.common.documents import CATALOG, OWNERSHIP, DocumentShelf, Unusable
from fincc.common.ids import new_id
from fincc.common.leases import Lease
from fincc.common.objects import ObjectStore
from fincc.common.ownership import OwnershipMap

log = logging.getLogger(__name__)

JOB, SUBJECT = "switch", "documents"
LEASE = timedelta(seconds=30)
"""Of a worker that is gone, so long do the others wait."""


class Cancelled(Exception):
    """A newer document arrived while one was being staged, or another worker switches or has switched."""


@dataclass
class Restatement:
    """A switch under way from one version to a document. `old` is None when the document in use cannot be loaded any more."""

    lease: Lease
    from_version: int
    old: OwnershipMap | None
    new: OwnershipMap
    staged: dict[tuple[str, str], tuple[int, int | None]] = field(default_factory=dict)
    """(source, period) → version and the staged set; no set: the owners of its keys stay, so does its roll-up."""
    made: list[int] = field(default_factory=list)
    """All sets that were staged, also those that a swap made useless."""

    def is_staged(self, snapshot: SnapshotRow) -> bool:
        return self.staged.get(snapshot.key, (0, None))[0] == snapshot.version

    def restate(self, objects: ObjectStore, snapshot: SnapshotRow) -> Rollup | None:
        """The snapshot's roll-up under the new document; None when no key changes its owner. Work for a thread."""
        assert snapshot.facts_path is not None
        keys, currencies = facts_files.read_keys(objects, snapshot.facts_path)
        if self.old is not None and not owners_differ(keys, self.old, self.new):
            return None
        return derive(keys, facts_files.read_facts(objects, snapshot.facts_path), currencies, self.new)


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
            ownership = await documents.newest_usable(session, OWNERSHIP, current.ownership_version)
            catalog = await documents.newest_usable(session, CATALOG, current.catalog_version)
            await self._follow(session, current.ownership_version)
        if catalog is not None:
            await self._switch_catalog(catalog)
            self._on_change()
        if ownership is not None:
            async with leases.held(self._database, self._clock, JOB, SUBJECT, self._holder, LEASE) as lease:
                if lease is not None:
                    await self._switch_ownership(lease, current.ownership_version, ownership)
                    self._on_change()

    async def _follow(self, session: ReadSession, version: int) -> None:
        """Another worker may have switched; new snapshots are aggregated under what is in use."""
        if self._shelf.active.version == version:
            return
        try:
            self._shelf.active = await self._shelf.ownership(session, version)
        except Unusable as problem:
            log.error("the ownership document in use cannot be loaded: %s", problem, extra={"version": version})

    async def _switch_catalog(self, version: int) -> None:
        try:
            async with self._database.read() as session:
                await self._shelf.catalog(session, version)
        except Unusable as problem:
            log.error("a catalog document cannot be used: %s", problem, extra={"version": version})
            await refuse(self._database, self._clock, CATALOG, version, problem)
            return
        async with self._database.write() as session:
            current = await state.lock_state(session)
            if version > current.catalog_version:
                await state.bump(session, self._clock.now(), catalog=version)
                await documents.forget_before(session, CATALOG, version)

    async def _switch_ownership(self, lease: Lease, from_version: int, version: int) -> None:
        try:
            async with self._database.read() as session:
                new = await self._shelf.ownership(session, version)
        except Unusable as problem:
            log.error("an ownership document cannot be used: %s", problem, extra={"version": version})
            await refuse(self._database, self._clock, OWNERSHIP, version, problem)
            return
        active = self._shelf.active
        run = Restatement(lease, from_version, active if active.version == from_version else None, new)
        try:
            await self._stage_all(run)
            await self._flip(run)
        except Cancelled:
            log.info("an ownership document is left to a newer one or to another worker", extra={"version": version})
        finally:
            async with self._database.write() as session:
                await state.retire(session, run.made, self._clock.now())

    async def _stage_all(self, run: Restatement) -> Sequence[SnapshotRow]:
        """Restate what is applied now and was not restated yet, newest month first; a failure of one ends all."""
        limit = asyncio.Semaphore(self._workers)

        async def one(snapshot: SnapshotRow) -> None:
            async with limit:
                await self._check(run)
                rollup = await asyncio.to_thread(run.restate, self._objects, snapshot)
                set_id = None
                if rollup is not None:
                    set_id = await stage(self._database, self._clock, snapshot, run.new, rollup)
                    run.made.append(set_id)
                run.staged[snapshot.key] = (snapshot.version, set_id)

        async with self._database.read() as session:
            snapshots = [s for s in await state.list_snapshots(session) if s.set_id is not None]
        try:
            async with asyncio.TaskGroup() as tasks:
                for snapshot in snapshots:
                    if not run.is_staged(snapshot):
                        tasks.create_task(one(snapshot))
        except* Cancelled:
            raise Cancelled from None
        return snapshots

    async def _check(self, run: Restatement) -> None:
        async with self._database.write() as session:
            current = await state.get_state(session)
            if (
                not await leases.is_held(session, run.lease, self._clock.now())
                or current.ownership_version != run.from_version
                or await documents.newest_usable(session, OWNERSHIP, run.new.version) is not None
            ):
                raise Cancelled

    async def _flip(self, run: Restatement) -> None:
        """All at once. What was swapped in meanwhile is restated first; the last of it while swaps wait."""
        await self._stage_all(run)
        async with self._database.write() as session:
            current = await state.lock_state(session)
            if current.ownership_version != run.from_version:
                raise Cancelled
            now, first_days = self._clock.now(), []
            for snapshot in await self._stage_all(run):
                _, set_id = run.staged[snapshot.key]
                if set_id is not None:
                    first_days.append(await state.show_set(session, *snapshot.key, set_id, now))
            await prefix.rewrite(session, min((d for d in first_days if d is not None), default=None))
            await state.bump(session, now, ownership=run.new.version)
            await documents.forget_before(session, OWNERSHIP, run.from_version)
        self._shelf.active = run.new
