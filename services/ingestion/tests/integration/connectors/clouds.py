"""Resources with values in CloudWatch, and a bill that names them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3

from fincc.common.testing.metric_contract import Point
from fincc.ingestion.connectors.cloudwatch import mapping
from fincc.ingestion.connectors.metrics import BilledResource, Series

REGION, OWN, OTHER = "eu-central-1", "123456789012", "222222222222"
ROLE = "finops-reader"


def instance(n: int) -> str:
    return f"i-{n:017x}"


def resource(n: int, account: str = OWN) -> BilledResource:
    return BilledResource(instance(n), account, REGION, Decimal(100 - n))


def client_of(url: str, account: str = OWN) -> Any:
    keys = {}
    if account != OWN:
        role = f"arn:aws:iam::{account}:role/{ROLE}"
        sts = boto3.client("sts", endpoint_url=url, region_name=REGION)
        found = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        keys = {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }
    return boto3.client("cloudwatch", endpoint_url=url, region_name=REGION, **keys)


def put_values(client: Any, series: Iterable[Series], start: datetime, hours: Iterable[int]) -> dict[Point, float]:
    """One value in each of the hours, another one for each series and hour; what CloudWatch should say of them."""
    data, expected = [], {}
    for n, one in enumerate(series):
        for hour in hours:
            value = hour / 8 if one.metric == "CPUUtilization" else n * 1000.0 + hour
            at = start + timedelta(hours=hour)
            expected[one.resource.resource_id, one.metric, one.statistic, at] = value
            if one.statistic == "Maximum":  # the same values are asked for as average
                continue
            dimensions = [{"Name": k, "Value": v} for k, v in one.dimensions]
            entry = {"MetricName": one.metric, "Dimensions": dimensions, "Unit": one.unit, "Value": value}
            data.append((one.namespace, {**entry, "Timestamp": at + timedelta(minutes=17)}))
    for first in range(0, len(data), 500):
        block = [entry for _, entry in data[first : first + 500]]
        client.put_metric_data(Namespace=data[first][0], MetricData=block)
    return expected


def series_of(resources: Iterable[BilledResource]) -> list[Series]:
    return [one for r in resources for one in mapping.series_of(r)]
