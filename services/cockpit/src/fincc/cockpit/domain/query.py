"""The questions the cockpit answers, normalised: equal questions are equal values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import orjson

from fincc.cockpit.domain.filters import LEVELS, Filter


@dataclass(frozen=True)
class CostView:
    """What every question about cost says: which amount, in which currency, of what."""

    metric: str = "BilledCost"
    currency: str | None = None
    scope: str | None = None
    filters: tuple[Filter, ...] = ()

    @property
    def level_filters(self) -> tuple[Filter, ...]:
        """Filters that a team alone can answer."""
        return tuple(f for f in self.filters if f.dimension in LEVELS)

    @property
    def other_filters(self) -> tuple[Filter, ...]:
        return tuple(f for f in self.filters if f.dimension not in LEVELS)


@dataclass(frozen=True)
class TeamsQuery:
    view: CostView
    days: int = 30
    as_of: date | None = None
    comparison: str = "days"


@dataclass(frozen=True)
class CostsQuery:
    view: CostView
    first: date | None = None
    last: date | None = None
    group_by: tuple[str, ...] = ()
    grain: str = "none"
    compared: bool = True
    top: int | None = None
    sort: str = "-cost"


@dataclass(frozen=True)
class ResourcesQuery:
    view: CostView
    first: date | None = None
    last: date | None = None
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True)
class Place:
    """Where in the bills a page of records begins: the number of the bill, of its part, and of the records there that match."""

    bill: int = 0
    part: int = 0
    record: int = 0

    def __str__(self) -> str:
        return f"{self.bill}.{self.part}.{self.record}"


@dataclass(frozen=True)
class RecordsQuery:
    view: CostView
    first: date | None = None
    last: date | None = None
    resource_id: str | None = None
    key: str | None = None
    limit: int = 100
    start: Place = Place()


@dataclass(frozen=True)
class Check:
    """Whether the figures agree with the bill, at a moment: seconds of the process's own clock."""

    moment: float


Query = TeamsQuery | CostsQuery | ResourcesQuery | RecordsQuery


def query_hash(query: Query, **resolved: Any) -> str:
    """Names a question with what its defaults resolved to, so that two exports can be told to answer the same."""
    content = {"kind": type(query).__name__, **asdict(query), **resolved}
    return blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS, default=str), digest_size=8).hexdigest()
