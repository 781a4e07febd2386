"""Dropping what nobody reads any more: replaced roll-ups, and files of snapshots that were replaced or never finished."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from fincc.cockpit.repository import rollups, state
from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.documents import FOLDER
from fincc.common import documents
from fincc.common.bus.delivery import is_transient
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.objects import ObjectStore

log = logging.getLogger(__name__)

CRASHED_AFTER = timedelta(hours=6)


class CleanUp:
    """A reader's snapshot must never lose rows, so a set goes only minutes after it was replaced."""

    def __init__(self, database: Database, objects: ObjectStore, clock: Clock, settings: CockpitSettings) -> None:
        self._database, self._objects, self._clock = database, objects, clock
        self._keep = timedelta(seconds=settings.keep_retired_s)

    async def run(self) -> int:
        """Returns how many sets and folders went."""
        await documents.drop_files(self._database, self._objects, FOLDER)
        return await self._drop_sets() + await self._drop_folders()

    async def _drop_sets(self) -> int:
        now = self._clock.now()
        async with self._database.read() as session:
            stale = await state.stale_sets(session, now - self._keep, now - CRASHED_AFTER)
        gone = 0
        for set_id in stale:
            try:
                async with self._database.write() as session:
                    await rollups.drop(session, set_id)
                    await state.forget_sets(session, [set_id])
                gone += 1
            except Exception as error:
                if not is_transient(error):
                    raise
                log.info("a roll-up is still being read; it is dropped later", extra={"set_id": set_id})
        return gone

    async def _drop_folders(self) -> int:
        """Folders of versions up to the applied one that no snapshot names. A folder of a newer version is still being filled."""
        now = self._clock.now()
        async with self._database.read() as session:
            applied = await state.list_snapshots(session)
        by_key = {s.key: s for s in applied if now - s.swapped_at >= self._keep}
        files = await asyncio.to_thread(self._objects.list, "cockpit/facts")
        orphans = set()
        for path in files:
            _, _, source_id, period, version, attempt, *_ = path.split("/")
            snapshot = by_key.get((source_id, period))
            folder = f"cockpit/facts/{source_id}/{period}/{version}/{attempt}"
            if snapshot is not None and int(version) <= snapshot.version and folder != snapshot.facts_path:
                orphans.add(folder)
        for folder in orphans:
            await asyncio.to_thread(self._objects.delete_folder, folder)
        return len(orphans)
