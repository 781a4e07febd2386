"""The keys of one snapshot: attributes, tags and the owner their part named, all at the key's first row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fincc.cockpit.domain.columns import BASE_COLUMNS
from fincc.common.focus import TAG_PREFIX
from fincc.common.ownership import NOBODY_YET, Owner, distinct_owners
from fincc.common.slots import Ids, SlotIndex, Words
from fincc.common.vocabulary import Vocabulary, number_rows

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
    """Tags of keys as triples; `name` and `value` are positions in `names` and `values`."""

    key: npt.NDArray[np.int32]
    name: npt.NDArray[np.int32]
    value: npt.NDArray[np.int32]
    names: list[str]
    values: pa.Array

    def rows(self, name: str) -> npt.NDArray[np.intp]:
        """The triples with this name."""
        return np.flatnonzero(self.name == self.names.index(name)) if name in self.names else np.zeros(0, np.intp)

    def values_of(self, rows: npt.NDArray[np.intp]) -> pa.Array:
        return self.values.take(pa.array(self.value[rows]))


@dataclass(frozen=True)
class KeyChunk:
    """Keys that were first seen one after the other. `base` and `part_owner` number what all chunks share."""

    low: Words
    high: Words
    base: Ids
    part_owner: Ids
    resource: pa.Array
    resource_type: TextColumn
    tags: Tags


@dataclass(frozen=True)
class Keys:
    """All keys of a stored snapshot, in the order of their numbers in its facts. A column is put together when asked for."""

    chunks: Sequence[KeyChunk]
    bases: list[Base]
    part_owners: list[Owner]

    def __len__(self) -> int:
        return sum(len(chunk.low) for chunk in self.chunks)

    @cached_property
    def low(self) -> Words:
        return _joined([chunk.low for chunk in self.chunks])

    @cached_property
    def high(self) -> Words:
        return _joined([chunk.high for chunk in self.chunks])

    @cached_property
    def base(self) -> Ids:
        return _joined([chunk.base for chunk in self.chunks])

    @cached_property
    def part_owner(self) -> Ids:
        return _joined([chunk.part_owner for chunk in self.chunks])

    @cached_property
    def resource(self) -> pa.Array:
        return pa.concat_arrays([chunk.resource for chunk in self.chunks])

    @cached_property
    def resource_type(self) -> TextColumn:
        words: Vocabulary[str] = Vocabulary()
        return TextColumn(
            _joined([_recode(words, chunk.resource_type) for chunk in self.chunks]), pa.array(words.values)
        )

    @property
    def tags(self) -> Sequence[Tags]:
        """Those of each chunk; positions in `names` and `values` are its own."""
        return [chunk.tags for chunk in self.chunks]

    @property
    def tag_names(self) -> set[str]:
        return {name for tags in self.tags for name in tags.names}


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


class KeyTable:
    """Numbers the keys of an open snapshot, and collects what they are until a chunk of them is written away.

    In memory stays what is needed to know a key again: a large bill has millions of them, and their attributes take ten
    times as much.
    """

    def __init__(self) -> None:
        self.index = SlotIndex()
        self.bases_seen: Vocabulary[tuple[int, ...]] = Vocabulary()
        self.part_owners: Vocabulary[Owner] = Vocabulary()
        self._texts: dict[str, Vocabulary[str]] = {name: Vocabulary() for name in (*BASE_COLUMNS, "ResourceType")}
        self._tag_names: Vocabulary[str] = Vocabulary()
        self._written = 0
        self._forget()

    def _forget(self) -> None:
        none = np.zeros(0, np.int32)
        self._bases, self._types, self._owners = [none], [none], [none]
        self._resources: list[pa.Array] = [pa.array([], pa.string())]
        self._tags: list[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], pa.Array]] = []

    def __len__(self) -> int:
        return len(self.index)

    @property
    def waiting(self) -> int:
        """Keys that are in no chunk yet."""
        return len(self) - self._written

    def append(
        self, ids: Ids, attributes: Mapping[str, TextColumn], owner: Sequence[TextColumn] | None
    ) -> tuple[Ids, Ids]:
        """Attributes of the keys that were just numbered `ids`; an absent column is null, no owner means not evaluated.
        Returns the number of each key's base and of the owner that its part named."""
        n = len(ids)
        nothing = TextColumn(np.full(n, -1, np.int32), pa.array([], pa.string()))
        recoded = [_recode(self._texts[c], attributes.get(c, nothing)) for c in BASE_COLUMNS]
        first, place = number_rows(recoded)
        base = self.bases_seen.codes(zip(*(codes[first].tolist() for codes in recoded), strict=True))[place]
        self._types.append(_recode(self._texts["ResourceType"], attributes.get("ResourceType", nothing)))
        self._resources.append(attributes.get("ResourceId", nothing).take())
        if owner is None:
            part_owner = np.full(n, self.part_owners.code(NOBODY_YET), np.int32)
        else:
            owners, number = distinct_owners([(c.codes, c.values.to_pylist()) for c in owner])
            part_owner = self.part_owners.codes(owners)[number]
        self._bases.append(base)
        self._owners.append(part_owner)
        for name, column in attributes.items():
            if name.startswith(TAG_PREFIX):
                self._append_tag(ids, name.removeprefix(TAG_PREFIX), column)
        return base, part_owner

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
            for codes in self.bases_seen.values
        ]

    def chunk(self) -> KeyChunk:
        """The keys that wait, to be written; they are kept until `written` is said."""
        low, high = self.index.words
        none = np.zeros(0, np.int32)
        values = pa.concat_arrays([v for _, _, v in self._tags] or [pa.array([], pa.string())]).dictionary_encode()
        tags = Tags(
            np.concatenate([k for k, _, _ in self._tags] or [none]),
            np.concatenate([n for _, n, _ in self._tags] or [none]),
            values.indices.to_numpy(),
            list(self._tag_names.values),
            values.dictionary,
        )
        types = TextColumn(np.concatenate(self._types), pa.array(self._texts["ResourceType"].values, pa.string()))
        return KeyChunk(
            low[self._written :],
            high[self._written :],
            np.concatenate(self._bases),
            np.concatenate(self._owners),
            pa.concat_arrays(self._resources),
            types,
            tags,
        )

    def written(self) -> None:
        """What `chunk` gave is kept elsewhere."""
        self._written = len(self)
        self._forget()


def _recode(vocabulary: Vocabulary[str], column: TextColumn) -> npt.NDArray[np.int32]:
    """The column's rows as codes of the snapshot's vocabulary; only values in use enter it."""
    used = np.unique(column.codes[column.codes >= 0])
    remap = np.full(len(column.values) + 1, -1, np.int32)
    remap[used] = vocabulary.codes(column.values.take(pa.array(used)).to_pylist())
    return remap[column.codes]
