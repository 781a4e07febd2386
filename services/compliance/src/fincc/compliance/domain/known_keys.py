"""The keys of an open snapshot: who its parts say owns each, and between which days it was seen. Attributes stay in the
archive."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.batches import dictionary
from fincc.common.days import days_of, to_date, to_day
from fincc.common.focus import KEY_COLUMN, OWNER_COLUMNS
from fincc.common.key_attributes import KEY
from fincc.common.keys import keys_of, words_of
from fincc.common.ownership import NOBODY_YET, Owner, distinct_owners
from fincc.common.projection import EncodedBatch
from fincc.common.slots import Growing, SlotIndex
from fincc.common.vocabulary import Vocabulary, first_rows

NEVER = np.iinfo(np.int32).max
USAGE = "Usage"

Codes = npt.NDArray[np.int32]


def days_in(part: EncodedBatch) -> Codes:
    """The UTC day of each row, in days since 1970."""
    return days_of(part.column("ChargePeriodStart").cast(pa.int64()).to_numpy())


def day_range(codes: Codes, day: Codes, n: int) -> tuple[Codes, Codes]:
    """The first and the last day of the rows of each of `n` codes; NEVER and -NEVER for codes without rows."""
    first, last = np.full(n, NEVER, np.int32), np.full(n, -NEVER, np.int32)
    np.minimum.at(first, codes, day)
    np.maximum.at(last, codes, day)
    return first, last


class KnownKeys:
    """Numbers keys in order of first sight."""

    def __init__(self) -> None:
        self._index = SlotIndex()
        self._owners: Vocabulary[Owner] = Vocabulary()
        self._owner, self._first, self._last = Growing(np.int32), Growing(np.int32), Growing(np.int32)
        self._usage_days: set[int] = set()
        self.accounts: set[str] = set()
        self.regions: set[str] = set()

    def add(self, part: EncodedBatch, owners: EncodedBatch | None) -> None:
        low, high = words_of(part.dictionary(KEY_COLUMN))
        codes = part.codes(KEY_COLUMN)
        slots = self._index.find(low, high)
        fresh = np.flatnonzero(slots < 0)
        if len(fresh):
            slots[fresh] = self._index.append(low[fresh], high[fresh])
            self._owner.append(self._owners_of(owners, codes, fresh))
            self._first.append(np.full(len(fresh), NEVER, np.int32))
            self._last.append(np.full(len(fresh), -NEVER, np.int32))
            for name, seen in (("SubAccountId", self.accounts), ("RegionId", self.regions)):
                if name in part.names:
                    seen.update(part.dictionary(name).to_pylist())
        day = days_in(part)
        first, last = day_range(codes, day, len(slots))
        self._first.values[slots] = np.minimum(self._first.values[slots], first)
        self._last.values[slots] = np.maximum(self._last.values[slots], last)
        self._note_usage(part, day)

    def _owners_of(self, owners: EncodedBatch | None, codes: Codes, fresh: npt.NDArray[np.intp]) -> Codes:
        if owners is None:
            return np.full(len(fresh), self._owners.code(NOBODY_YET), np.int32)
        rows = first_rows(codes, int(codes.max()) + 1)[fresh]
        nobody: tuple[Codes, list[str]] = (np.full(len(rows), -1, np.int32), [])
        columns = [
            (owners.codes(name)[rows], owners.dictionary(name).to_pylist()) if name in owners.names else nobody
            for name in OWNER_COLUMNS
        ]
        found, number = distinct_owners(columns)
        return self._owners.codes(found)[number]

    def _note_usage(self, part: EncodedBatch, day: Codes) -> None:
        if not self._usage_days.issuperset(
            np.unique(day).tolist()
        ):  # after some parts, all days of the month are known
            categories = part.dictionary("ChargeCategory").to_pylist()
            if USAGE in categories:
                is_usage = part.codes("ChargeCategory") == categories.index(USAGE)
                self._usage_days.update(np.unique(day[is_usage]).tolist())

    def usage_through(self, before: date) -> date | None:
        """The last day before `before` with a Usage record."""
        return max((to_date(d) for d in self._usage_days if d < to_day(before)), default=None)

    def span(self) -> tuple[date, date] | None:
        """The first and the last day of any record."""
        if not len(self._index):
            return None
        return to_date(int(self._first.values.min())), to_date(int(self._last.values.max()))

    def to_batch(self) -> pa.RecordBatch:
        """As stored: key, first_day and last_day since 1970, and the owner columns."""
        columns = {KEY: keys_of(*self._index.words), "first_day": self._first.values, "last_day": self._last.values}
        of_owner = self._owner.values
        for place, name in enumerate(OWNER_COLUMNS):
            words: Vocabulary[str] = Vocabulary()
            codes = words.codes(owner[place] for owner in self._owners.values)
            columns[name] = dictionary(codes[of_owner] if len(codes) else of_owner, pa.array(words.values, pa.string()))
        return pa.record_batch({name: pa.array(column) for name, column in columns.items()})


class StoredKeys:
    """The inverse of `to_batch`."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.low, self.high = words_of(batch.column(KEY))
        self.first_day, self.last_day = (batch.column(name).to_numpy() for name in ("first_day", "last_day"))
        columns = [
            (batch.column(name).indices.fill_null(-1).to_numpy(), batch.column(name).dictionary.to_pylist())
            for name in OWNER_COLUMNS
        ]
        self.owners, number = distinct_owners(columns) if len(self.low) else ([], np.zeros(0, np.int32))
        self.owner: Codes = number
