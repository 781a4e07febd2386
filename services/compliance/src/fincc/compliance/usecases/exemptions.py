"""Leaving findings alone for a while, with a reason; and asking for a scan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import today
from fincc.common.problem import Invalid
from fincc.compliance.repository import findings, state
from fincc.compliance.usecases.context import Context

LONGEST = timedelta(days=731)


async def exempt(
    context: Context, ids: Sequence[str], until: date, reason: str, by: Subject, teams: frozenset[str] | None
) -> int:
    """How many open findings of these teams (None: of all) are exempt now. An exemption ends by itself."""
    day = today(context.clock)
    if not day <= until <= day + LONGEST:
        message = f"expected a day from {day} to {day + LONGEST}"
        raise Invalid(f"until {until}: {message}", errors=[{"field": "until", "message": message}])
    return await _change(context, ids, until, reason.strip(), by, teams)


async def revoke(context: Context, ids: Sequence[str], by: Subject, teams: frozenset[str] | None) -> int:
    return await _change(context, ids, None, None, by, teams)


async def _change(
    context: Context,
    ids: Sequence[str],
    until: date | None,
    reason: str | None,
    by: Subject,
    teams: frozenset[str] | None,
) -> int:
    async with context.database.write() as session:
        held = await findings.list_exemptions(session, ids)
        changed = await findings.exempt(session, ids, until, reason, by.name, context.clock.now(), teams)
        if changed:
            before = {"exempt": {i: held[i] for i in changed if i in held}}
            after = {"findings": changed, "until": until, "reason": reason}
            action = "finding.exemption_revoked" if until is None else "finding.exempted"
            which = changed[0] if len(changed) == 1 else f"{len(changed)} findings"
            await audit.record(session, context.clock, by, action, which, before, after)
    return len(changed)


async def request_scan(context: Context, by: Subject) -> None:
    async with context.database.write() as session:
        await state.request_scan(session)
        await audit.record(session, context.clock, by, "scan.asked", "tags")
