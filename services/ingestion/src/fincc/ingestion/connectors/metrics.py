"""What a connector of metrics is: which series a resource has, what asking for them costs, and reading them.

Everything here runs in a worker thread, never on the event loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel

from fincc.common.batches import compact, encode_text
from fincc.common.metrics import SCHEMA
from fincc.ingestion.connectors.base import CheckStep

PERIOD_S = 3600  # series are kept by the hour


@dataclass(frozen=True)
class BilledResource:
    """A resource of the bill and what it cost lately. `cost` ranks resources; currencies are not told apart."""

    resource_id: str
    sub_account_id: str
    region_id: str
    cost: Decimal


@dataclass(frozen=True)
class Series:
    """One series to ask for: a statistic of a metric of a resource. `dimensions` are (name, value), as the source has them."""

    resource: BilledResource
    namespace: str
    metric: str
    statistic: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Points:
    """Values of some of the series asked for. `series[i]` is the place in what was asked, `at_ms[i]` the start of the hour
    in milliseconds since the epoch, `value[i]` its value. `requested`: series asked for to get them, which is what costs."""

    series: npt.NDArray[np.int32]
    at_ms: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    requested: int


class MetricSource(ABC):
    """One configured source of metrics. Which resources it is asked about is decided by the bill."""

    gives: ClassVar[str] = "metrics"
    kind: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    Config: ClassVar[type[BaseModel]]

    max_resources: int
    """How many resources at most, dearest first."""
    max_series: int
    """How many series one run may ask for at most."""
    look_back_days: int
    """How far back days are fetched that are not in yet, without being asked for."""
    price_per_1000: Decimal
    """Dollars for asking for a thousand series."""

    @abstractmethod
    def knows(self, resource_ids: pa.Array) -> pa.Array:
        """Whether there are metrics for each of these resources, as booleans. Pure; asked of all ids of a bill."""

    @abstractmethod
    def series_of(self, resource: BilledResource) -> list[Series]:
        """The series of a resource; empty for one that is not asked about. Pure."""

    @abstractmethod
    def check(self, resources: Sequence[BilledResource], now: datetime) -> Iterator[CheckStep]:
        """Step by step, stopping at the first failure; never raises for what a step can say."""

    @abstractmethod
    def read(self, wanted: Sequence[Series], start: datetime, end: datetime, now: datetime) -> Iterator[Points]:
        """The hours from `start` to before `end` of series of one account, a call at a time. An hour without a value is
        left out. Raises SourceAuthError, SourceUnavailable; may be started again."""


def to_batch(wanted: Sequence[Series], found: Sequence[Points]) -> pa.RecordBatch:
    """The points as one batch of the wire, ordered by series and time; a point that came twice counts once. Pure."""
    at_series = np.concatenate([np.empty(0, np.int32), *(p.series for p in found)])
    at_ms = np.concatenate([np.empty(0, np.int64), *(p.at_ms for p in found)])
    value = np.concatenate([np.empty(0), *(p.value for p in found)])
    order = np.lexsort((at_ms, at_series))
    at_series, at_ms, value = at_series[order], at_ms[order], value[order]
    is_first = np.ones(len(order), bool)
    is_first[1:] = (np.diff(at_series) != 0) | (np.diff(at_ms) != 0)
    at_series, at_ms, value = at_series[is_first], at_ms[is_first], value[is_first]

    def text(of_series: list[str]) -> pa.Array:
        return compact(encode_text(pa.array(of_series, pa.string())).take(pa.array(at_series)))

    columns = [
        text([s.resource.resource_id for s in wanted]),
        text([s.resource.sub_account_id for s in wanted]),
        text([s.resource.region_id for s in wanted]),
        text([s.namespace for s in wanted]),
        text([s.metric for s in wanted]),
        text([s.statistic for s in wanted]),
        text([s.unit for s in wanted]),
        pa.array(np.full(len(value), PERIOD_S, np.int32)),
        pa.array(at_ms).cast(SCHEMA.field("x_PeriodStart").type),
        pa.array(value),
    ]
    return pa.record_batch(columns, names=SCHEMA.names)
