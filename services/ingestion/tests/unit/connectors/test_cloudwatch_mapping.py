"""Which series a resource of the bill has, how they are cut into calls, and which period AWS has values for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from pydantic import ValidationError

from fincc.ingestion import connectors
from fincc.ingestion.connectors.cloudwatch import CloudWatch, mapping
from fincc.ingestion.connectors.cloudwatch.table import TYPES
from fincc.ingestion.connectors.metrics import BilledResource, Series

ARN = "arn:aws:{}:eu-central-1:111122223333:{}"
START = datetime(2026, 11, 20, tzinfo=UTC)


def billed(resource_id: str, account: str = "111122223333", region: str = "eu-central-1") -> BilledResource:
    return BilledResource(resource_id, account, region, Decimal("12.5"))


KNOWN = [
    ("i-0123456789abcdef0", "AWS/EC2", {"InstanceId": "i-0123456789abcdef0"}),
    (ARN.format("ec2", "instance/i-0a1b2c3d"), "AWS/EC2", {"InstanceId": "i-0a1b2c3d"}),
    ("vol-0123456789abcdef0", "AWS/EBS", {"VolumeId": "vol-0123456789abcdef0"}),
    (ARN.format("ec2", "natgateway/nat-0a1b2c3d"), "AWS/NATGateway", {"NatGatewayId": "nat-0a1b2c3d"}),
    (ARN.format("rds", "db:orders-1"), "AWS/RDS", {"DBInstanceIdentifier": "orders-1"}),
    (
        ARN.format("elasticloadbalancing", "loadbalancer/app/web/50dc6c495c0c9188"),
        "AWS/ApplicationELB",
        {"LoadBalancer": "app/web/50dc6c495c0c9188"},
    ),
    (
        ARN.format("elasticloadbalancing", "loadbalancer/net/tcp/50dc6c495c0c9188"),
        "AWS/NetworkELB",
        {"LoadBalancer": "net/tcp/50dc6c495c0c9188"},
    ),
    (ARN.format("elasticloadbalancing", "loadbalancer/old"), "AWS/ELB", {"LoadBalancerName": "old"}),
    (ARN.format("lambda", "function:pay"), "AWS/Lambda", {"FunctionName": "pay"}),
    (ARN.format("lambda", "function:pay:7"), "AWS/Lambda", {"FunctionName": "pay"}),
    (ARN.format("dynamodb", "table/orders"), "AWS/DynamoDB", {"TableName": "orders"}),
    (ARN.format("elasticache", "cluster:cache-001"), "AWS/ElastiCache", {"CacheClusterId": "cache-001"}),
    (ARN.format("es", "domain/logs"), "AWS/ES", {"DomainName": "logs", "ClientId": "111122223333"}),
    (ARN.format("redshift", "cluster:dw"), "AWS/Redshift", {"ClusterIdentifier": "dw"}),
    (ARN.format("sqs", "jobs"), "AWS/SQS", {"QueueName": "jobs"}),
    (ARN.format("kinesis", "stream/clicks"), "AWS/Kinesis", {"StreamName": "clicks"}),
]
UNKNOWN = [
    "",
    "my-bucket",
    "i-bp1abcdefgh",
    "vm-0a1b2c3d",
    ARN.format("ec2", "snapshot/snap-0a1b2c3d"),
    ARN.format("s3", "x"),
]


@pytest.mark.parametrize(("resource_id", "namespace", "dimensions"), KNOWN)
def test_a_resource_has_the_dimensions_that_its_service_publishes(
    resource_id: str, namespace: str, dimensions: dict[str, str]
) -> None:
    series = mapping.series_of(billed(resource_id))
    assert series
    assert {s.namespace for s in series} == {namespace}
    assert all(dict(s.dimensions) == dimensions and s.resource.resource_id == resource_id for s in series)


@pytest.mark.parametrize("resource_id", UNKNOWN)
def test_what_has_no_row_in_the_table_is_left_alone(resource_id: str) -> None:
    assert mapping.target_of(resource_id) is None
    assert mapping.series_of(billed(resource_id)) == []


def test_many_ids_at_once_are_judged_like_each_alone() -> None:
    ids = [resource_id for resource_id, *_ in KNOWN] + UNKNOWN + ["x" + KNOWN[0][0], KNOWN[0][0] + "\n"]
    known = mapping.are_known(pa.array(ids)).to_pylist()
    assert known == [mapping.target_of(resource_id) is not None for resource_id in ids]
    assert sum(known) == len(KNOWN)


def test_every_row_of_the_table_fills_its_dimensions_and_names_a_known_statistic() -> None:
    for row in TYPES:
        assert row.pattern.groups == len([d for d in row.dimensions if d != "ClientId"]), row.name
        assert row.metrics
        assert len({(m.name, m.statistic) for m in row.metrics}) == len(row.metrics), row.name


def test_an_arn_says_account_and_region_better_than_the_row_of_the_bill() -> None:
    series = mapping.series_of(billed(ARN.format("rds", "db:orders"), account="999999999999", region="us-east-1"))
    assert {(s.resource.sub_account_id, s.resource.region_id) for s in series} == {("111122223333", "eu-central-1")}


@pytest.mark.parametrize(
    ("account", "region"), [("", "eu-central-1"), ("111122223333", ""), ("111122223333", "global")]
)
def test_a_resource_without_account_or_region_is_not_asked_about(account: str, region: str) -> None:
    assert mapping.series_of(billed("i-0123456789abcdef0", account, region)) == []


@pytest.mark.parametrize(
    ("age", "wanted_s", "period_s"),
    [
        (timedelta(hours=1), 60, 60),
        (timedelta(hours=1), 90, 120),
        (timedelta(days=15), 60, 60),
        (timedelta(days=15, seconds=1), 60, 300),
        (timedelta(days=63), 60, 300),
        (timedelta(days=63), 400, 600),
        (timedelta(days=63, seconds=1), 60, 3600),
        (timedelta(days=455), 60, 3600),
        (timedelta(days=1), 3600, 3600),
        (timedelta(days=20), 3600, 3600),
        (timedelta(days=400), 3600, 3600),
    ],
)
def test_the_period_is_the_shortest_that_values_of_this_age_have(age: timedelta, wanted_s: int, period_s: int) -> None:
    assert mapping.legal_period(age, wanted_s) == period_s


def test_values_that_aws_has_forgotten_and_periods_below_a_minute_are_refused() -> None:
    with pytest.raises(ValueError, match="456 days old: CloudWatch keeps none beyond 455 days"):
        mapping.legal_period(timedelta(days=456), 3600)
    with pytest.raises(ValueError, match="expected at least 60 s"):
        mapping.legal_period(timedelta(hours=1), 1)


@pytest.mark.parametrize(
    ("series", "days", "sizes"),
    [
        (0, 1, []),
        (500, 1, [500]),
        (501, 1, [500, 1]),
        (1000, 8, [500, 500]),
        (500, 14, [300, 200]),  # 14 days of hours are 336 values: 300 series are 100,800
        (200, 31, [135, 65]),
    ],
)
def test_a_call_asks_for_no_more_than_it_may(series: int, days: int, sizes: list[int]) -> None:
    wanted = [Series(billed(f"i-{n}"), "n", "m", "Sum", "Count", ()) for n in range(series)]
    ranges = list(mapping.calls(wanted, START, START + timedelta(days=days), 3600))
    assert [last - first for first, last in ranges] == sizes
    assert [n for first, last in ranges for n in range(first, last)] == list(range(series))


def test_a_series_too_long_for_any_call_is_refused() -> None:
    wanted = [Series(billed("i-1"), "n", "m", "Sum", "Count", ())]
    with pytest.raises(ValueError, match="a call gives at most 100800"):
        list(mapping.calls(wanted, START, START + timedelta(days=100), 60))


def test_only_the_chosen_regions_are_asked() -> None:
    source = connectors.create_source("cloudwatch", "aws://eu-central-1,us-east-1", {})
    assert isinstance(source, CloudWatch)
    assert source.series_of(billed("i-0123456789abcdef0"))
    assert source.series_of(billed("i-0123456789abcdef0", region="eu-west-1")) == []


@pytest.mark.parametrize(
    ("location", "options", "field"),
    [
        ("s3://bills", {}, ("location",)),
        ("aws://", {}, ("location",)),
        ("aws://all", {"role_name": "arn:aws:iam::1:role/x"}, ("role_name",)),
        ("aws://all", {"endpoint_url": "http://key:secret@host"}, ("endpoint_url",)),
        ("aws://all", {"max_metrics_per_run": "0"}, ("max_metrics_per_run",)),
        ("aws://all", {"external_id": "x"}, ()),
    ],
)
def test_a_wrong_option_is_named(location: str, options: dict[str, str], field: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as error:
        connectors.create_source("cloudwatch", location, options)
    assert error.value.errors()[0]["loc"] == field
