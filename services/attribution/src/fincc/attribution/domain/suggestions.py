"""Whose the costs are that no rule gives to anybody, as far as they can be guessed; nothing is applied by itself.

What is unattributable is put into groups by what it says: the value of a tag that rules look for, else its account.
Each group is compared with what has a team: does the value look like a team's name, whose are the other costs of its
accounts, and whose those with the same tags or the same resource? Costs of one currency at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import chain, count

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.hierarchy import TEAM, Hierarchy
from fincc.attribution.domain.likeness import most_alike
from fincc.attribution.domain.resolve import ACCOUNT_COLUMN, Resolver
from fincc.attribution.domain.rule_set import SERVICE_TAG, TEAM_TAG
from fincc.common import money
from fincc.common.batches import codes, encode_text
from fincc.common.focus import TAG_PREFIX
from fincc.common.money import Lanes
from fincc.common.rules.tags import is_blank, normalise_value, order_spellings

NAME, ACCOUNT, TAG, RESOURCE = "name", "account", "tag", "resource"
WEIGHTS = {NAME: 0.9, ACCOUNT: 0.5, TAG: 0.7, RESOURCE: 0.85}
"""How far each kind of evidence alone can be believed. Pieces of evidence for one team add up like chances."""

SURE = 0.6
"""Below it nobody is suggested, and the candidates are only listed."""

_LIKE = 0.6  # less likeness than this is none
_SAME = 0.5  # a value whose costs belong to its main team by less than this says nothing about others
_CANDIDATES = 3
_RESOURCE_COLUMN = "ResourceId"

Numbers = npt.NDArray[np.intp]
Weights = npt.NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Costs that nobody owns and that say the same. `column` is `Tags/<canonical key>`, SubAccountId, or "" when they
    say nothing at all; `value` as rules compare it."""

    column: str
    value: str
    amount: Decimal
    keys: int
    candidates: tuple[Candidate, ...]

    @property
    def team(self) -> str | None:
        """The suggestion, None where nothing is sure enough."""
        first = self.candidates[0] if self.candidates else None
        return first.team if first is not None and first.confidence >= SURE else None


class Attributes:
    """The attributes of keys, a row each, column by column."""

    def __init__(self, batches: Sequence[pa.RecordBatch]) -> None:
        self._batches = [b for b in batches if b.num_rows]
        self.names = list(dict.fromkeys(name for batch in self._batches for name in batch.schema.names))
        self.rows = sum(batch.num_rows for batch in self._batches)

    def column(self, name: str) -> tuple[npt.NDArray[np.int32], list[str]]:
        """Codes, -1 for null, into the values."""
        chunks = [
            encode_text(batch.column(name)) if name in batch.schema.names else _nothing(batch.num_rows)
            for batch in self._batches
        ]
        whole = encode_text(pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string())))
        values: list[str] = whole.dictionary.to_pylist()
        return codes(whole), values


def _nothing(rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.string()))


def list_unmatched(
    attributes: Attributes, owners: Owners, costs: Lanes, resolver: Resolver, hierarchy: Hierarchy, limit: int
) -> list[Unmatched]:
    """The groups with the largest amounts, at most `limit`. `owners` and `costs` have an element per row of the
    attributes; `hierarchy` has the teams that can be suggested."""
    teams = [node.id for node in hierarchy.nodes if node.type == TEAM and node.id in resolver.teams]
    number = {team: i for i, team in enumerate(teams)}
    of_outcome = np.array([number.get(o.team_id or "", -1) for o in owners.outcomes] or [-1], np.intp)
    is_free = np.array([o.team_id is None for o in owners.outcomes] or [True], bool)
    costing = (costs.hi != 0) | (costs.lo != 0)
    rows = np.flatnonzero(is_free[owners.codes] & costing)
    labels, group = _groups(attributes, resolver, rows)
    sums = money.group_sum(group, len(labels), Lanes(costs.hi[rows], costs.lo[rows])).decimals()
    keys = np.bincount(group, minlength=len(labels)).tolist()
    order = sorted(range(len(labels)), key=lambda i: (-abs(sums[i]), labels[i]))[:limit]
    chosen = np.full(len(labels), -1, np.intp)
    chosen[order] = np.arange(len(order))
    wanted = chosen[group] >= 0
    weights = np.abs(costs.hi.astype(np.float64) * 2.0**32 + costs.lo)
    guess = _Guess(
        [labels[i] for i in order],
        teams,
        rows[wanted],
        chosen[group[wanted]],
        np.where(costing, of_outcome[owners.codes], -1),
        weights,
    )
    guess.by_name(resolver, hierarchy)
    guess.by_value(ACCOUNT, ACCOUNT_COLUMN, attributes)
    for name in _neighbours(attributes, resolver):
        guess.by_value(RESOURCE if name == _RESOURCE_COLUMN else TAG, name, attributes)
    return [
        Unmatched(*labels[place], sums[place], keys[place], candidates)
        for place, candidates in zip(order, guess.candidates(), strict=True)
    ]


