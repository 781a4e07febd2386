"""From the command line to series of a resource, with a real CloudWatch protocol, in both modes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from confluent_kafka import Consumer
from moto.server import ThreadedMotoServer

from fincc.common.batches import decode
from fincc.common.events.envelope_pb2 import Envelope

from .harness import ManyProcesses, Platform, wait_for

INSTANCE, ACCOUNT, REGION = "i-0123456789abcdef0", "123456789012", "eu-central-1"
VALUES = {3: 12.5, 4: 0.0, 20: 99.0}  # by hour; the other hours have none


@pytest.fixture(scope="module")
def day() -> datetime:
    """A day that is over by more than three hours at any time of day."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=2)


@pytest.fixture(scope="module", autouse=True)
def cloudwatch(day: datetime) -> Iterator[str]:
    """The address of something that speaks like AWS; every process started later has credentials for it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        data = [
            {
                "MetricName": "CPUUtilization",
                "Dimensions": [{"Name": "InstanceId", "Value": INSTANCE}],
                "Timestamp": day + timedelta(hours=hour, minutes=10),
                "Value": value,
                "Unit": "Percent",
            }
            for hour, value in VALUES.items()
        ]
        boto3.client("cloudwatch", endpoint_url=url).put_metric_data(Namespace="AWS/EC2", MetricData=data)
        yield url
    server.stop()


@pytest.fixture
def focus_bill(tmp_path: Path, day: datetime) -> Path:
    row = {
        "BilledCost": "7.5",
        "BillingCurrency": "USD",
        "BillingAccountId": "111111111111",
        "SubAccountId": ACCOUNT,
        "ChargePeriodStart": day.isoformat(),
        "ChargeCategory": "Usage",
        "ServiceName": "Amazon Elastic Compute Cloud",
        "ResourceId": INSTANCE,
        "RegionId": REGION,
    }
    with (tmp_path / "focus.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    return tmp_path / "focus.csv"


def test_hours_of_a_billed_instance_are_fetched_published_and_given(
    platform: Platform, cloudwatch: str, focus_bill: Path, day: datetime
) -> None:
    platform.add_bill(focus_bill, "bill", "focus_file")
    platform.ingest("bill")
    addresses = (f"{name}={cloudwatch}" for name in ("endpoint_url", "sts_endpoint_url"))
    options = [part for address in addresses for part in ("--option", address)]
    platform.ok("source", "add", "cloudwatch", "--name", "use", "--location", "aws://all", *options)
    assert "1 resources in 1 accounts" in platform.ok("source", "check", "use").out
    assert "complete" in platform.ok("ingest", "use", "--wait").out
    params = {"resource_id": INSTANCE, "from": f"{day:%Y-%m-%d}", "to": f"{day:%Y-%m-%d}"}
    with platform.client() as client:
        series = client.get("/api/ingestion/v1/metrics", params=params).json()["series"]
    expected = {f"{day + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}": value for hour, value in VALUES.items()}
    assert {s["statistic"]: {p["at"]: p["value"] for p in s["points"]} for s in series} == {
        "Average": expected,
        "Maximum": expected,
    }
    if isinstance(platform, ManyProcesses):
        assert wait_for(lambda: _values_on_the_topic(platform.bootstrap) == sorted([*VALUES.values()] * 2), 30)


def _values_on_the_topic(bootstrap: str) -> list[float]:
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": "seen", "auto.offset.reset": "earliest"})
    reader.subscribe(["metrics"])
    found: list[float] = []
    quiet = 0
    while quiet < 3:
        message = reader.poll(2)
        if message is None or message.error():
            quiet += 1
            continue
        found += decode(Envelope.FromString(message.value() or b"").metric.metric_ipc).column("x_Value").to_pylist()
    reader.close()
    return sorted(found)
