"""A store that speaks S3, IAM and STS on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from fincc.common.testing.aws import empty_account, running_aws

Put = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with running_aws() as url:
        yield url


@pytest.fixture
def account(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty account; the environment has credentials for it."""
    empty_account(moto_url, monkeypatch)
    return moto_url


@pytest.fixture
def s3(account: str) -> Any:
    """A bucket named bills."""
    client = boto3.client("s3", endpoint_url=account)
    client.create_bucket(Bucket="bills")
    return client


@pytest.fixture
def put(s3: Any) -> Put:
    def put_all(tree: dict[str, bytes]) -> None:
        for key, data in tree.items():
            s3.put_object(Bucket="bills", Key=key, Body=data)

    return put_all
