"""From running totals to the amounts of periods: subtraction, exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from itertools import pairwise

from fincc.cockpit.domain.change import EXACT, ZERO, Line
from fincc.cockpit.domain.windows import Window


def to_lines(totals: Mapping[date, Mapping[str | None, Decimal]], window: Window) -> dict[str | None, Line]:
    """One line per team from the running totals at the window's boundaries; a team missing on a day is 0 there."""
    bounds, before = window.boundaries(), window.previous_boundaries()
    teams = {team for at in totals.values() for team in at}
    out = {}
    with localcontext(EXACT):
        for team in teams:
            points = [totals[b].get(team, ZERO) for b in bounds]
            previous = totals[before[1]].get(team, ZERO) - totals[before[0]].get(team, ZERO) if before else None
            out[team] = Line([b - a for a, b in pairwise(points)], previous)
    return out
