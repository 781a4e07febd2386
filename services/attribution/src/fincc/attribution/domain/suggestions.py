"""Whose the costs are that no rule gives to anybody, as far as they can be guessed; nothing is applied by itself.

What is unattributable is put into groups by what it says: the value of a tag that rules look for, else its account.
Each group is compared with what has a team: does the value look like a team's name, whose are the other costs of its
accounts, and whose those with the same tags or the same resource? Costs of one currency at a time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import chain, count

import numpy as np
import numpy.typing as npt

from fincc.attribution.domain.evaluate import Owners
from fincc.attribution.domain.hierarchy import TEAM, Hierarchy
from fincc.attribution.domain.resolve import ACCOUNT_COLUMN, Resolver
from fincc.attribution.domain.rule_set import SERVICE_TAG, TEAM_TAG
from fincc.common import money
from fincc.common.focus import TAG_PREFIX
from fincc.common.key_attributes import Attributes
from fincc.common.money import Lanes
from fincc.common.rules.guess import ACCOUNT, RESOURCE, SURE, TAG, Candidate, Guess, Numbers
from fincc.common.rules.tags import is_blank, normalise_value, order_spellings

_RESOURCE_COLUMN = "ResourceId"


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
    said = [labels[i] for i in order]
    guess = Guess(
        len(said),
        teams,
        rows[wanted],
        chosen[group[wanted]],
        np.where(costing, of_outcome[owners.codes], -1),
        weights,
    )
    for key in _canonical_keys(resolver):
        groups = [i for i, (column, _) in enumerate(said) if column == TAG_PREFIX + key]
        names, separator = _names(key, number, resolver, hierarchy)
        guess.by_name(groups, [said[i][1] for i in groups], names, separator)
    if ACCOUNT_COLUMN in attributes.names:
        guess.by_value(ACCOUNT, ACCOUNT_COLUMN, attributes.column(ACCOUNT_COLUMN))
    for name in _neighbours(attributes, resolver):
        guess.by_value(RESOURCE if name == _RESOURCE_COLUMN else TAG, name, attributes.column(name))
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


def _names(key: str, number: Mapping[str, int], resolver: Resolver, hierarchy: Hierarchy) -> tuple[dict[str, int], str]:
    """The id, name and aliases of each team, as values of a tag key are compared; and what divides their words."""
    style = resolver.rule_set.style(key)
    names: dict[str, int] = {}
    for alias, team in resolver.rule_set.aliases.get(key, {}).items():
        if team in number:
            names.setdefault(alias, number[team])
    for node in hierarchy.nodes:
        if node.id in number:
            names.setdefault(normalise_value(node.id, style), number[node.id])
            names.setdefault(normalise_value(node.name, style), number[node.id])
    return names, style.separator or "-"


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
