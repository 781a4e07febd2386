"""Lease rows: one worker at a time per (job, subject), with a fencing number that publishing checks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from fincc.common.clock import Clock
from fincc.common.db import Database, WriteSession

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    job: str
    subject: str
    holder: str
    fence: int


async def take(
    session: WriteSession, job: str, subject: str, holder: str, now: datetime, ttl: timedelta
) -> Lease | None:
    """The lease, or None while somebody else holds it. The same holder extends it under the same fence."""
    row = await session.first(
        text(
            "insert into leases as l (job, subject, holder, fence, expires_at) "
            "values (:job, :subject, :holder, 1, :until) "
            "on conflict (job, subject) do update set holder = :holder, expires_at = :until, "
            "fence = case when l.holder = :holder and l.expires_at > :now then l.fence else l.fence + 1 end "
            "where l.holder = :holder or l.expires_at <= :now returning fence"
        ),
        {"job": job, "subject": subject, "holder": holder, "until": now + ttl, "now": now},
    )
    return Lease(job, subject, holder, row["fence"]) if row else None


async def is_held(session: WriteSession, lease: Lease, now: datetime) -> bool:
    """Whether the lease is still ours; the row stays locked until the transaction ends."""
    held = await session.scalar(
        text(
            "select fence = :fence and expires_at > :now from leases where job = :job and subject = :subject for update"
        ),
        {"job": lease.job, "subject": lease.subject, "fence": lease.fence, "now": now},
    )
    return bool(held)


async def release(session: WriteSession, lease: Lease) -> None:
    await session.execute(
        text("update leases set expires_at = '-infinity' where job = :job and subject = :subject and fence = :fence"),
        {"job": lease.job, "subject": lease.subject, "fence": lease.fence},
    )


@asynccontextmanager
async def held(
    database: Database, clock: Clock, job: str, subject: str, holder: str, ttl: timedelta
) -> AsyncIterator[Lease | None]:
    """The lease for as long as the block lasts, renewed in the background; None while somebody else has it.

    A store that is away neither ends the renewing nor hides an error of the block: a lease that cannot be given back expires.
    """

    async def take_now() -> Lease | None:
        async with database.write() as session:
            return await take(session, job, subject, holder, clock.now(), ttl)

    async def renew() -> None:
        while True:
            await asyncio.sleep(ttl.total_seconds() / 4)
            try:
                await take_now()
            except Exception:
                log.warning("a lease could not be renewed", extra={"job": job, "subject": subject}, exc_info=True)

    lease = await take_now()
    if lease is None:
        yield None
        return
    renewal = asyncio.create_task(renew())
    try:
        yield lease
    finally:
        renewal.cancel()
        try:
            async with database.write() as session:
                await release(session, lease)
        except Exception:
            log.warning("a lease could not be given back", extra={"job": job, "subject": subject}, exc_info=True)
