"""The answer of "cost by team": teams, and the units and groups above them, each the sum of what is below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fincc.cockpit.domain.change import Line, add_lines, change_percent, share_percent
from fincc.common.hierarchy import GROUP, UNIT, Hierarchy, Node
from fincc.common.money import units_to_text

UNATTRIBUTABLE = "Unattributable"


def measure(line: Line, total: Line, currency: str) -> dict[str, Any]:
    """The figures of one row."""
    cost, change = line.cost, line.change
    return {
        "cost": _money(cost, currency),
        "previous_cost": None if line.previous is None else _money(line.previous, currency),
        "change": None if change is None else _money(change, currency),
        "change_percent": None if line.previous is None else change_percent(cost, line.previous),
        "share_percent": share_percent(cost, total.cost),
        "series": [units_to_text(v) for v in line.series],
    }


def totals(total: Line, currency: str) -> dict[str, Any]:
    """The figures of the whole answer."""
    figures = measure(total, total, currency)
    return {
        "total": figures["cost"],
        "previous_total": figures["previous_cost"],
        "change": figures["change"],
        "change_percent": figures["change_percent"],
    }


def _money(units: int, currency: str) -> dict[str, str]:
    return {"amount": units_to_text(units), "currency": currency}


def team_answer(
    lines: Mapping[str | None, Line], hierarchy: Hierarchy, periods: int, currency: str, *, with_unattributable: bool
) -> dict[str, Any]:
    """Teams without cost on any day of either range are left out; Unattributable stays, and is last."""
    shown: dict[str | None, Line] = {
        team: line for team, line in lines.items() if not line.is_empty and team is not None
    }
    if with_unattributable:
        shown[None] = lines.get(None) or Line([0] * periods, 0)
    total = add_lines(shown.values(), periods, compared=True)
    order = sorted(shown.items(), key=lambda item: (item[0] is None, -item[1].cost, item[0] or ""))
    teams = []
    for team, line in order:
        unit, group = hierarchy.ancestor(team, UNIT), hierarchy.ancestor(team, GROUP)
        teams.append(
            {
                "team_id": team,
                "team": UNATTRIBUTABLE if team is None else hierarchy.name(team),
                "business_unit_id": unit.id if unit else None,
                "business_unit": unit.name if unit else None,
                "business_group_id": group.id if group else None,
                "business_group": group.name if group else None,
                **measure(line, total, currency),
            }
        )
    return {
        **totals(total, currency),
        "teams": teams,
        "groups": [
            {"id": n.id, "name": n.name, **measure(line, total, currency)}
            for n, line in _level(shown, hierarchy, GROUP, periods)
        ],
        "units": [
            {
                "id": n.id,
                "name": n.name,
                "business_group_id": getattr(hierarchy.ancestor(n.id, GROUP), "id", None),
                **measure(line, total, currency),
            }
            for n, line in _level(shown, hierarchy, UNIT, periods)
        ],
    }


def _level(
    lines: Mapping[str | None, Line], hierarchy: Hierarchy, kind: str, periods: int
) -> Iterable[tuple[Node, Line]]:
    """The nodes of a type with the sum of their teams, the largest first."""
    below: dict[str, list[Line]] = {}
    for team, line in lines.items():
        node = hierarchy.ancestor(team, kind)
        if node is not None:
            below.setdefault(node.id, []).append(line)
    summed = [(hierarchy.nodes[id_], add_lines(of_node, periods, compared=True)) for id_, of_node in below.items()]
    return sorted(summed, key=lambda item: (-item[1].cost, item[0].id))