def _canonical_keys(resolver: Resolver) -> list[str]:
    """The tag keys that rules look for, those of teams first."""
    return list(dict.fromkeys([*resolver.tag_keys(TEAM_TAG), *resolver.tag_keys(SERVICE_TAG)]))


def _groups(attributes: Attributes, resolver: Resolver, rows: Numbers) -> tuple[list[tuple[str, str]], Numbers]:
    """The labels (column, value) of groups, and the group of each of the rows."""
    labels: dict[tuple[str, str], int] = {}
    group = np.full(len(rows), -1, np.intp)
    tags = [name.removeprefix(TAG_PREFIX) for name in attributes.names if name.startswith(TAG_PREFIX)]
    for key in _canonical_keys(resolver):
        for literal in order_spellings(key, resolver.rule_set.tag_keys[key], tags):
            meaning = partial(resolver.rule_set.canonical_value, key)
            _label(group, labels, attributes.column(TAG_PREFIX + literal), rows, TAG_PREFIX + key, meaning)
    if ACCOUNT_COLUMN in attributes.names:
        _label(group, labels, attributes.column(ACCOUNT_COLUMN), rows, ACCOUNT_COLUMN, str)
    if (group < 0).any():
        group[group < 0] = labels.setdefault(("", ""), len(labels))
    return list(labels), group


def _label(
    group: Numbers,
    labels: dict[tuple[str, str], int],
    column: tuple[npt.NDArray[np.int32], list[str]],
    rows: Numbers,
    name: str,
    meaning: Callable[[str], str],
) -> None:
    """Put rows that have no group yet into that of their value in a column; blank says nothing."""
    of_key, values = column
    free = np.flatnonzero(group < 0)
    seen = of_key[rows[free]]
    place = np.full(len(values) + 1, -1, np.intp)
    for code in np.unique(seen[seen >= 0]).tolist():
        text = "" if is_blank(values[code]) else meaning(values[code])
        if not is_blank(text):
            place[code] = labels.setdefault((name, text), len(labels))
    group[free] = place[seen]


def _neighbours(attributes: Attributes, resolver: Resolver) -> Iterator[str]:
    """Columns whose values tell whose a record may be: the resource, and tags that do not name teams themselves."""
    tags = [name.removeprefix(TAG_PREFIX) for name in attributes.names if name.startswith(TAG_PREFIX)]
    naming = {
        spelling
        for key in resolver.tag_keys(TEAM_TAG)
        for spelling in order_spellings(key, resolver.rule_set.tag_keys[key], tags)
    }
    for name in attributes.names:
        if name == _RESOURCE_COLUMN or (name.startswith(TAG_PREFIX) and name.removeprefix(TAG_PREFIX) not in naming):
            yield name


