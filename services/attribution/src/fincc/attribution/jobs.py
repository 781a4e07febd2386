"""Timed work of attribution."""

from __future__ import annotations

from fincc.attribution.usecases.context import Context
from fincc.common.outbox import relay_job
from fincc.common.service import Job


def make_jobs(context: Context) -> tuple[Job, ...]:
    return (relay_job(context.database, context.bus),)
