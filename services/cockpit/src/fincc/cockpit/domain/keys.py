"""The keys of one snapshot: attributes, tags and the owner their part named, all at the key's first row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.cockpit.domain.columns import BASE_COLUMNS
from fincc.cockpit.domain.facts import number_rows
from fincc.cockpit.domain.owners import NOBODY_YET, Owner, distinct_owners
from fincc.cockpit.domain.vocabulary import Vocabulary
from fincc.common.focus import TAG_PREFIX
from fincc.common.slots import Growing, Ids, SlotIndex, Words

Base = tuple[str | None, ...]
"""Values of BASE_COLUMNS."""


@dataclass(frozen=True)
class TextColumn:
    """Rows of text: codes into `values`, -1 for null."""

    codes: npt.NDArray[np.int32]
    values: pa.Array

    def take(self) -> pa.Array:
        """The rows as plain text."""
        return self.values.take(pa.array(self.codes, mask=self.codes < 0)).cast(pa.string())


@dataclass(frozen=True)
class Tags:
    """The tags of all keys as triples; `name` and `value` are positions in `names` and `values`."""

    key: npt.NDArray[np.int32]
    name: npt.NDArray[np.int32]
    value: npt.NDArray[np.int32]
    names: list[str]
    values: pa.Array


@dataclass(frozen=True)
class Keys:
    """All keys of a stored snapshot, in the order of their numbers in its facts."""

    low: Words
    high: Words
    base: Ids
    bases: list[Base]
    resource: pa.Array
    resource_type: TextColumn
    part_owner: Ids
    part_owners: list[Owner]
    tags: Tags

    def __len__(self) -> int:
        return len(self.low)


class KeyTable:
    """Collects the keys of an open snapshot, part by part."""

    def __init__(self) -> None:
        self.index = SlotIndex()
        self._texts: dict[str, Vocabulary[str]] = {name: Vocabulary() for name in (*BASE_COLUMNS, "ResourceType")}
        self._bases: Vocabulary[tuple[int, ...]] = Vocabulary()
        self.base, self._resource_type = Growing(np.int32), Growing(np.int32)
        self.part_owner = Growing(np.int32)
        self.part_owners: Vocabulary[Owner] = Vocabulary()
        self._resources: list[pa.Array] = []
        self._tag_names: Vocabulary[str] = Vocabulary()
        self._tags: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], pa.Array]] = []

    def __len__(self) -> int:
        return len(self.base)

    def append(self, ids: Ids, attributes: Mapping[str, TextColumn], owner: Sequence[TextColumn] | None) -> None:
        """Attributes of the keys that were just numbered `ids`; an absent column is null, no owner means not evaluated."""
        n = len(ids)
        nothing = TextColumn(np.full(n, -1, np.int32), pa.array([], pa.string()))
        recoded = [_recode(self._texts[c], attributes.get(c, nothing)) for c in BASE_COLUMNS]
        first, place = number_rows(recoded)
        bases = zip(*(codes[first].tolist() for codes in recoded), strict=True)
        self.base.append(self._bases.codes(bases)[place])
        self._resource_type.append(_recode(self._texts["ResourceType"], attributes.get("ResourceType", nothing)))
        self._resources.append(attributes.get("ResourceId", nothing).take())
        if owner is None:
            self.part_owner.append(np.full(n, self.part_owners.code(NOBODY_YET), np.int32))
        else:
            owners, number = distinct_owners([(c.codes, c.values.to_pylist()) for c in owner])
            self.part_owner.append(self.part_owners.codes(owners)[number])
        for name, column in attributes.items():
            if name.startswith(TAG_PREFIX):
                self._append_tag(ids, name.removeprefix(TAG_PREFIX), column)

    def _append_tag(self, ids: Ids, name: str, column: TextColumn) -> None:
        has = column.codes >= 0
        if has.any():
            code = self._tag_names.code(name)
            values = column.values.take(pa.array(column.codes[has])).cast(pa.string())
            self._tags.append((ids[has], np.full(len(values), code, np.int32), values))

    def bases(self) -> list[Base]:
        texts = [self._texts[c].values for c in BASE_COLUMNS]
        return [
            tuple(values[code] if code >= 0 else None for values, code in zip(texts, codes, strict=True))
            for codes in self._bases.values
        ]

    def finish(self) -> Keys:
        low, high = self.index.words
        empty = pa.array([], pa.string())
        values = pa.concat_arrays([v for _, _, v in self._tags] or [empty]).dictionary_encode()
        none = np.zeros(0, np.int32)
        tags = Tags(
            np.concatenate([k for k, _, _ in self._tags] or [none]),
            np.concatenate([n for _, n, _ in self._tags] or [none]),
            values.indices.to_numpy(),
            list(self._tag_names.values),
            values.dictionary,
        )
        resource = pa.concat_arrays(self._resources or [empty])
        resource_type = TextColumn(
            self._resource_type.values, pa.array(self._texts["ResourceType"].values, pa.string())
        )
        return Keys(
            low,
            high,
            self.base.values,
            self.bases(),
            resource,
            resource_type,
            self.part_owner.values,
            list(self.part_owners.values),
            tags,
        )


def _recode(vocabulary: Vocabulary[str], column: TextColumn) -> npt.NDArray[np.int32]:
    """The column's rows as codes of the snapshot's vocabulary; only values in use enter it."""
    used = np.unique(column.codes[column.codes >= 0])
    remap = np.full(len(column.values) + 1, -1, np.int32)
    remap[used] = vocabulary.codes(column.values.take(pa.array(used)).to_pylist())
    return remap[column.codes]
