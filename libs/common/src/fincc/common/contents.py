"""What the archive's index says of a part of a snapshot. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from fincc.common.keys import Words, hashes

_NO_TEXT = pa.array([], pa.string())


def resource_hashes(values: pa.Array) -> Words:
    """What a filter is made of: the low words of the hashes that make up the attribution key."""
    return hashes("ResourceId", values)[:-1, 0]


@dataclass(frozen=True)
class Contents:
    """What the index says of a part."""

    rows: int
    first_day: date
    last_day: date
    accounts: list[str]
    resources: Words

    @classmethod
    def of(cls, batch: pa.RecordBatch, resources: Words | None = None) -> Contents:
        """`resources` are the hashes of its resources, where they are known already."""
        days = pc.min_max(batch.column("ChargePeriodStart")).as_py()
        names = batch.schema.names
        if resources is None:
            resources = resource_hashes(batch.column("ResourceId").dictionary if "ResourceId" in names else _NO_TEXT)
        accounts = batch.column("SubAccountId").dictionary.to_pylist() if "SubAccountId" in names else []
        return cls(batch.num_rows, days["min"].date(), days["max"].date(), accounts, resources)
