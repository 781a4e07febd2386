"""Timed work of compliance."""

from __future__ import annotations

from collections.abc import Callable

from fincc.common.service import Job
from fincc.common.snapshots import SnapshotCollector
from fincc.compliance.usecases import documents, find, inventories, project
from fincc.compliance.usecases.context import Context


def make_jobs(context: Context, collector: SnapshotCollector, is_busy: Callable[[], bool]) -> tuple[Job, ...]:
    async def look() -> None:
        await find.run(context, is_busy)

    async def list_clouds() -> None:
        await inventories.scan_due(context)

    async def clean_up() -> None:
        await documents.clean_up(context)
        await project.clean_up(context)

    async def expire() -> None:
        collector.expire()

    return (
        Job("judge resources", context.settings.look_every_s, look),
        Job("list clouds", context.settings.look_every_s, list_clouds),
        Job("drop replaced files", 60.0, clean_up),
        Job("expire open snapshots", 60.0, expire),
    )
