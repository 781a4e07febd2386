"""SQL over what people change of findings: exemptions, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from fincc.common.db import WriteSession
from fincc.compliance.repository.findings import PERMITTED, permitting

_HELD = (
    "select id, resource_id, closed_at, exempt_until, exempt_reason, team_id, assigned_team from findings "
    "where id = any(:ids) and "
)


async def hold(session: WriteSession, ids: Sequence[str], permitted: frozenset[str] | None) -> list[RowMapping]:
    """Those of these findings that there are, kept as they are until the session ends. Those of teams that are not
    `permitted` are left out; None permits all. Always in one order, so that nobody waits for each other."""
    return await session.all(
        text(_HELD + PERMITTED + " order by id for update"), {"ids": list(ids), **permitting(permitted)}
    )


async def exempt(session: WriteSession, ids: Sequence[str], until: date, reason: str, by: str, now: datetime) -> None:
    await session.execute(
        text(
            "update findings set exempt_until = :until, exempt_reason = :reason, exempt_by = :by, exempt_at = :now "
            "where id = any(:ids)"
        ),
        {"ids": list(ids), "until": until, "reason": reason, "by": by, "now": now},
    )
    await _note(session, dict.fromkeys(ids, f"until {until} by {by}: {reason}"), "exempted", now)


async def revoke(session: WriteSession, ids: Sequence[str], by: str, now: datetime) -> None:
    await session.execute(
        text(
            "update findings set exempt_until = null, exempt_reason = null, exempt_by = null, exempt_at = null "
            "where id = any(:ids)"
        ),
        {"ids": list(ids)},
    )
    await _note(session, dict.fromkeys(ids, f"by {by}"), "exemption revoked", now)


async def assign(
    session: WriteSession, teams: Mapping[str, str | None], names: Mapping[str, str], by: str, now: datetime
) -> None:
    """`teams` by id, None to take an assignment back; `names` of the teams are what the history says."""
    await session.execute(
        text(
            "update findings f set assigned_team = a.team, "
            "assigned_by = case when a.team is null then null else cast(:by as text) end, "
            "assigned_at = case when a.team is null then null else cast(:now as timestamptz) end "
            "from unnest(cast(:ids as text[]), cast(:teams as text[])) as a(id, team) where f.id = a.id"
        ),
        {"ids": list(teams), "teams": list(teams.values()), "by": by, "now": now},
    )
    given = {id_: f"to {names[team]} by {by}" for id_, team in teams.items() if team is not None}
    await _note(session, given, "assigned", now)
    taken = [id_ for id_, team in teams.items() if team is None]
    await _note(session, dict.fromkeys(taken, f"by {by}"), "assignment revoked", now)


async def _note(session: WriteSession, said: Mapping[str, str], event: str, now: datetime) -> None:
    """In the history of each finding."""
    await session.execute(
        text(
            "insert into events (finding_id, at, event, text) select n.id, :now, :event, n.said "
            "from unnest(cast(:ids as text[]), cast(:texts as text[])) as n(id, said)"
        ),
        {"ids": list(said), "texts": list(said.values()), "event": event, "now": now},
    )
