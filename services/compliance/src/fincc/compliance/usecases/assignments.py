"""Saying whose findings are that no attribution rule gives to a team. Costs stay where the rules put them."""

from __future__ import annotations

from collections.abc import Mapping

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.hierarchy import TEAM, Hierarchy
from fincc.common.problem import Invalid
from fincc.compliance.errors import OwnedFinding
from fincc.compliance.repository import changes
from fincc.compliance.usecases.context import Context
from fincc.compliance.usecases.held import NAMED, counted, hold_open, refuse, spoken


async def assign(
    context: Context,
    wanted: Mapping[str, str | None],
    hierarchy: Hierarchy,
    by: Subject,
    permitted: frozenset[str] | None,
) -> dict[str, str | None]:
    """Give each finding to its team, or with None take that back; all of them, or none when one cannot be changed. Returns
    the teams before of those that changed: given back, they undo it. Whom a rule names stays the owner."""
    names = _names(hierarchy, wanted, permitted)
    async with context.database.write() as session:
        rows = await hold_open(session, wanted, permitted)
        owned = [row for row in rows if row["team_id"] is not None and wanted[row["id"]] is not None]
        why = "{} belongs to {} by the attribution rules"
        refuse(
            OwnedFinding,
            [(row["id"], why.format(row["resource_id"], hierarchy.name(row["team_id"]))) for row in owned],
        )
        before = {
            row["id"]: row["assigned_team"]
            for row in rows
            if row["assigned_team"] != wanted[row["id"]] and _may_see(row["assigned_team"], permitted)
        }
        if before:
            ids = list(before)
            after = {id_: wanted[id_] for id_ in ids}
            await changes.assign(session, after, names, by.name, context.clock.now())
            entry = (
                {"assigned": {id_: teams[id_] for id_ in ids[:NAMED]}, **counted(ids)} for teams in (before, after)
            )
            await audit.record(session, context.clock, by, "finding.assigned", spoken(ids), *entry)
        return before


def _may_see(team: str | None, permitted: frozenset[str] | None) -> bool:
    """A team of others may stand behind the owner that a rule names since; it counts no more and is told to nobody else."""
    return team is None or permitted is None or team in permitted


def _names(hierarchy: Hierarchy, wanted: Mapping[str, str | None], permitted: frozenset[str] | None) -> dict[str, str]:
    """Of the teams that are given something. Who may see some teams alone hands nothing to others."""
    teams = {node.id for node in hierarchy.of_type(TEAM) if permitted is None or node.id in permitted}
    given = dict.fromkeys(team for team in wanted.values() if team is not None)
    for team in given:
        if team not in teams:
            message = f"{team!r} is no team that you may see"
            raise Invalid(f"team: {message}; nothing was changed", errors=[{"field": "team", "message": message}])
    return {team: hierarchy.name(team) for team in given}
