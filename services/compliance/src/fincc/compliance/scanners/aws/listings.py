"""What is listed, service by service, and how an answer becomes a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fincc.compliance.domain.inventory import CloudResource
from fincc.compliance.domain.resource_types import resource_type
from fincc.compliance.scanners.aws.client import AwsAccount

_TAGS_AT_ONCE = 20  # load balancers per DescribeTags


@dataclass(frozen=True)
class Listing:
    """`types`: everything of these that there is in the region is in the answer. `knows_tags`: whether its answers hold
    tags; if not, they are looked up in what the Tagging API gave."""

    name: str
    types: frozenset[str]
    knows_tags: bool
    read: Callable[[AwsAccount, str | None], Iterator[CloudResource]]


def tagged(account: AwsAccount, region: str) -> Iterator[CloudResource]:
    """All that is or was tagged; never what never was."""
    for item in account.pages(
        "resourcegroupstaggingapi", region, "get_resources", "ResourceTagMappingList", ResourcesPerPage=100
    ):
        arn = item["ResourceARN"]
        yield CloudResource(arn, resource_type(arn, None), account.account, region, _tags(item.get("Tags")))


def _instances(account: AwsAccount, region: str | None) -> Iterator[CloudResource]:
    for reservation in account.pages("ec2", region, "describe_instances", "Reservations"):
        for item in reservation["Instances"]:
            if item.get("State", {}).get("Name") not in ("terminated", "shutting-down"):
                yield _ec2(account, region, "instance", item["InstanceId"], item, "LaunchTime")


def _ec2_of(kind: str, operation: str, result: str, key: str, created: str | None, **arguments: Any) -> Listing:
    def read(account: AwsAccount, region: str | None) -> Iterator[CloudResource]:
        for item in account.pages("ec2", region, operation, result, **arguments):
            if item.get("State") not in ("deleted", "deleting"):
                yield _ec2(account, region, kind, item[key], item, created)

    return Listing(f"ec2 {kind}", frozenset({f"ec2:{kind}"}), True, read)


def _ec2(
    account: AwsAccount, region: str | None, kind: str, id_: str, item: Mapping[str, Any], created: str | None
) -> CloudResource:
    tags = _tags(item.get("Tags"))
    arn = account.arn("ec2", region, f"{kind}/{id_}")
    day = _day(item.get(created)) if created else None
    return CloudResource(arn, f"ec2:{kind}", account.account, region, tags, tags.get("Name"), day)


def _rds(kind: str, operation: str, result: str, prefix: str) -> Listing:
    def read(account: AwsAccount, region: str | None) -> Iterator[CloudResource]:
        for item in account.pages("rds", region, operation, result):
            day = _day(item.get("InstanceCreateTime") or item.get("ClusterCreateTime"))
            yield CloudResource(
                item[f"{prefix}Arn"],
                f"rds:{kind}",
                account.account,
                region,
                _tags(item.get("TagList")),
                item[f"{prefix}Identifier"],
                day,
            )

    return Listing(f"rds {kind}", frozenset({f"rds:{kind}"}), True, read)


def _load_balancers(account: AwsAccount, region: str | None) -> Iterator[CloudResource]:
    found = list(account.pages("elbv2", region, "describe_load_balancers", "LoadBalancers"))
    tags = _described_tags(
        account, "elbv2", region, "ResourceArns", "ResourceArn", [item["LoadBalancerArn"] for item in found]
    )
    for item in found:
        arn = item["LoadBalancerArn"]
        yield CloudResource(
            arn,
            "elasticloadbalancing:loadbalancer",
            account.account,
            region,
            tags.get(arn, {}),
            item["LoadBalancerName"],
            _day(item.get("CreatedTime")),
        )
    classic = list(account.pages("elb", region, "describe_load_balancers", "LoadBalancerDescriptions"))
    names = [item["LoadBalancerName"] for item in classic]
    tags = _described_tags(account, "elb", region, "LoadBalancerNames", "LoadBalancerName", names)
    for item in classic:
        name = item["LoadBalancerName"]
        arn = account.arn("elasticloadbalancing", region, f"loadbalancer/{name}")
        yield CloudResource(
            arn,
            "elasticloadbalancing:loadbalancer",
            account.account,
            region,
            tags.get(name, {}),
            name,
            _day(item.get("CreatedTime")),
        )


def _described_tags(
    account: AwsAccount, service: str, region: str | None, argument: str, key: str, names: Iterable[str]
) -> dict[str, dict[str, str]]:
    tags: dict[str, dict[str, str]] = {}
    names = list(names)
    for begin in range(0, len(names), _TAGS_AT_ONCE):
        some = names[begin : begin + _TAGS_AT_ONCE]
        answer = account.call(service, region, "describe_tags", **{argument: some})
        tags.update({d[key]: _tags(d.get("Tags")) for d in answer["TagDescriptions"]})
    return tags


def _functions(account: AwsAccount, region: str | None) -> Iterator[CloudResource]:
    for item in account.pages("lambda", region, "list_functions", "Functions"):
        yield CloudResource(
            item["FunctionArn"], "lambda:function", account.account, region, {}, item["FunctionName"], None
        )


def _buckets(account: AwsAccount, _region: str | None) -> Iterator[CloudResource]:
    """Buckets of all regions; the Tagging API knows those of its own only, so each is asked."""
    for item in account.pages("s3", None, "list_buckets", "Buckets"):
        name = item["Name"]
        arn, tags = f"arn:{account.partition}:s3:::{name}", account.bucket_tags(name)
        yield CloudResource(
            arn, "s3:bucket", account.account, item.get("BucketRegion"), tags, name, _day(item.get("CreationDate"))
        )


LISTINGS: tuple[Listing, ...] = (
    Listing("ec2 instance", frozenset({"ec2:instance"}), True, _instances),
    _ec2_of("volume", "describe_volumes", "Volumes", "VolumeId", "CreateTime"),
    _ec2_of("snapshot", "describe_snapshots", "Snapshots", "SnapshotId", "StartTime", OwnerIds=["self"]),
    _ec2_of("natgateway", "describe_nat_gateways", "NatGateways", "NatGatewayId", "CreateTime"),
    _ec2_of("elastic-ip", "describe_addresses", "Addresses", "AllocationId", None),
    _rds("db", "describe_db_instances", "DBInstances", "DBInstance"),
    _rds("cluster", "describe_db_clusters", "DBClusters", "DBCluster"),
    Listing("load balancers", frozenset({"elasticloadbalancing:loadbalancer"}), True, _load_balancers),
    Listing("lambda functions", frozenset({"lambda:function"}), False, _functions),
)
GLOBAL = Listing("s3 buckets", frozenset({"s3:bucket"}), True, _buckets)


def _tags(items: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    return {t["Key"]: t["Value"] for t in items or ()}


def _day(at: Any) -> date | None:
    return at.date() if isinstance(at, datetime) else None
