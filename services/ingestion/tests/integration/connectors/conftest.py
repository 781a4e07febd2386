"""A store that speaks S3, IAM and STS on this machine."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

Put = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def account(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty account; the environment has credentials for it."""
    post(f"{moto_url}/moto-api/reset-auth", b"1000000000")
    post(f"{moto_url}/moto-api/reset")
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    }.items():
        monkeypatch.setenv(name, value)
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


def post(url: str, data: bytes = b"") -> None:
    headers = {"Content-Type": "text/plain"}  # otherwise the body is taken for a form
    urllib.request.urlopen(urllib.request.Request(url, data, headers, method="POST")).close()
