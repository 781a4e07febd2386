"""Which metrics of which resources are asked for. Pure data: one row is one kind of resource.

Names, dimensions and units are those of the services' own documentation of their CloudWatch metrics.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    name: str
    statistic: str
    unit: str


@dataclass(frozen=True)
class ResourceType:
    """`pattern` matches the whole ResourceId of the bill, or what follows the account in an ARN of `service`. Its groups are
    the values of `dimensions`, in order; ACCOUNT stands for the account's number."""

    name: str
    service: str | None
    pattern: re.Pattern[str]
    namespace: str
    dimensions: tuple[str, ...]
    metrics: tuple[Metric, ...]


ACCOUNT = "ClientId"  # the one dimension whose value is the account

_KINDS = {"avg": "Average", "max": "Maximum", "min": "Minimum", "sum": "Sum"}

# resource type | service of its ARN, or - for a bare id | pattern | namespace | dimensions | metric statistic unit, …
_TABLE = r"""
EC2 instance | ec2 | instance/(i-[0-9a-f]{8,17}) | AWS/EC2 | InstanceId | CPUUtilization avg Percent, CPUUtilization max Percent, NetworkIn sum Bytes, NetworkOut sum Bytes
EC2 instance | - | (i-[0-9a-f]{8,17}) | AWS/EC2 | InstanceId | CPUUtilization avg Percent, CPUUtilization max Percent, NetworkIn sum Bytes, NetworkOut sum Bytes
EBS volume | ec2 | volume/(vol-[0-9a-f]{8,17}) | AWS/EBS | VolumeId | VolumeReadOps sum Count, VolumeWriteOps sum Count, VolumeReadBytes sum Bytes, VolumeWriteBytes sum Bytes
EBS volume | - | (vol-[0-9a-f]{8,17}) | AWS/EBS | VolumeId | VolumeReadOps sum Count, VolumeWriteOps sum Count, VolumeReadBytes sum Bytes, VolumeWriteBytes sum Bytes
NAT gateway | ec2 | natgateway/(nat-[0-9a-f]{8,17}) | AWS/NATGateway | NatGatewayId | BytesOutToDestination sum Bytes, BytesInFromDestination sum Bytes, ActiveConnectionCount max Count
RDS instance | rds | db:([A-Za-z][A-Za-z0-9-]*) | AWS/RDS | DBInstanceIdentifier | CPUUtilization avg Percent, CPUUtilization max Percent, DatabaseConnections max Count, FreeableMemory min Bytes, FreeStorageSpace min Bytes
Application Load Balancer | elasticloadbalancing | loadbalancer/(app/[^/]+/[0-9a-f]+) | AWS/ApplicationELB | LoadBalancer | RequestCount sum Count, ProcessedBytes sum Bytes, TargetResponseTime avg Seconds
Network Load Balancer | elasticloadbalancing | loadbalancer/(net/[^/]+/[0-9a-f]+) | AWS/NetworkELB | LoadBalancer | ProcessedBytes sum Bytes, ActiveFlowCount avg Count, NewFlowCount sum Count
Classic Load Balancer | elasticloadbalancing | loadbalancer/([^/]+) | AWS/ELB | LoadBalancerName | RequestCount sum Count, EstimatedProcessedBytes sum Bytes, Latency avg Seconds
Lambda function | lambda | function:([^:]+)(?::[^:]+)? | AWS/Lambda | FunctionName | Invocations sum Count, Duration avg Milliseconds, Errors sum Count, ConcurrentExecutions max Count
DynamoDB table | dynamodb | table/([^/]+) | AWS/DynamoDB | TableName | ConsumedReadCapacityUnits sum Count, ConsumedWriteCapacityUnits sum Count
ElastiCache node | elasticache | cluster:(.+) | AWS/ElastiCache | CacheClusterId | CPUUtilization avg Percent, CPUUtilization max Percent, FreeableMemory min Bytes, CurrConnections max Count
OpenSearch domain | es | domain/(.+) | AWS/ES | DomainName, ClientId | CPUUtilization avg Percent, CPUUtilization max Percent, FreeStorageSpace min Megabytes
Redshift cluster | redshift | cluster:(.+) | AWS/Redshift | ClusterIdentifier | CPUUtilization avg Percent, CPUUtilization max Percent, DatabaseConnections max Count, PercentageDiskSpaceUsed max Percent
SQS queue | sqs | ([^/:]+) | AWS/SQS | QueueName | NumberOfMessagesSent sum Count, NumberOfMessagesReceived sum Count
Kinesis stream | kinesis | stream/(.+) | AWS/Kinesis | StreamName | IncomingBytes sum Bytes, IncomingRecords sum Count
"""  # noqa: E501 a row is a line


def _metric(cell: str) -> Metric:
    name, statistic, unit = cell.split()
    return Metric(name, _KINDS[statistic], unit)


def _parse(line: str) -> ResourceType:
    name, service, pattern, namespace, dimensions, metrics = (cell.strip() for cell in line.split(" | "))
    return ResourceType(
        name,
        None if service == "-" else service,
        re.compile(pattern),
        namespace,
        tuple(dimensions.split(", ")),
        tuple(_metric(cell) for cell in metrics.split(", ")),
    )


TYPES: tuple[ResourceType, ...] = tuple(_parse(line) for line in _TABLE.strip().splitlines())
