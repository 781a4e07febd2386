"""Whether a job is at work anywhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from fincc.common.db import ReadSession


async def is_running(session: ReadSession, job: str, now: datetime) -> bool:
    held = await session.scalar(
        text("select exists (select 1 from leases where job = :job and expires_at > :now)"), {"job": job, "now": now}
    )
    return bool(held)
