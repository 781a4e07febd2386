"""What clouds say they have: resources with the tags they have now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from fincc.common.batches import codes, encode_text
from fincc.common.vocabulary import Ints, number_rows
from fincc.compliance.domain.resource_types import aliases

_AT_ONCE = 10_000  # rows that are Python objects at the same time

SCHEMA = pa.schema(
    {
        "resource_id": pa.string(),
        "resource_type": pa.string(),
        "account": pa.string(),
        "region": pa.string(),
        "name": pa.string(),
        "tags": pa.string(),  # a JSON object
        "created": pa.date32(),
    }
)


@dataclass(frozen=True, slots=True)
class CloudResource:
    """`resource_id`: the ARN where there is one. `region` is None for what is global. `tags` is None where they may not be
    read: then nothing is said of it."""

    resource_id: str
    resource_type: str
    account: str
    region: str | None
    tags: Mapping[str, str] | None = field(default_factory=dict)
    name: str | None = None
    created: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of SCHEMA; its tags stay text until they are asked for."""

    resource_id: str
    resource_type: str
    account: str
    region: str | None
    name: str | None
    written: str
    created: date | None

    @property
    def tags(self) -> dict[str, str] | None:
        tags: dict[str, str] | None = orjson.loads(self.written)
        return tags


@dataclass(frozen=True, slots=True)
class Area:
    """What one step of a scan covers: whatever of these types the account has in the region is in its answer."""

    account: str
    region: str | None
    types: frozenset[str]


@dataclass(frozen=True)
class Inventory:
    """The newest complete scans of all clouds together. A resource of an area that is not in it does not exist any more.

    `resources`: SCHEMA. They stay columns, since as objects they would be the largest thing in memory.
    """

    resources: pa.Table = field(default_factory=SCHEMA.empty_table)
    areas: frozenset[Area] = frozenset()
    scanned_on: date | None = None
    missing: tuple[str, ...] = ()

    def match(self, accounts: Sequence[str | None], resource_ids: Sequence[str | None]) -> npt.NDArray[np.int32]:
        """For resources of the bill the position of the same in `resources`, -1 where there is none. A bill may call one by
        its ARN or by the last part of it."""
        billed = {where: i for i, where in enumerate(zip(accounts, resource_ids, strict=True))}
        found = np.full(len(resource_ids), -1, np.int32)
        columns = self.resources.select(["account", "resource_id"])
        for place, (account, resource_id) in enumerate(_rows(columns)):
            for name in aliases(resource_id):
                position = billed.get((account, name))
                if position is not None:
                    found[position] = place
        return found

    def at(self, places: Ints) -> Iterator[Listed]:
        """The resources at these positions. Texts that many of them have are in memory once."""
        shared: dict[str, str] = {}
        once = shared.setdefault
        for begin in range(0, len(places), _AT_ONCE):
            some = self.resources.take(pa.array(places[begin : begin + _AT_ONCE]))
            for id_, kind, account, region, *said in _rows(some):
                yield Listed(id_, once(kind, kind), once(account, account), region and once(region, region), *said)

    def covers(self, account: str | None, region: str | None, resource_type: str) -> bool:
        return any((account, where, resource_type) in self._covered for where in (region, None))

    @cached_property
    def _covered(self) -> frozenset[tuple[str | None, str | None, str]]:
        return frozenset((a.account, a.region, kind) for a in self.areas for kind in a.types)


def to_batch(resources: Iterable[CloudResource]) -> pa.RecordBatch:
    rows = [
        (r.resource_id, r.resource_type, r.account, r.region, r.name, _written(r.tags), r.created) for r in resources
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    return pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def _written(tags: Mapping[str, str] | None) -> str:
    return orjson.dumps(None if tags is None else dict(tags)).decode()


def merge(inventories: Iterable[tuple[datetime, pa.RecordBatch, Iterable[Area], Iterable[str]]]) -> Inventory:
    """One inventory of several; of a resource that two list, the later scan counts."""
    found: list[pa.RecordBatch] = []
    areas: set[Area] = set()
    missing: list[str] = []
    oldest: date | None = None
    for at, resources, covered, not_read in sorted(inventories, key=lambda entry: entry[0]):
        found.append(resources)
        areas.update(covered)
        missing.extend(not_read)
        oldest = at.date() if oldest is None else min(oldest, at.date())
    table = pa.Table.from_batches(found, SCHEMA)
    return Inventory(table if len(found) < 2 else _last(table), frozenset(areas), oldest, tuple(missing))


def _last(resources: pa.Table) -> pa.Table:
    """Of rows about the same resource the last one."""
    backwards = [codes(encode_text(resources.column(name)))[::-1] for name in ("account", "resource_id")]
    first, _ = number_rows(backwards)
    return resources.take(pa.array(np.sort(len(resources) - 1 - first)))


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(_AT_ONCE):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
