"""CloudWatch itself: one client per account and region, GetMetricData page by page, and what went wrong in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from botocore import exceptions as boto
from botocore.config import Config

from fincc.common.outbound import guarded
from fincc.ingestion.connectors.aws import client as access
from fincc.ingestion.connectors.base import SourceAuthError, SourceUnavailable
from fincc.ingestion.connectors.cloudwatch.config import CloudWatchConfig
from fincc.ingestion.connectors.metrics import Points, Series

RIGHT = "cloudwatch:GetMetricData"
THROTTLED_PAUSE_S = 300.0
_THROTTLED = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "LimitExceeded"}
# Waits longer and longer between attempts, up to 20 s; a source that is still busy then is left for a later look.
_SETTINGS = Config(retries={"mode": "standard", "max_attempts": 6}, connect_timeout=10, read_timeout=60)


class CloudWatch:
    """Nothing is asked before the first use."""

    def __init__(self, config: CloudWatchConfig) -> None:
        self._config = config
        self._clients: dict[tuple[str, str], Any] = {}

    @cached_property
    def own_account(self) -> str:
        """The account of the credentials."""
        with _spoken("AWS", "sts:GetCallerIdentity"):
            session = access.open_session(self._config)
            client = session.client(
                "sts",
                region_name=session.region_name or "us-east-1",
                endpoint_url=self._config.sts_endpoint_url,
                config=_SETTINGS,
            )
            return str(guarded(client, self._config.sts_endpoint_url).get_caller_identity()["Account"])

    def read(
        self, account: str, region: str, wanted: Sequence[Series], start: datetime, end: datetime, period_s: int
    ) -> Points:
        """One call and all of its pages. `Points.series` are places in `wanted`. Raises SourceAuthError, SourceUnavailable."""
        name = f"CloudWatch of account {account} in {region}"
        request: dict[str, Any] = {
            "MetricDataQueries": [_query(i, series, period_s) for i, series in enumerate(wanted)],
            "StartTime": start,
            "EndTime": end,
            "ScanBy": "TimestampAscending",
        }
        series: list[int] = []
        at_ms: list[int] = []
        values: list[float] = []
        states: dict[str, str] = {}
        first_ms, end_ms = int(start.timestamp() * 1000), int(end.timestamp() * 1000)
        with _spoken(name, RIGHT):
            client = self._client(account, region)
            while True:
                page = client.get_metric_data(**request)
                for result in page["MetricDataResults"]:
                    states[result["Id"]] = result.get("StatusCode", "Complete")
                    for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                        instant = int(at.timestamp() * 1000)
                        if first_ms <= instant < end_ms:
                            series.append(int(result["Id"][1:]))
                            at_ms.append(instant)
                            values.append(value)
                if not page.get("NextToken"):
                    break
                request["NextToken"] = page["NextToken"]
        _judge(name, states)
        return Points(np.array(series, np.int32), np.array(at_ms, np.int64), np.array(values, float), len(wanted))

    def _client(self, account: str, region: str) -> Any:
        if (account, region) not in self._clients:
            config = self._config
            session = access.open_session(config, region)
            if account != self.own_account:
                if not config.role_name:
                    raise SourceAuthError(
                        f"account {account}: the credentials belong to account {self.own_account}; give the option"
                        f" role_name with a role of account {account} that they may assume"
                    )
                partition = session.get_partition_for_region(region)
                role = f"arn:{partition}:iam::{account}:role/{config.role_name}"
                try:
                    access.assume(session, role, config.external_id, config.sts_endpoint_url)
                    session.get_credentials().get_frozen_credentials()
                except boto.ClientError as error:
                    code = access.code_of(error)
                    if code in access.DENIED:
                        raise access.no_role(f"account {account}", role, code, config.external_id) from error
                    raise
            client = session.client("cloudwatch", endpoint_url=config.endpoint_url, config=_SETTINGS)
            self._clients[account, region] = guarded(client, config.endpoint_url)
        return self._clients[account, region]


def _query(place: int, series: Series, period_s: int) -> dict[str, Any]:
    metric = {
        "Namespace": series.namespace,
        "MetricName": series.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in series.dimensions],
    }
    return {"Id": f"q{place}", "MetricStat": {"Metric": metric, "Period": period_s, "Stat": series.statistic}}


def _judge(name: str, states: dict[str, str]) -> None:
    """The last word on each series, once there is no further page."""
    said = set(states.values())
    if "Forbidden" in said:
        raise access.denied(name, "Forbidden", RIGHT)
    if said - {"Complete"}:
        raise SourceUnavailable(f"{name}: answered only part of what was asked ({', '.join(sorted(said))})")


@contextmanager
def _spoken(name: str, right: str) -> Iterator[None]:
    try:
        with access.spoken(name):
            yield
    except boto.ClientError as error:
        code = access.code_of(error)
        if code in access.DENIED:
            raise access.denied(name, code, right) from error
        pause_s = THROTTLED_PAUSE_S if code in _THROTTLED else 60.0
        raise SourceUnavailable(f"{name}: {error}", pause_s) from error
    except boto.BotoCoreError as error:
        raise SourceUnavailable(f"{name}: {error}") from error