class _Guess:
    """Collects evidence for groups. `team_of_row` is -1 where nobody owns a row, or nobody that can be suggested."""

    def __init__(
        self,
        labels: Sequence[tuple[str, str]],
        teams: Sequence[str],
        rows: Numbers,
        group: Numbers,
        team_of_row: Numbers,
        weights: Weights,
    ) -> None:
        self._labels, self._teams = labels, teams
        by_group = np.argsort(group, kind="stable")
        self._rows, self._group = rows[by_group], group[by_group]
        self._begin = np.searchsorted(self._group, np.arange(len(labels) + 1))
        self._owned = np.flatnonzero(team_of_row >= 0)
        self._team_of_owned = team_of_row[self._owned]
        self._weights = weights
        self._total = np.bincount(self._group, weights[self._rows], len(labels))
        self._evidence: list[dict[int, list[Evidence]]] = [{} for _ in labels]

    def by_name(self, resolver: Resolver, hierarchy: Hierarchy) -> None:
        """Values of tags that look like a team's id, name or alias."""
        number = {team: i for i, team in enumerate(self._teams)}
        for key in _canonical_keys(resolver):
            style = resolver.rule_set.style(key)
            names: dict[str, int] = {}
            for alias, team in resolver.rule_set.aliases.get(key, {}).items():
                if team in number:
                    names.setdefault(alias, number[team])
            for node in hierarchy.nodes:
                if node.id in number:
                    names.setdefault(normalise_value(node.id, style), number[node.id])
                    names.setdefault(normalise_value(node.name, style), number[node.id])
            groups = [i for i, (column, _) in enumerate(self._labels) if column == TAG_PREFIX + key]
            values = [self._labels[i][1] for i in groups]
            for i, alike in zip(groups, most_alike(values, names, style.separator or "-"), strict=True):
                if alike is None or alike.likeness < _LIKE:
                    continue
                text = f"{self._labels[i][1]} looks like {alike.name} ({alike.likeness:.0%})"
                if alike.also is not None:
                    text += f", and like {self._teams[alike.also]} as well"
                self._add(i, alike.team, Evidence(NAME, round(alike.likeness, 3), text))

    def by_value(self, kind: str, column: str, attributes: Attributes) -> None:
        """Owned costs with the same value in a column."""
        if column not in attributes.names or not len(self._owned) or not len(self._rows):
            return
        of_key, values = attributes.column(column)
        main, share = self._main_teams(of_key[self._owned], len(values))
        seen = of_key[self._rows]
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
                self._add(
                    i,
                    owner,
                    _told(kind, column, values[code], float(share[code]), self._teams[owner], strength / total),
                )

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
    else:
        text = f"{share:.0%} of the costs with {column.removeprefix(TAG_PREFIX)} {value} belongs to {team}"
    return Evidence(kind, round(min(1.0, strength), 3), text)


def rule_for(column: str, value: str, team: str, resolver: Resolver) -> dict[str, object]:
    """The rule that gives a group to a team, to stand after all others: then it takes nothing but that group.

    Raises ValueError for costs that say nothing, which no rule can tell from others.
    """
    keys = [TAG_PREFIX + key for key in _canonical_keys(resolver)]
    if column != ACCOUNT_COLUMN and column not in keys:
        raise ValueError(
            f"no rule can be made for {column or 'costs that say nothing'}; it must be one of {', '.join(keys)}"
            f" or {ACCOUNT_COLUMN}"
        )
    before = keys[: keys.index(column)] if column in keys else keys
    is_it: dict[str, object] = {"column": column, "equals": value}
    without = [{"not": {"column": key, "exists": True}} for key in before]
    taken = {rule.id for rule in resolver.rules}
    slug = re.sub(r"[^a-z0-9]+", "-", f"{column.removeprefix(TAG_PREFIX)} {value}".casefold()).strip("-")[:60]
    names = (f"accepted-{slug}{suffix}" for suffix in chain([""], (f"-{i}" for i in count(2))))
    return {
        "id": next(name for name in names if name not in taken),
        "name": f"Accepted suggestion: {column} {value} is {team}",
        "when": {"all": [is_it, *without]} if without else is_it,
        "assign": {"team": team},
    }
