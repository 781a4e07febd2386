"""Leaving findings alone for a while, with a reason; and asking for a scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import today
from fincc.common.db import Row
from fincc.common.problem import Invalid
from fincc.compliance.repository import changes, state
from fincc.compliance.usecases.context import Context
from fincc.compliance.usecases.held import NAMED, counted, hold, hold_open, spoken

LONGEST = timedelta(days=731)


async def exempt(
    context: Context, ids: Sequence[str], until: date, reason: str, by: Subject, teams: frozenset[str] | None
) -> int:
    """How many findings of these teams (None: of all) are exempt now: all of them, or none when one cannot be. An exemption
    ends by itself."""
    day = today(context.clock)
    if not day <= until <= day + LONGEST:
        message = f"expected a day from {day} to {day + LONGEST}"
        raise Invalid(f"until {until}: {message}", errors=[{"field": "until", "message": message}])
    why = reason.strip()
    async with context.database.write() as session:
        rows = await hold_open(session, ids, teams)
        found = [row["id"] for row in rows]
        await changes.exempt(session, found, until, why, by.name, context.clock.now())
        after = {"findings": found[:NAMED], "until": until, "reason": why, **counted(found)}
        await audit.record(session, context.clock, by, "finding.exempted", spoken(found), _exempt(rows), after)
        return len(found)


async def revoke(context: Context, ids: Sequence[str], by: Subject, teams: frozenset[str] | None) -> int:
    """How many are not exempt any more. What is closed or never was exempt has nothing to take back."""
    async with context.database.write() as session:
        held = await hold(session, ids, teams)
        rows = [row for row in held if row["closed_at"] is None and row["exempt_until"] is not None]
        found = [row["id"] for row in rows]
        if found:
            await changes.revoke(session, found, by.name, context.clock.now())
            after = {"findings": found[:NAMED], "until": None, "reason": None, **counted(found)}
            action = "finding.exemption_revoked"
            await audit.record(session, context.clock, by, action, spoken(found), _exempt(rows), after)
        return len(found)


def _exempt(rows: Sequence[Row]) -> dict[str, object]:
    """Until when and why, of those that are exempt, as far as they are named."""
    return {
        "exempt": {
            row["id"]: {"until": row["exempt_until"], "reason": row["exempt_reason"]}
            for row in rows[:NAMED]
            if row["exempt_until"] is not None
        }
    }


async def request_scan(context: Context, by: Subject) -> None:
    async with context.database.write() as session:
        await state.request_scan(session)
        await audit.record(session, context.clock, by, "scan.asked", "tags")
