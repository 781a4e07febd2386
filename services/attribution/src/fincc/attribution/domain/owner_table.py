"""The owners of stored keys under one set of documents: each key decided and numbered once, looked up by arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.attribution.domain.evaluate import Evaluator, Owners
from fincc.attribution.domain.keys import OwnerColumns
from fincc.attribution.domain.resolve import Outcome
from fincc.common.key_attributes import KEY
from fincc.common.keys import keys_of, words_of
from fincc.common.slots import Growing, SlotIndex

_UNDECIDED = -1


class OwnerTable:
    """Keys in order of first sight. Tables over one `index` give the same numbers under any documents."""

    def __init__(
        self, evaluator: Evaluator, batches: Iterable[pa.RecordBatch] = (), index: SlotIndex | None = None
    ) -> None:
        self._evaluator = evaluator
        self.index = SlotIndex() if index is None else index
        self._codes = Growing(np.int32)
        self._outcomes: Sequence[Outcome] = ()
        self.columns = OwnerColumns()
        for batch in batches:
            self.learn(batch)

    def __len__(self) -> int:
        return len(self.index)

    def learn(self, batch: pa.RecordBatch) -> None:
        """Decide the keys of a batch, column `key` and their attributes; a key may stand in two stored batches."""
        owners = self._evaluator.evaluate(batch)
        self._outcomes = owners.outcomes
        self.columns.extend(owners.outcomes)
        numbers = self.index.add(*words_of(batch.column(KEY)))
        self._cover()
        self._codes.values[numbers] = owners.codes

    def of_numbers(self, numbers: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
        """Position in the outcomes of keys by their numbers, -1 for those that were not decided and for -1."""
        self._cover()
        return np.append(self._codes.values, np.int32(_UNDECIDED))[numbers]  # -1 points to the appended element

    def find(self, keys: pa.Array) -> npt.NDArray[np.int32]:
        """Position in the outcomes per key of a binary(16) column, -1 for keys that were never seen."""
        return self.of_numbers(self.index.find(*words_of(keys)))

    def keys(self) -> pa.Array:
        """All keys, binary(16)."""
        return keys_of(*self.index.words)

    def owners(self) -> Owners:
        """One owner per key."""
        self._cover()
        return Owners(tuple(self._outcomes), self._codes.values)

    def _cover(self) -> None:
        """Another table over the same index may have brought keys that this one has yet to learn."""
        known = len(self._codes)
        self._codes.extend(len(self.index) - known)
        self._codes.values[known:] = _UNDECIDED
