"""What resources cost over some days: sums by attribution key, and what each key is. Built part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.batches import codes
from fincc.common.focus import KEY_COLUMN
from fincc.common.key_attributes import Attributes, NewKeys
from fincc.common.keys import words_of
from fincc.common.money import Lanes, group_sum, lanes
from fincc.common.projection import EncodedBatch
from fincc.common.slots import Growing, SlotIndex
from fincc.compliance.domain.known_keys import NEVER, day_range, days_in

_TOGETHER = 50_000


@dataclass
class _Sums:
    """Exact sums by key of one currency."""

    hi: Growing = field(default_factory=lambda: Growing(np.int64))
    lo: Growing = field(default_factory=lambda: Growing(np.int64))

    def add(self, slots: npt.NDArray[np.int32], n: int, amounts: Lanes) -> None:
        for lane, values in ((self.hi, amounts.hi), (self.lo, amounts.lo)):
            lane.extend(n - len(lane))
            lane.values[slots] += values


class Spend:
    """Add every part of every snapshot that may have rows on the days; `first` and `last` are inclusive, days since 1970.

    Keys without any row on the days cost nothing, and are kept for when they were first and last seen.
    """

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last
        self.index = SlotIndex()
        self.account_names: dict[str, str] = {}
        self._new = NewKeys()
        self._batches: list[pa.RecordBatch] = []
        self._sums: dict[str, _Sums] = {}
        self._seen_first, self._seen_last = Growing(np.int32), Growing(np.int32)

    def __len__(self) -> int:
        return len(self.index)

    def add(self, part: EncodedBatch) -> None:
        keys, key_codes = part.dictionary(KEY_COLUMN), part.codes(KEY_COLUMN)
        low, high = words_of(keys)
        slots = self.index.find(low, high)
        fresh = np.flatnonzero(slots < 0)
        if len(fresh):
            slots[fresh] = self.index.append(low[fresh], high[fresh])
            self._new.add(part, key_codes, fresh, low[fresh], high[fresh])
            self._seen_first.extend(len(fresh))
            self._seen_last.extend(len(fresh))
            self._seen_first.values[slots[fresh]] = NEVER
            self._seen_last.values[slots[fresh]] = -NEVER
            self._note_names(part, key_codes, fresh)
            if len(self._new) >= _TOGETHER:
                self._cut()
        day = days_in(part)
        self._note_days(slots, key_codes, day)
        self._add_sums(part, slots, key_codes, (day >= self.first) & (day <= self.last))

    def _note_names(self, part: EncodedBatch, key_codes: npt.NDArray[np.int32], fresh: npt.NDArray[np.intp]) -> None:
        """An account is called what its newest record says; names are no part of the key."""
        if "SubAccountName" not in part.names or "SubAccountId" not in part.names:
            return
        ids, names = part.dictionary("SubAccountId").to_pylist(), part.dictionary("SubAccountName").to_pylist()
        rows = np.isin(key_codes, fresh)
        pairs = np.stack([part.codes("SubAccountId")[rows], part.codes("SubAccountName")[rows]], axis=1)
        for account, name in np.unique(pairs, axis=0).tolist():
            if account >= 0 and name >= 0:
                self.account_names[ids[account]] = names[name]

    def _note_days(
        self, slots: npt.NDArray[np.int32], key_codes: npt.NDArray[np.int32], day: npt.NDArray[np.int32]
    ) -> None:
        low, high = day_range(key_codes, day, len(slots))
        self._seen_first.values[slots] = np.minimum(self._seen_first.values[slots], low)
        self._seen_last.values[slots] = np.maximum(self._seen_last.values[slots], high)

    def _add_sums(
        self,
        part: EncodedBatch,
        slots: npt.NDArray[np.int32],
        key_codes: npt.NDArray[np.int32],
        wanted: npt.NDArray[np.bool_],
    ) -> None:
        if not wanted.any():
            return
        billed, currency = lanes(part.column("BilledCost")), part.column("BillingCurrency")
        of_currency = codes(currency)
        for code, name in enumerate(currency.dictionary.to_pylist()):
            rows = np.flatnonzero(wanted & (of_currency == code))
            if len(rows):
                amounts = group_sum(key_codes[rows], len(slots), Lanes(billed.hi[rows], billed.lo[rows]))
                self._sums.setdefault(name, _Sums()).add(slots, len(self), amounts)

    def _cut(self) -> None:
        if len(self._new):
            self._batches.append(self._new.batch())
            self._new = NewKeys()

    @property
    def currencies(self) -> list[str]:
        return list(self._sums)

    def costs(self, currency: str) -> Lanes:
        """By key."""
        sums = self._sums[currency]
        for lane in (sums.hi, sums.lo):
            lane.extend(len(self) - len(lane))
        return Lanes(sums.hi.values, sums.lo.values)

    def attributes(self) -> Attributes:
        self._cut()
        return Attributes(self._batches)

    def days(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The first and the last day that a record of each key is of, over all parts that were added."""
        return self._seen_first.values, self._seen_last.values

    def totals(self) -> Mapping[str, Lanes]:
        return {currency: self.costs(currency) for currency in self._sums}
