"""One worker at a time works on a (source, billing period): ingest, rebuild and purge all come through here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from sqlalchemy.engine import RowMapping

from fincc.common import leases
from fincc.common.archive import folder
from fincc.common.leases import Lease
from fincc.ingestion.repository import runs, snapshots
from fincc.ingestion.usecases.context import Context, key_of, snapshot_of
from fincc.ingestion.usecases.publish import abort


@asynccontextmanager
async def period_held(context: Context, source: RowMapping, period: str) -> AsyncIterator[Lease | None]:
    """The lease of the period, with whatever a dead worker left open aborted; None while another worker has it."""
    ttl = timedelta(seconds=context.settings.lease_s)
    subject = key_of(source["id"], period)
    async with leases.held(context.database, context.clock, "ingest", subject, context.holder, ttl) as lease:
        if lease is not None:
            await _clean_up(context, source, period)
        yield lease


async def _clean_up(context: Context, source: RowMapping, period: str) -> None:
    async with context.database.write() as session:
        left = await snapshots.list_open(session, source["id"], period)
        await runs.fail_running(session, source["id"], period, "the worker stopped; started over", context.clock.now())
    for row in left:
        await asyncio.to_thread(context.objects.delete_folder, folder(source["id"], period, row["version"]))
        await abort(context, snapshot_of(source["id"], source["name"], period, row["version"]), "ingestion restarted")


async def prune_archive(context: Context, source_id: str, period: str) -> None:
    """Keep the current version and the last superseded one."""
    async with context.database.read() as session:
        versions = await snapshots.outdated_archives(session, source_id, period)
    for version in versions:
        await asyncio.to_thread(context.objects.delete_folder, folder(source_id, period, version))
        async with context.database.write() as session:
            await snapshots.forget_archive(session, source_id, period, version)
