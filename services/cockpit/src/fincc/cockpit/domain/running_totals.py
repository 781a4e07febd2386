"""From running totals to the amounts of periods: subtraction, exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, localcontext
from itertools import pairwise

from fincc.cockpit.domain.change import EXACT, ZERO, Line
from fincc.cockpit.domain.windows import Window


def to_lines(totals: Mapping[str | None, Mapping[date, Decimal]], window: Window) -> dict[str | None, Line]:
    """One line per team from its running totals at the window's boundaries; a missing day is 0."""
    bounds, before = window.boundaries(), window.previous_boundaries()
    out = {}
    with localcontext(EXACT):
        for team, at in totals.items():
            points = [at.get(b, ZERO) for b in bounds]
            previous = at.get(before[1], ZERO) - at.get(before[0], ZERO) if before else None
            out[team] = Line([b - a for a, b in pairwise(points)], previous)
    return out
