"""Whose a resource without owner is likely to be: its account, what it is called, and what else is tagged like it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fincc.common.focus import TAG_PREFIX
from fincc.common.hierarchy import TEAM, Hierarchy
from fincc.common.ownership import Owner
from fincc.common.rules.guess import ACCOUNT, NEIGHBOUR, TAG, Candidate, Guess, Numbers, TextCodes, Weights
from fincc.common.rules.likeness import most_alike
from fincc.common.rules.tags import ValueStyle, normalise_key, normalise_value
from fincc.common.vocabulary import Vocabulary, number_rows
from fincc.compliance.domain.columns import Columns
from fincc.compliance.domain.resource_types import name_in, stem

_OWNERSHIP = ("team", "created", "owner", "squad", "service", "app", "application", "project", "component", "product")
_LIKE = 0.7
_SET_BY_AWS = TAG_PREFIX + "aws:"
_MANY = 5_000  # a tag with more values than this tells resources apart, not teams
_STYLE = ValueStyle(affixes=("team",))
_NAME = normalise_key("Name")


@dataclass(frozen=True)
class Owning:
    """`teams`: those that can be suggested. `names`: how each is written, its services included → position in them."""

    teams: Sequence[str]
    names: Mapping[str, int]

    @classmethod
    def of(cls, hierarchy: Hierarchy, service_teams: Mapping[str, str]) -> Owning:
        teams = [node.id for node in hierarchy.of_type(TEAM)]
        number = {team: i for i, team in enumerate(teams)}
        names: dict[str, int] = {}
        for team in teams:
            for word in (team, hierarchy.name(team)):
                names.setdefault(normalise_value(word, _STYLE), number[team])
        for service, team in service_teams.items():
            if team in number:
                for word in (service, hierarchy.service_name(service)):
                    names.setdefault(normalise_value(word, _STYLE), number[team])
        return cls(teams, names)


def guess_owners(
    owning: Owning,
    attributes: Columns,
    owners: npt.NDArray[np.int32],
    owner_values: Sequence[Owner],
    weights: Weights,
    rows: Numbers,
) -> list[tuple[Candidate, ...]]:
    """For each of these rows the teams it may belong to, the likeliest first. Rows that say the same are guessed once."""
    if not len(rows) or not owning.teams:
        return [()] * len(rows)
    number = {team: i for i, team in enumerate(owning.teams)}
    team_of_owner = np.array([number.get(owner[0] or "", -1) for owner in owner_values] or [-1], np.intp)
    columns = _telling_columns(attributes)
    first, group = number_rows([codes[rows] for _, _, (codes, _) in columns])
    guess = Guess(
        len(first),
        owning.teams,
        rows,
        group,
        np.where(weights > 0, team_of_owner[owners], -1),
        np.maximum(weights, 1e-9),
    )
    for kind, name, column in columns:
        guess.by_value(kind, name, column)
        if kind == NEIGHBOUR or (kind == TAG and _names_owners(name)):
            _by_name(guess, owning, column, rows[first])
    found = list(guess.candidates())
    return [found[g] for g in group.tolist()]


def _names_owners(column: str) -> bool:
    """Whether a tag is about whose something is, by its key; misspelt ones count."""
    words = normalise_key(column.removeprefix(TAG_PREFIX)).split("-")
    alike = most_alike(words, dict.fromkeys(_OWNERSHIP, 0))
    return any(found is not None and found.likeness >= _LIKE for found in alike)


def _by_name(guess: Guess, owning: Owning, column: TextCodes, rows: Numbers) -> None:
    """Values that look like a team's or one of its services' name."""
    codes, values = column
    said = codes[rows]
    groups = np.flatnonzero(said >= 0).tolist()
    texts = [normalise_value(values[code], _STYLE) for code in said[groups].tolist()]
    guess.by_name(groups, texts, owning.names, "-")


def _telling_columns(attributes: Columns) -> list[tuple[str, str, TextCodes]]:
    """(kind of evidence, column, its codes): the account, what a resource is called, and tags of not too many values."""
    columns: list[tuple[str, str, TextCodes]] = [
        (ACCOUNT, "SubAccountId", attributes["SubAccountId"]),
        (NEIGHBOUR, "ResourceId", _stems(attributes)),
    ]
    for name in attributes.names:
        if name.startswith(TAG_PREFIX) and normalise_key(name.removeprefix(TAG_PREFIX)) != _NAME:
            column: TextCodes = attributes[name]
            if name.startswith(_SET_BY_AWS):
                column = _last_parts(column)
            if len(column[1]) <= _MANY:
                columns.append((TAG, name, column))
    return columns


def _last_parts(column: TextCodes) -> TextCodes:
    """Who created something stands at the end: `AssumedRole:AROA…:deploy-checkout`."""
    last: Vocabulary[str] = Vocabulary()
    codes, values = column
    return _recoded(last, codes, (re.split(r"[:/]", value)[-1] for value in values)), last.values


def _stems(attributes: Columns) -> TextCodes:
    """What each resource is called, without numbers and stages: by its tag Name, else by its id where people chose it."""
    stems: Vocabulary[str] = Vocabulary()
    codes, values = attributes["ResourceId"]
    out = _recoded(stems, codes, (_stem(name_in(value)) for value in values))
    for name in attributes.names:
        if name.startswith(TAG_PREFIX) and normalise_key(name.removeprefix(TAG_PREFIX)) == _NAME:
            codes, values = attributes[name]
            tagged = _recoded(stems, codes, (_stem(value) for value in values))
            out = np.where(tagged >= 0, tagged, out)
    return out, stems.values


def _stem(name: str | None) -> str | None:
    return stem(name) if name and name.strip() else None


def _recoded(
    words: Vocabulary[str], codes: npt.NDArray[np.int32], names: Iterable[str | None]
) -> npt.NDArray[np.int32]:
    of_value = words.codes(names)
    return np.append(of_value, np.int32(-1)).astype(np.int32)[codes]  # -1 points to the appended element
