"""The roll-up of one snapshot: sums by group, day and currency, where a group is a distinct set of dimensions and owner."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np

from fincc.cockpit.domain.columns import BASE_COLUMNS, GROUP_COLUMNS, METRICS, USAGE
from fincc.cockpit.domain.facts import Facts, sum_by_key_and_day
from fincc.cockpit.domain.keys import Base, Keys
from fincc.common.days import to_date, to_day
from fincc.common.money import Lanes
from fincc.common.ownership import Owner, OwnerChoice, OwnershipMap
from fincc.common.slots import Growing, Ids, SlotIndex
from fincc.common.vocabulary import Vocabulary

_CATEGORY = BASE_COLUMNS.index("ChargeCategory")

GroupKey = tuple[str | None, ...]
"""Values of GROUP_COLUMNS."""


def group_id(group: GroupKey) -> int:
    """A signed 64-bit id that depends on nothing but the group, so that no two writers have to agree on a number."""
    return int.from_bytes(blake2b(json.dumps(group).encode(), digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True)
class Rollup:
    """Sums per (group, day, currency); `facts.key` holds positions in `groups`, `facts.currency` in `currencies`."""

    groups: list[GroupKey]
    currencies: list[str]
    facts: Facts

    def by(self, columns: Sequence[str]) -> tuple[list[GroupKey], Facts]:
        """The same sums by some of GROUP_COLUMNS: the distinct values, and facts whose `key` holds positions in them."""
        places = [GROUP_COLUMNS.index(c) for c in columns]
        distinct: Vocabulary[GroupKey] = Vocabulary()
        of_group = distinct.codes(tuple(g[p] for p in places) for g in self.groups)
        f = self.facts
        return distinct.values, sum_by_key_and_day(of_group[f.key], f.day, f.currency, f.amounts, f.rows)

    def days(self) -> tuple[date, date] | None:
        """The first and the last day with rows."""
        if not len(self.facts):
            return None
        return to_date(int(self.facts.day.min())), to_date(int(self.facts.day.max()))

    def usage_through(self, before: date) -> date | None:
        """The last day before `before` that has Usage rows."""
        is_usage = np.array([g[_CATEGORY] == USAGE for g in self.groups], bool)
        if not len(self.facts):
            return None
        days = self.facts.day[is_usage[self.facts.key] & (self.facts.day < to_day(before))]
        return to_date(int(days.max())) if len(days) else None


class Grouping:
    """Numbers distinct (base, owner) pairs in order of first use."""

    def __init__(self) -> None:
        self._index = SlotIndex()

    def number(self, base: Ids, owner: Ids) -> Ids:
        pair = (base.astype(np.uint64) << np.uint64(32)) | owner.astype(np.uint64)
        distinct, inverse = np.unique(pair, return_inverse=True)
        return self._index.add(distinct, np.zeros(len(distinct), np.uint64))[inverse]

    def groups(self, bases: Sequence[Base], owners: Sequence[Owner]) -> list[GroupKey]:
        pairs, _ = self._index.words
        base, owner = (pairs >> np.uint64(32)).tolist(), (pairs & np.uint64(0xFFFFFFFF)).tolist()
        return [(*bases[b], *owners[o]) for b, o in zip(base, owner, strict=True)]


class RollupBuilder:
    """Adds facts up by group. Money is kept in integer lanes, so the order of additions does not matter."""

    def __init__(self) -> None:
        self._cells = SlotIndex()
        self._sums = Growing(np.int64, 2 * len(METRICS) + 1)

    def add(self, group_of_key: Ids, facts: Facts) -> None:
        if not len(facts):
            return
        part = sum_by_key_and_day(group_of_key[facts.key], facts.day, facts.currency, facts.amounts, facts.rows)
        low = (part.key.astype(np.uint64) << np.uint64(32)) | part.currency.astype(np.uint64)
        slots = self._cells.add(low, part.day.astype(np.int64).view(np.uint64))
        self._sums.extend(len(self._cells) - len(self._sums))
        block = np.empty((len(part), self._sums.values.shape[1]), np.int64)
        for i, metric in enumerate(METRICS):
            block[:, 2 * i], block[:, 2 * i + 1] = part.amounts[metric].hi, part.amounts[metric].lo
        block[:, -1] = part.rows
        self._sums.values[slots] += block

    def facts(self) -> Facts:
        low, high = self._cells.words
        sums = self._sums.values
        return Facts(
            (low >> np.uint64(32)).astype(np.int32),
            high.view(np.int64).astype(np.int32),
            (low & np.uint64(0xFFFFFFFF)).astype(np.int32),
            sums[:, -1],
            {m: Lanes(sums[:, 2 * i].copy(), sums[:, 2 * i + 1].copy()) for i, m in enumerate(METRICS)},
        )


def derive(keys: Keys, facts: Iterable[Facts], currencies: Sequence[str], document: OwnershipMap) -> Rollup:
    """The roll-up of a stored snapshot under another ownership document."""
    choice = OwnerChoice(document)
    owner = choice.choose(keys.low, keys.high, keys.part_owner, keys.part_owners)
    grouping, builder = Grouping(), RollupBuilder()
    group_of_key = grouping.number(keys.base, owner)
    for chunk in facts:
        builder.add(group_of_key, chunk)
    return Rollup(grouping.groups(keys.bases, choice.owners.values), list(currencies), builder.facts())


def owners_differ(keys: Keys, old: OwnershipMap, new: OwnershipMap) -> bool:
    """Whether any key of the snapshot has another owner under `new`."""
    before, after = OwnerChoice(old), OwnerChoice(new)
    was = before.choose(keys.low, keys.high, keys.part_owner, keys.part_owners)
    now = after.choose(keys.low, keys.high, keys.part_owner, keys.part_owners)
    translated = after.owners.codes(before.owners.values)
    return bool((translated[was] != now).any())
