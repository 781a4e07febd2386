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
from fincc.compliance.usecases.held import hold_open, refuse, spoken


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
        before = {row["id"]: row["assigned_team"] for row in rows if row["assigned_team"] != wanted[row["id"]]}
        if before:
            after = {id_: wanted[id_] for id_ in before}
            await changes.assign(session, after, names, by.name, context.clock.now())
            said = spoken(list(before))
            entry = {"assigned": before}, {"assigned": after}
            await audit.record(session, context.clock, by, "finding.assigned", said, *entry)
        return before


def _names(hierarchy: Hierarchy, wanted: Mapping[str, str | None], permitted: frozenset[str] | None) -> dict[str, str]:
    """Of the teams that are given something. Who may see some teams alone hands nothing to others."""
    teams = {node.id for node in hierarchy.of_type(TEAM) if permitted is None or node.id in permitted}
    given = dict.fromkeys(team for team in wanted.values() if team is not None)
    for team in given:
        if team not in teams:
            message = f"{team!r} is no team that you may see"
            raise Invalid(f"team: {message}; nothing was changed", errors=[{"field": "team", "message": message}])
    return {team: hierarchy.name(team) for team in given}
