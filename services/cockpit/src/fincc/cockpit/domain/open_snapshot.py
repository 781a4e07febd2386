"""One snapshot while its parts arrive: keys, facts and the running roll-up under the ownership document of its beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fincc.cockpit.domain.facts import Facts, join, sum_by_key_and_day
from fincc.cockpit.domain.keys import KeyTable, TextColumn
from fincc.cockpit.domain.rollup import Grouping, Rollup, RollupBuilder
from fincc.common.money import Lanes
from fincc.common.ownership import OwnerChoice, OwnershipMap
from fincc.common.slots import Growing, Ids, Words
from fincc.common.vocabulary import Vocabulary, first_rows


@dataclass(frozen=True)
class PartRows:
    """The rows of a part: `key` holds positions in the key words, `currency` in `currencies`; `day` is days since 1970."""

    low: Words
    high: Words
    key: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    currency: npt.NDArray[np.int32]
    currencies: Sequence[str]
    amounts: Mapping[str, Lanes]

    def first_rows(self, keys: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
        """The first row of each of these keys."""
        return first_rows(self.key, len(self.low))[keys]


class OpenSnapshot:
    """A part comes in two steps, so that one that cannot be decoded leaves no trace: `number` its keys, then `take` it.

    Facts are summed up by group many parts at a time: parts that follow one another have the same days, so most groups
    of one are in the next.
    """

    TOGETHER = 200_000  # facts

    def __init__(self, document: OwnershipMap) -> None:
        self.keys = KeyTable()
        self.currencies: Vocabulary[str] = Vocabulary()
        self._choice = OwnerChoice(document)
        self._group_of_key = Growing(np.int32)
        self._grouping, self._builder = Grouping(), RollupBuilder()
        self._waiting: list[Facts] = []

    @property
    def document(self) -> OwnershipMap:
        return self._choice.document

    def number(self, rows: PartRows) -> Ids:
        """The numbers of the part's keys; -1 for keys not seen before, whose attributes are needed."""
        return self.keys.index.find(rows.low, rows.high)

    def take(
        self, rows: PartRows, ids: Ids, attributes: Mapping[str, TextColumn], owner: Sequence[TextColumn] | None
    ) -> Facts:
        """Add a part; `attributes` and `owner` are those of its new keys. Returns its facts in the snapshot's numbers."""
        fresh = np.flatnonzero(ids < 0)
        if len(fresh):
            ids[fresh] = self.keys.index.append(rows.low[fresh], rows.high[fresh])
            self._add_keys(rows, ids[fresh], fresh, attributes, owner)
        currency = self.currencies.codes(rows.currencies)[rows.currency]
        local = sum_by_key_and_day(rows.key, rows.day, currency, rows.amounts)
        facts = Facts(ids[local.key], local.day, local.currency, local.rows, local.amounts)
        self._waiting.append(facts)
        if sum(map(len, self._waiting)) >= self.TOGETHER:
            self._sum_up()
        return facts

    def _sum_up(self) -> None:
        if self._waiting:
            self._builder.add(self._group_of_key.values, join(self._waiting))
            self._waiting.clear()

    def _add_keys(
        self,
        rows: PartRows,
        ids: Ids,
        fresh: npt.NDArray[np.intp],
        attributes: Mapping[str, TextColumn],
        owner: Sequence[TextColumn] | None,
    ) -> None:
        base, part_owner = self.keys.append(ids, attributes, owner)
        chosen = self._choice.choose(rows.low[fresh], rows.high[fresh], part_owner, self.keys.part_owners.values)
        self._group_of_key.append(self._grouping.number(base, chosen))

    def rollup(self) -> Rollup:
        self._sum_up()
        groups = self._grouping.groups(self.keys.bases(), self._choice.owners.values)
        return Rollup(groups, list(self.currencies.values), self._builder.facts())
