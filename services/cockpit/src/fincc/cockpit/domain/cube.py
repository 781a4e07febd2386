"""The sums of one set by team, cloud service and day, in columns: questions about them need no database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fincc.cockpit.domain.filters import SOURCE, TEAM_DIMENSION, Filter
from fincc.cockpit.domain.pivot import Cell
from fincc.cockpit.domain.windows import Window
from fincc.common.days import to_day
from fincc.common.money import Lanes, group_sum
from fincc.common.vocabulary import Ints, number_rows

SERVICE = "ServiceName"
CUBE_DIMENSIONS = frozenset({SOURCE, TEAM_DIMENSION, SERVICE})
BYTES_A_ROW = 28


@dataclass(frozen=True)
class Cube:
    """One metric in one currency. Row i: `amounts` of `teams[team[i]]` for `services[service[i]]` on `day[i]`.

    Rows are in order of `team`; equal rows are not there twice.
    """

    set_id: int
    teams: list[str | None]
    services: list[str | None]
    team: Ints
    service: Ints
    day: Ints
    amounts: Lanes

    def __len__(self) -> int:
        return len(self.day)

    def cells(
        self,
        columns: Sequence[str],
        window: Window,
        teams: Collection[str | None] | None,
        filters: Sequence[Filter],
    ) -> list[Cell]:
        """Sums by `columns` and period of the rows of these teams (None: of all) that pass the filters on services."""
        rows = self._of_teams(teams)
        for wanted in filters:
            passes = np.array([wanted.matches(s) for s in self.services], bool)
            rows = rows[passes[self.service[rows]]]
        bounds = np.array([to_day(t) for t in window.thresholds()], np.int32)
        day, inside = self.day[rows], np.zeros(len(rows), bool)
        for days in window.ranges():
            inside |= (day >= to_day(days.start)) & (day < to_day(days.end))
        rows, period = rows[inside], np.searchsorted(bounds, day[inside], side="right") - 1
        if not len(rows):
            return []
        codes: dict[str, Ints] = {TEAM_DIMENSION: self.team, SERVICE: self.service}
        coded = [codes[c][rows] for c in columns if c in codes]
        first, number = number_rows(coded) if coded else (np.zeros(1, np.intp), np.zeros(len(rows), np.intp))
        keys = list(zip(*(self._values(c, rows[first]) for c in columns), strict=True)) or [()]
        cell, place = np.unique(number * len(bounds) + period, return_inverse=True)
        sums = group_sum(place, len(cell), Lanes(self.amounts.hi[rows], self.amounts.lo[rows])).units()
        key, start = np.divmod(cell, len(bounds))
        starts = window.thresholds()
        return [(keys[k], starts[s], units) for k, s, units in zip(key.tolist(), start.tolist(), sums, strict=True)]

    def _of_teams(self, teams: Collection[str | None] | None) -> Ints:
        if teams is None:
            return np.arange(len(self))
        starts = self._starts
        of_teams = [np.arange(starts[c], starts[c + 1]) for c, team in enumerate(self.teams) if team in teams]
        return np.concatenate(of_teams or [np.zeros(0, np.intp)])

    @cached_property
    def _starts(self) -> list[int]:
        """The first row of each team, and the end."""
        starts: list[int] = np.searchsorted(self.team, np.arange(len(self.teams) + 1)).tolist()
        return starts

    def _values(self, column: str, rows: Ints) -> Sequence[str | int | None]:
        if column == SOURCE:
            return [self.set_id] * len(rows)
        values, codes = (self.teams, self.team) if column == TEAM_DIMENSION else (self.services, self.service)
        return [values[code] for code in codes[rows].tolist()]
