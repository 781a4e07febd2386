"""What clouds say they have: resources with the tags they have now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from fincc.compliance.domain.resource_types import aliases

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
    """A CloudResource as a scan of all has them, hundreds of thousands at once: its tags stay text until they are asked for."""

    resource_id: str
    resource_type: str
    account: str
    region: str | None
    written: str
    name: str | None
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
    """The newest complete scans of all clouds together. A resource of an area that is not in it does not exist any more."""

    resources: tuple[Listed, ...] = ()
    areas: frozenset[Area] = frozenset()
    scanned_on: date | None = None
    missing: tuple[str, ...] = ()

    def match(self, accounts: Sequence[str | None], resource_ids: Sequence[str | None]) -> npt.NDArray[np.int32]:
        """For resources of the bill the position of the same in `resources`, -1 where there is none. A bill may call one by
        its ARN or by the last part of it."""
        billed = {where: i for i, where in enumerate(zip(accounts, resource_ids, strict=True))}
        found = np.full(len(resource_ids), -1, np.int32)
        for place, resource in enumerate(self.resources):
            for name in aliases(resource.resource_id):
                position = billed.get((resource.account, name))
                if position is not None:
                    found[position] = place
        return found

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


def from_batch(batch: pa.RecordBatch) -> list[Listed]:
    """Texts that many resources have are in memory once."""
    shared: dict[str, str] = {}
    lists = [batch.column(name).to_pylist() for name in SCHEMA.names]
    once = shared.setdefault
    return [
        Listed(id_, once(kind, kind), once(account, account), region and once(region, region), written, name, created)
        for id_, kind, account, region, name, written, created in zip(*lists, strict=True)
    ]


def merge(inventories: Iterable[tuple[datetime, list[Listed], Iterable[Area], Iterable[str]]]) -> Inventory:
    """One inventory of several; of a resource that two list, the later scan counts."""
    found: dict[tuple[str, str], Listed] = {}
    areas: set[Area] = set()
    missing: list[str] = []
    oldest: date | None = None
    for at, resources, covered, not_read in sorted(inventories, key=lambda entry: entry[0]):
        found.update({(r.account, r.resource_id): r for r in resources})
        areas.update(covered)
        missing.extend(not_read)
        oldest = at.date() if oldest is None else min(oldest, at.date())
    return Inventory(tuple(found.values()), frozenset(areas), oldest, tuple(missing))
