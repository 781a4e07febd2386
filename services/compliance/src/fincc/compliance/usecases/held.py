"""Findings that somebody wants to change: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy.engine import RowMapping

from fincc.common.db import WriteSession
from fincc.common.problem import Problem
from fincc.compliance.errors import ClosedFinding, UnknownFinding
from fincc.compliance.repository import changes

NAMED = 100  # findings that a refusal, or an entry of the audit record, names


async def hold(session: WriteSession, ids: Iterable[str], teams: frozenset[str] | None) -> list[RowMapping]:
    """These findings in this order, which nobody else changes until the session ends. Raises UnknownFinding, also for what
    the asker may not see."""
    wanted = list(dict.fromkeys(ids))
    known = {row["id"]: row for row in await changes.hold(session, wanted, teams)}
    refuse(UnknownFinding, [(id_, f"there is no finding {id_!r}") for id_ in wanted if id_ not in known])
    return [known[id_] for id_ in wanted]


async def hold_open(session: WriteSession, ids: Iterable[str], teams: frozenset[str] | None) -> list[RowMapping]:
    """The same of findings that are open. Raises ClosedFinding, too."""
    rows = await hold(session, ids, teams)
    closed = [row for row in rows if row["closed_at"] is not None]
    refuse(ClosedFinding, [(row["id"], f"{row['resource_id']} is closed") for row in closed])
    return rows


def spoken(ids: Sequence[str]) -> str:
    """What the audit record says a change was about."""
    return ids[0] if len(ids) == 1 else f"{len(ids)} findings"


def counted(ids: Sequence[str]) -> dict[str, int]:
    """How many they are, for the audit record, where it does not name them all; each finding has its own history."""
    return {"count": len(ids)} if len(ids) > NAMED else {}


def refuse(problem: Callable[..., Problem], reasons: Sequence[tuple[str, str]]) -> None:
    """Raises it when there are reasons, (id, why) of the findings in the way."""
    if reasons:
        rest = f", and {len(reasons) - 1:,} more" if len(reasons) > 1 else ""
        errors = [{"field": id_, "message": why} for id_, why in reasons[:NAMED]]
        raise problem(f"{reasons[0][1]}{rest}; nothing was changed", errors=errors)
