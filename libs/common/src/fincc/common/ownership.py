"""Who owns a key: the ownership document as columns, and the rule by which a document and a part together decide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.common.focus import OWNER_COLUMNS
from fincc.common.keys import words_of
from fincc.common.slots import Growing, Ids, SlotIndex, Words
from fincc.common.vocabulary import Vocabulary, number_rows

Owner = tuple[str | None, str | None, str | None]
"""Team, service, rule."""

NOT_EVALUATED = "not-evaluated"
"""The rule id of a key that nobody has evaluated yet: in no document, and its part came without an owner."""

NOBODY_YET: Owner = (None, None, NOT_EVALUATED)


def distinct_owners(columns: Sequence[tuple[npt.NDArray[np.int32], Sequence[str]]]) -> tuple[list[Owner], Ids]:
    """The distinct owners of rows given as (codes, values) per owner column, -1 for none; and each row's number in them."""
    first, number = number_rows([codes for codes, _ in columns])
    named = ([*values, None] for _, values in columns)
    team, service, rule = (
        [values[code] for code in codes[first].tolist()] for values, (codes, _) in zip(named, columns, strict=True)
    )
    return list(zip(team, service, rule, strict=True)), number.astype(np.int32)


class OwnershipMap:
    """One version of the ownership document."""

    def __init__(self, version: int = 0) -> None:
        self.version = version
        self.owners: list[Owner] = []
        self._index = SlotIndex()
        self._owner_of_slot = np.zeros(0, np.int32)

    @classmethod
    def from_table(cls, version: int, table: pa.Table) -> OwnershipMap:
        """From the columns `key`, binary(16), and the owner columns as text. Raises ValueError when one is missing."""
        missing = [c for c in ("key", *OWNER_COLUMNS) if c not in table.column_names]
        if missing:
            raise ValueError(f"the ownership document {version} lacks the columns {', '.join(missing)}")
        out = cls(version)
        if not table.num_rows:
            return out
        low, high = words_of(table.column("key").combine_chunks().cast(pa.binary(16)))
        columns = []
        for name in OWNER_COLUMNS:
            text = table.column(name)
            if not pa.types.is_dictionary(text.type):
                text = text.dictionary_encode()
            text = text.unify_dictionaries().combine_chunks()
            codes = text.indices.cast(pa.int32()).fill_null(-1).to_numpy()
            columns.append((codes, text.dictionary.to_pylist()))
        owners, number = distinct_owners(columns)
        known: Vocabulary[Owner] = Vocabulary()
        owner_of_row = known.codes(owners)[number]
        out.owners = known.values
        slots = out._index.add(low, high)
        out._owner_of_slot = np.zeros(len(out._index), np.int32)
        out._owner_of_slot[slots] = owner_of_row
        return out

    def __len__(self) -> int:
        return len(self._index)

    def find(self, low: Words, high: Words) -> Ids:
        """For each key the position of its owner in `owners`, -1 when the document does not know the key."""
        slots = self._index.find(low, high)
        if not len(self._owner_of_slot):
            return slots
        return np.where(slots < 0, -1, self._owner_of_slot[slots]).astype(np.int32)


class OwnerChoice:
    """The owner of a key: what the document says, else what its part said."""

    def __init__(self, document: OwnershipMap) -> None:
        self.document = document
        self.owners: Vocabulary[Owner] = Vocabulary(document.owners)
        self._of_part = Growing(np.int32)

    def choose(self, low: Words, high: Words, part_owner: Ids, part_owners: Sequence[Owner]) -> Ids:
        """Positions in `owners`. `part_owner` holds positions in `part_owners`, which may have grown since the last call."""
        self._of_part.append(self.owners.codes(part_owners[len(self._of_part) :]))
        found = self.document.find(low, high)
        return np.where(found < 0, self._of_part.values[part_owner], found).astype(np.int32)
