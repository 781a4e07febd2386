"""Leaving findings alone for a while, with a reason; and asking for a scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fincc.common.clock import today
from fincc.common.problem import Invalid
from fincc.compliance.repository import findings, state
from fincc.compliance.usecases.context import Context

LONGEST = timedelta(days=731)


async def exempt(
    context: Context, ids: Sequence[str], until: date, reason: str, by: str, teams: frozenset[str] | None
) -> int:
    """How many open findings of these teams (None: of all) are exempt now. An exemption ends by itself."""
    day = today(context.clock)
    if not day <= until <= day + LONGEST:
        message = f"expected a day from {day} to {day + LONGEST}"
        raise Invalid(f"until {until}: {message}", errors=[{"field": "until", "message": message}])
    async with context.database.write() as session:
        return await findings.exempt(session, ids, until, reason.strip(), by, context.clock.now(), teams)


async def revoke(context: Context, ids: Sequence[str], by: str, teams: frozenset[str] | None) -> int:
    async with context.database.write() as session:
        return await findings.exempt(session, ids, None, None, by, context.clock.now(), teams)


async def request_scan(context: Context) -> None:
    async with context.database.write() as session:
        await state.request_scan(session)
