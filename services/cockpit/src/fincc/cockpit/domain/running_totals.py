"""From running totals to the amounts of periods: subtraction, exact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from fincc.cockpit.domain.change import Line
from fincc.cockpit.domain.windows import Window

Totals = dict[date, Mapping[str | None, int]]
"""Day → team → running total in units of 1e-12; a team without an entry had no cost up to that day."""


def places(axis: Sequence[date], days: Iterable[date]) -> dict[date, date | None]:
    """The newest day up to each of these days that has running totals; None before the first."""
    return {day: axis[i - 1] if (i := bisect_right(axis, day)) else None for day in days}


def to_lines(totals: Totals, window: Window) -> dict[str | None, Line]:
    """One line per team from the running totals at the window's boundaries; a team missing on a day is 0 there."""
    bounds, before = window.boundaries(), window.previous_boundaries()
    teams = {team for at in totals.values() for team in at}
    out = {}
    for team in teams:
        points = [totals[b].get(team, 0) for b in bounds]
        previous = totals[before[1]].get(team, 0) - totals[before[0]].get(team, 0) if before else None
        out[team] = Line([b - a for a, b in pairwise(points)], previous)
    return out
