"""Any dimension of the keys of a snapshot as a column of codes, and which keys pass a question's filters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fincc.cockpit.domain.columns import BASE_COLUMNS, is_tag
from fincc.cockpit.domain.facts import Bools
from fincc.cockpit.domain.filters import LEVELS, SOURCE, TEAM_DIMENSION, Filter, TeamChoice, named_ids
from fincc.cockpit.domain.keys import Keys
from fincc.common.focus import OWNER_COLUMNS, TAG_PREFIX
from fincc.common.hierarchy import Hierarchy
from fincc.common.ownership import Owner
from fincc.common.slots import Ids
from fincc.common.vocabulary import Vocabulary

NAMELESS = "x_KeyWithoutResource"
"""A key of its own for charges without a resource, none for the others: lists of resources tell those charges apart by it."""


@dataclass(frozen=True)
class Coded:
    """One text per row as a code into `values`; -1 is none."""

    codes: npt.NDArray[np.int32]
    values: pa.Array

    def passing(self, test: Callable[[str | None], bool]) -> Bools:
        """The rows whose value passes; the test sees each distinct value once."""
        verdicts = np.array([*(test(v) for v in self.values.to_pylist()), test(None)], bool)
        return verdicts[self.codes]

    def among(self, wanted: Collection[str | None]) -> Bools:
        """The rows with one of these values."""
        found = pc.is_in(self.values, pa.array([w for w in wanted if w is not None], pa.string()))
        verdicts = np.append(found.to_numpy(zero_copy_only=False).astype(bool), None in wanted)
        return verdicts[self.codes]

    def recode(self, rows: npt.NDArray[np.intp], words: Vocabulary[str]) -> Ids:
        """These rows as codes of a common vocabulary; only values in use enter it."""
        codes = self.codes[rows]
        used = np.unique(codes[codes >= 0])
        place = np.full(len(self.values) + 1, -1, np.int32)
        place[used] = words.codes(self.values.take(pa.array(used)).to_pylist())
        return place[codes]


def key_texts(low: npt.NDArray[np.uint64], high: npt.NDArray[np.uint64]) -> list[str]:
    """Attribution keys as people and other services write them: 32 hexadecimal digits."""
    words = np.stack([low, high], axis=1).astype("<u8")
    return [row.tobytes().hex() for row in words]


class KeyColumns:
    """The dimensions of one stored snapshot's keys; a column is made when it is first asked for, and stays. Those of tags
    are made each time: there is no end of names that can be asked for."""

    def __init__(self, keys: Keys, owner: Ids, owners: Sequence[Owner], source_id: str, hierarchy: Hierarchy) -> None:
        self._keys, self._owner, self._owners = keys, owner, owners
        self._source_id, self._hierarchy = source_id, hierarchy
        self._made: dict[str, Coded] = {}

    def __getitem__(self, dimension: str) -> Coded:
        if is_tag(dimension):
            return self._tag(dimension.removeprefix(TAG_PREFIX))
        if dimension not in self._made:
            self._made[dimension] = self._make(dimension)
        return self._made[dimension]

    def _make(self, dimension: str) -> Coded:
        keys = self._keys
        if dimension in BASE_COLUMNS:
            place = BASE_COLUMNS.index(dimension)
            return _spread([b[place] for b in keys.bases], keys.base)
        if dimension in OWNER_COLUMNS:
            place = OWNER_COLUMNS.index(dimension)
            return _spread([o[place] for o in self._owners], self._owner)
        if dimension in LEVELS:
            return self._level(LEVELS[dimension])
        if dimension == SOURCE:
            return Coded(np.zeros(len(keys), np.int32), pa.array([self._source_id]))
        if dimension == "ResourceType":
            return Coded(keys.resource_type.codes, keys.resource_type.values)
        if dimension == "ResourceId":
            encoded = keys.resource.dictionary_encode()
            codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
            return Coded(codes, encoded.dictionary)
        if dimension == NAMELESS:
            return self._nameless()
        raise KeyError(dimension)

    def _level(self, kind: str) -> Coded:
        teams = self[TEAM_DIMENSION]
        nodes = [self._hierarchy.ancestor(t, kind) for t in teams.values.to_pylist()]
        return _spread([n.id if n else None for n in nodes], teams.codes)

    def _nameless(self) -> Coded:
        without = np.flatnonzero(self["ResourceId"].codes < 0)
        codes = np.full(len(self._keys), -1, np.int32)
        codes[without] = np.arange(len(without), dtype=np.int32)
        return Coded(codes, pa.array(key_texts(self._keys.low[without], self._keys.high[without]), pa.string()))

    def _tag(self, name: str) -> Coded:
        words: Vocabulary[str] = Vocabulary()
        codes = np.full(len(self._keys), -1, np.int32)
        for tags in self._keys.tags:
            rows = tags.rows(name)
            codes[tags.key[rows]] = Coded(tags.value, tags.values).recode(rows, words)
        return Coded(codes, pa.array(words.values, pa.string()))


def _spread(values: Sequence[str | None], place: Ids) -> Coded:
    """A column whose row i has `values[place[i]]`; equal values get one code."""
    words: Vocabulary[str] = Vocabulary()
    codes = np.append(words.codes(values), np.int32(-1))
    return Coded(codes[place], pa.array(words.values, pa.string()))


def passing(columns: Callable[[str], Coded], rows: int, filters: Sequence[Filter], choice: TeamChoice) -> Bools:
    """The rows that pass every filter and belong to a chosen team."""
    mask = np.ones(rows, bool)
    for wanted in filters:
        if wanted.dimension == SOURCE:
            continue  # decided for a snapshot as a whole
        column = columns(wanted.dimension)
        if wanted.op in ("in", "not_in"):
            mask &= column.among(wanted.values) == (wanted.op == "in")
            continue
        named = set(named_ids(wanted, choice.hierarchy.services)) if wanted.dimension == "x_ServiceId" else set()
        mask &= column.passing(lambda v, w=wanted, n=named: v in n or w.matches(v))  # type: ignore[misc]
    if not choice.is_everybody:
        mask &= columns(TEAM_DIMENSION).passing(choice.has)
    return mask
