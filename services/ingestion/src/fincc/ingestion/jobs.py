"""Timed work of ingestion."""

from __future__ import annotations

from fincc.common.outbox import relay_job
from fincc.common.service import Job
from fincc.ingestion.usecases import jobs
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.sources import connect


def make_jobs(context: Context) -> tuple[Job, ...]:
    async def do_jobs() -> None:
        await jobs.work(context, connect)

    async def poll() -> None:
        await jobs.poll_sources(context)

    return (
        Job("do what is queued", 0.3, do_jobs),
        Job("look for deliveries", 5.0, poll),
        relay_job(context.database, context.bus),
    )
