"""Whose something is likely to be that nobody owns: evidence from likeness of names and from what neighbours cost.

Attribution applies it to unmatched costs, the tag finder to resources; so both name the same team for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fincc.common.focus import TAG_PREFIX
from fincc.common.rules.likeness import most_alike

NAME, ACCOUNT, TAG, RESOURCE, NEIGHBOUR = "name", "account", "tag", "resource", "neighbour"
WEIGHTS = {NAME: 0.9, ACCOUNT: 0.5, TAG: 0.7, RESOURCE: 0.85, NEIGHBOUR: 0.7}
"""How far each kind of evidence alone can be believed. Pieces of evidence for one team add up like chances."""

SURE = 0.6
"""Below it nobody is suggested, and the candidates are only listed."""

_LIKE = 0.6  # less likeness than this is none
_SAME = 0.5  # a value whose costs belong to its main team by less than this says nothing about others
_CANDIDATES = 3

Numbers = npt.NDArray[np.intp]
Weights = npt.NDArray[np.float64]
TextCodes = tuple[npt.NDArray[np.int32], Sequence[str]]
"""A column of text: codes by row, -1 for null, and the values they stand for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`strength` between 0 and 1: the likeness of names, or the share of the group's costs that it speaks for."""

    kind: str
    strength: float
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    team: str
    confidence: float
    evidence: tuple[Evidence, ...]


class Guess:
    """Collects evidence for `groups` groups of rows. `rows` and `group` say which row belongs to which group;
    `team_of_row` has an element for every row there is, owned ones too: a position in `teams`, -1 where nobody owns it,
    or nobody that can be suggested. `weights` are what the rows cost."""

    def __init__(
        self, groups: int, teams: Sequence[str], rows: Numbers, group: Numbers, team_of_row: Numbers, weights: Weights
    ) -> None:
        self._teams = teams
        by_group = np.argsort(group, kind="stable")
        self._rows, self._group = rows[by_group], group[by_group]
        self._owned = np.flatnonzero(team_of_row >= 0)
        self._team_of_owned = team_of_row[self._owned]
        self._weights = weights
        self._total = np.bincount(self._group, weights[self._rows], groups)
        self._evidence: list[dict[int, list[Evidence]]] = [{} for _ in range(groups)]

    def by_name(self, groups: Sequence[int], values: Sequence[str], names: Mapping[str, int], separator: str) -> None:
        """What each of these groups says, and what teams are called; both normalised alike."""
        for i, value, alike in zip(groups, values, most_alike(values, names, separator), strict=True):
            if alike is None or alike.likeness < _LIKE:
                continue
            text = f"{value} looks like {alike.name} ({alike.likeness:.0%})"
            if alike.also is not None:
                text += f", and like {self._teams[alike.also]} as well"
            self._add(i, alike.team, Evidence(NAME, round(alike.likeness, 3), text))

    def by_value(self, kind: str, column: str, of_row: TextCodes) -> None:
        """Owned costs with the same value in a column."""
        codes, values = of_row
        if not len(self._owned) or not len(self._rows):
            return
        main, share = self._main_teams(codes[self._owned], len(values))
        seen = codes[self._rows]
        speaks = np.flatnonzero((seen >= 0) & (share[seen] >= _SAME))
        if not len(speaks):
            return
        group, value = self._group[speaks], seen[speaks]
        team, weight = main[value], self._weights[self._rows[speaks]] * share[value]
        pair, place = np.unique(group * len(self._teams) + team, return_inverse=True)
        spoken = np.bincount(place, weight, len(pair))
        example = np.zeros(len(pair), np.intp)
        example[place[np.argsort(weight)]] = value[np.argsort(weight)]  # the heaviest is written last
        for number, strength, code in zip(pair.tolist(), spoken.tolist(), example.tolist(), strict=True):
            i, owner = divmod(number, len(self._teams))
            total = self._total[i]
            if total > 0 and strength / total >= _SAME * _SAME:
                told = _told(kind, column, values[code], float(share[code]), self._teams[owner], strength / total)
                self._add(i, owner, told)

    def _main_teams(self, of_owned: npt.NDArray[np.int32], values: int) -> tuple[Numbers, Weights]:
        """Per value the team with the most costs, and its share of them; a last element for null."""
        said = of_owned >= 0
        pairs = of_owned[said].astype(np.int64) * len(self._teams) + self._team_of_owned[said]
        pair, place = np.unique(pairs, return_inverse=True)
        weight = np.bincount(place, self._weights[self._owned[said]], len(pair))
        value, team = np.divmod(pair, len(self._teams))
        total = np.bincount(value, weight, values + 1)
        main, share = np.zeros(values + 1, np.intp), np.zeros(values + 1)
        rising = np.argsort(weight, kind="stable")
        main[value[rising]] = team[rising]
        share[value[rising]] = weight[rising] / np.maximum(total[value[rising]], 1e-300)
        return main, share

    def _add(self, group: int, team: int, evidence: Evidence) -> None:
        self._evidence[group].setdefault(team, []).append(evidence)

    def candidates(self) -> Iterator[tuple[Candidate, ...]]:
        """Per group, the likeliest first."""
        for found in self._evidence:
            all_of = [
                Candidate(self._teams[team], _confidence(said), tuple(sorted(said, key=_telling)))
                for team, said in found.items()
            ]
            yield tuple(sorted(all_of, key=lambda c: (-c.confidence, c.team))[:_CANDIDATES])


def _confidence(evidence: Sequence[Evidence]) -> float:
    """The best of each kind counts once: tags often repeat each other."""
    best: dict[str, float] = {}
    for piece in evidence:
        best[piece.kind] = max(best.get(piece.kind, 0.0), piece.strength)
    doubt = 1.0
    for kind, strength in best.items():
        doubt *= 1 - WEIGHTS[kind] * strength
    return round(1 - doubt, 3)


def _telling(evidence: Evidence) -> float:
    return -WEIGHTS[evidence.kind] * evidence.strength


def _told(kind: str, column: str, value: str, share: float, team: str, strength: float) -> Evidence:
    if kind == ACCOUNT:
        text = f"{share:.0%} of what account {value} costs belongs to {team}"
    elif kind == RESOURCE:
        text = f"other costs of {value} belong to {team}"
    elif kind == NEIGHBOUR:
        text = f"{share:.0%} of the costs of resources called {value} belongs to {team}"
    else:
        text = f"{share:.0%} of the costs with {column.removeprefix(TAG_PREFIX)} {value} belongs to {team}"
    return Evidence(kind, round(min(1.0, float(strength)), 3), text)
