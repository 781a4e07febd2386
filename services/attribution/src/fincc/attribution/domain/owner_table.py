"""The owners of stored keys under one set of documents: each key decided and numbered once, looked up by arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.attribution.domain.evaluate import Evaluator, Owners
from fincc.attribution.domain.keys import KEY
from fincc.attribution.domain.resolve import Outcome
from fincc.common.keys import keys_of, words_of
from fincc.common.slots import Growing, SlotIndex


class OwnerTable:
    """Keys in order of first sight. The same batches in the same order give the same numbers under any documents."""

    def __init__(self, evaluator: Evaluator, batches: Iterable[pa.RecordBatch] = ()) -> None:
        self._evaluator = evaluator
        self._index, self._codes = SlotIndex(), Growing(np.int32)
        self._outcomes: Sequence[Outcome] = ()
        for batch in batches:
            self.learn(batch)

    def __len__(self) -> int:
        return len(self._index)

    def learn(self, batch: pa.RecordBatch) -> None:
        """Decide the keys of a batch, column `key` and their attributes; a key may stand in two stored batches."""
        owners = self._evaluator.evaluate(batch)
        self._outcomes = owners.outcomes
        before = len(self)
        numbers = self._index.add(*words_of(batch.column(KEY)))
        self._codes.append(owners.codes[numbers >= before])

    def number(self, keys: pa.Array) -> npt.NDArray[np.int32]:
        """The number of each key of a binary(16) column, -1 for keys that were never seen."""
        return self._index.find(*words_of(keys))

    def find(self, keys: pa.Array) -> npt.NDArray[np.int32]:
        """Position in the outcomes per key, -1 for keys that were never seen."""
        return np.append(self._codes.values, np.int32(-1))[self.number(keys)]  # -1 points to the appended element

    def keys(self) -> pa.Array:
        """All keys, binary(16)."""
        return keys_of(*self._index.words)

    def owners(self) -> Owners:
        """One owner per key."""
        return Owners(tuple(self._outcomes), self._codes.values)
