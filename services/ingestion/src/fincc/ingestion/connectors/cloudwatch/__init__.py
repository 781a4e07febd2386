"""Amazon CloudWatch: what the dearest resources of the bill did, hour by hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pyarrow as pa
from pydantic import BaseModel

from fincc.ingestion.connectors.base import CheckStep, SourceAuthError, SourceUnavailable
from fincc.ingestion.connectors.cloudwatch import mapping
from fincc.ingestion.connectors.cloudwatch.config import CloudWatchConfig
from fincc.ingestion.connectors.metrics import PERIOD_S, BilledResource, MetricSource, Points, Series

if TYPE_CHECKING:
    from fincc.ingestion.connectors.cloudwatch.client import CloudWatch as Client


class CloudWatch(MetricSource):
    kind: ClassVar[str] = "cloudwatch"
    title: ClassVar[str] = "Amazon CloudWatch"
    description: ClassVar[str] = (
        "Hourly use of the dearest resources of your AWS bill, fetched once a day; needs cloudwatch:GetMetricData"
    )
    Config: ClassVar[type[BaseModel]] = CloudWatchConfig

    def __init__(self, config: CloudWatchConfig) -> None:
        self.config = config
        self.max_resources = config.max_resources
        self.max_series = config.max_metrics_per_run
        self.look_back_days = config.look_back_days
        self.price_per_1000 = config.price_per_1000

    @cached_property
    def _client(self) -> Client:
        from fincc.ingestion.connectors.cloudwatch.client import CloudWatch as Client  # slow to import

        return Client(self.config)

    def knows(self, resource_ids: pa.Array) -> pa.Array:
        return mapping.are_known(resource_ids)

    def series_of(self, resource: BilledResource) -> list[Series]:
        series = mapping.series_of(resource)
        return series if series and self.config.asks_in(series[0].resource.region_id) else []

    def check(self, resources: Sequence[BilledResource], now: datetime) -> Iterator[CheckStep]:
        """resources, credentials, and metrics in each account: that one asks for a single value, $0.00001 of AWS."""
        first = {
            found[0].resource.sub_account_id: found[0] for r in reversed(resources) if (found := self.series_of(r))
        }
        if not first:
            yield CheckStep(
                "resources", False, "no resource of an ingested bill has metrics here; bring in a bill first"
            )
            return
        yield CheckStep("resources", True, f"{len(resources)} resources in {len(first)} accounts, from the bill")
        step = "credentials"
        try:
            yield CheckStep(step, True, f"those of account {self._client.own_account}")
            step = "metrics"
            end = now.replace(minute=0, second=0, microsecond=0)
            for series in first.values():
                for _ in self.read([series], end - timedelta(hours=1), end, now):
                    pass
            yield CheckStep(step, True, f"metrics of accounts {', '.join(sorted(first))}")
        except (SourceAuthError, SourceUnavailable) as failure:
            yield CheckStep(step, False, str(failure))

    def read(self, wanted: Sequence[Series], start: datetime, end: datetime, now: datetime) -> Iterator[Points]:
        period_s = mapping.legal_period(now - start, PERIOD_S)
        places: dict[tuple[str, str], list[int]] = {}
        for i, series in enumerate(wanted):
            places.setdefault((series.resource.sub_account_id, series.resource.region_id), []).append(i)
        for (account, region), of_place in sorted(places.items()):
            there = [wanted[i] for i in of_place]
            for first, last in mapping.calls(there, start, end, period_s):
                found = self._client.read(account, region, there[first:last], start, end, period_s)
                of_wanted = np.array(of_place, np.int32)[found.series + first]
                yield Points(of_wanted, found.at_ms, found.value, found.requested)
