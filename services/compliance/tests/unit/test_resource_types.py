"""What a resource is, from how bills and clouds name it."""

from __future__ import annotations

import time

import pytest

from fincc.compliance.domain.resource_types import aliases, name_in, resource_type, stem

S3 = "Amazon Simple Storage Service"


@pytest.mark.parametrize(
    ("resource_id", "service", "kind", "name"),
    [
        ("i-0123456789abcdef0", "Amazon Elastic Compute Cloud", "ec2:instance", None),
        ("i-01234567", None, "ec2:instance", None),
        ("vol-0123456789abcdef0", None, "ec2:volume", None),
        ("my-bucket", S3, "s3:bucket", "my-bucket"),
        ("arn:aws:s3:::my-bucket", None, "s3:bucket", "my-bucket"),
        ("arn:aws:lambda:eu-west-1:1:function:pay", None, "lambda:function", "pay"),
        ("arn:aws:rds:eu-west-1:1:db:pay-db", None, "rds:db", "pay-db"),
        ("arn:aws:ec2:eu-west-1:1:instance/i-0123456789abcdef0", None, "ec2:instance", "i-0123456789abcdef0"),
        (
            "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/pay/0123456789abcdef",
            None,
            "elasticloadbalancing:loadbalancer",
            "pay",
        ),
        ("arn:aws-cn:sqs:cn-north-1:1:queue-name", None, "sqs:queue", "queue-name"),
        ("arn:aws:broken", None, "unknown", None),
        ("whatever", "AWS Glue", "AWS Glue", "whatever"),
        ("whatever", None, "unknown", "whatever"),
    ],
)
def test_kind_and_name(resource_id: str, service: str | None, kind: str, name: str | None) -> None:
    assert resource_type(resource_id, service) == kind
    assert name_in(resource_id) == name


def test_the_bill_s_own_type_comes_first() -> None:
    assert resource_type("i-0123456789abcdef0", None, "VirtualMachine") == "VirtualMachine"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("checkout-api-7", "checkout-api"),
        ("checkout-api-7-prod", "checkout-api"),
        ("checkout-api-2f9c", "checkout-api"),
        ("checkout_api.v2", "checkout_api"),
        ("checkout-feed", "checkout-feed"),
        ("prod", "prod"),
        ("2024", "2024"),
    ],
)
def test_siblings_are_called_alike(name: str, short: str) -> None:
    assert stem(name) == short


@pytest.mark.parametrize(
    "name", ["x" + "0" * 900 + "!", "z" + "0a" * 450 + "g", "x" + "-prod" * 190, "0" * 256_000 + "!"]
)
def test_no_name_keeps_the_finder_busy(name: str) -> None:
    began = time.perf_counter()
    stem(name)
    assert time.perf_counter() - began < 0.5


def test_a_bill_may_write_what_a_cloud_calls_by_its_arn() -> None:
    assert aliases("arn:aws:s3:::b") == ("arn:aws:s3:::b", "b")
    assert aliases("arn:aws:ec2:eu-west-1:1:volume/vol-1") == ("arn:aws:ec2:eu-west-1:1:volume/vol-1", "vol-1")
    assert aliases("i-1") == ("i-1",)
