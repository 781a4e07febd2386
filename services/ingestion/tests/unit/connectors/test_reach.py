"""Where the options of a source may send us, with the real client and servers on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from fincc.ingestion import connectors
from fincc.ingestion.connectors.aws import client as aws
from fincc.ingestion.connectors.base import SourceAuthError, SourceUnavailable
from fincc.ingestion.connectors.cloudwatch.client import CloudWatch
from fincc.ingestion.connectors.cloudwatch.config import CloudWatchConfig

pytestmark = pytest.mark.slow

KEYS = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": "secret", "region": "us-east-1"}
DAY = datetime(2026, 1, 1, tzinfo=UTC)
ROLE = "arn:aws:iam::111122223333:role/finops"
EMPTY = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
Resolve = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(autouse=True)
def nothing_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FINCC_SOURCE_NETWORKS", raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)


@contextmanager
def served(host: str, status: int = 200, **headers: str) -> Iterator[tuple[int, list[str]]]:
    """(port, paths that were asked for) of a server that answers all alike."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # one connection, and so one look at the name

        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(EMPTY))}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(EMPTY)

        do_POST = do_GET  # noqa: N815 - the server's name for it

        def log_message(self, *_: Any) -> None:
            return None

    with ThreadingHTTPServer((host, 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], asked
        server.shutdown()


def periods(url: str, **options: str) -> list[str]:
    source = connectors.create("aws_cur", "s3://bills/P/", {**KEYS, "endpoint_url": url, **options})
    return [d.billing_period for d in source.deliveries()]


def leads_to(*addresses: str) -> Resolve:
    """A name server that gives the next address each time it is asked for store.example."""
    real, left = socket.getaddrinfo, list(addresses)

    def resolve(host: Any, port: Any, *rest: Any, **named: Any) -> list[tuple[Any, ...]]:
        if host == "store.example":
            host = left.pop(0) if len(left) > 1 else left[0]
        return real(host, port, *rest, **named)

    return resolve


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254", "http://[fe80::1]", "http://[::ffff:169.254.169.254]/", "https://169.254.170.2:80"],
)
@pytest.mark.parametrize("option", ["endpoint_url", "sts_endpoint_url"])
def test_a_source_at_a_link_local_address_is_refused_when_it_is_added(url: str, option: str) -> None:
    with pytest.raises(ValueError, match=rf"(?s){option}.*is never asked"):
        connectors.create("aws_cur", "s3://bills/P", {option: url})
    with pytest.raises(ValueError, match=rf"(?s){option}.*is never asked"):
        connectors.create_source("cloudwatch", "aws://all", {option: url})


@pytest.mark.parametrize("written", ["2852039166", "0xa9fea9fe", "169.254.43518"])
def test_a_link_local_address_in_disguise_is_refused_when_it_is_asked(written: str) -> None:
    with pytest.raises(SourceAuthError, match="is never asked"):
        periods(f"http://{written}")


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "127.1", "[::1]", "0"])
def test_this_machine_is_not_asked_unless_it_is_allowed(name: str) -> None:
    with (
        served("127.0.0.1") as (port, asked),
        pytest.raises(SourceAuthError, match=r"FINCC_SOURCE_NETWORKS|never asked"),
    ):
        periods(f"http://{name}:{port}")
    assert asked == []


def test_a_private_store_is_read_once_its_network_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINCC_SOURCE_NETWORKS", "127.0.0.0/8")
    with served("127.0.0.1") as (port, asked):
        assert periods(f"http://127.0.0.1:{port}") == []
    assert asked


def test_a_name_that_leads_elsewhere_after_the_check_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: public when it is looked up first, this machine when the connection is made."""
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("93.184.215.14", "127.0.0.1"))
    with served("127.0.0.1") as (port, asked), pytest.raises(SourceAuthError, match=r"store\.example \(127\.0\.0\.1\)"):
        periods(f"http://store.example:{port}")
    assert asked == []


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked up twice, in the check and for the connection; a third answer would lead to the forbidden one."""
    monkeypatch.setenv("FINCC_SOURCE_NETWORKS", "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("127.0.0.1", "127.0.0.1", "127.0.0.2"))
    with served("127.0.0.1") as (port, asked):
        assert periods(f"http://store.example:{port}") == []
    assert asked


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_store_that_redirects_is_not_followed_to_what_is_refused(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINCC_SOURCE_NETWORKS", "127.0.0.1")
    with served("127.0.0.2") as (inner, asked_inside):
        to = {"Location": f"http://127.0.0.2:{inner}/latest/meta-data", "x_amz_bucket_region": "127.0.0.2"}
        with served("127.0.0.1", status, **to) as (port, asked), pytest.raises((SourceAuthError, SourceUnavailable)):
            periods(f"http://127.0.0.1:{port}")
    assert asked
    assert asked_inside == []


def test_a_role_is_assumed_only_where_one_may_go() -> None:
    with served("127.0.0.1") as (port, asked):
        options = {**KEYS, "role_arn": ROLE, "sts_endpoint_url": f"http://127.0.0.1:{port}"}
        source = connectors.create("aws_cur", "s3://bills/P", options)
        with pytest.raises(SourceAuthError, match="FINCC_SOURCE_NETWORKS"):
            source.deliveries()
    assert asked == []


@pytest.mark.parametrize("option", ["endpoint_url", "sts_endpoint_url"])
def test_metrics_are_asked_only_where_one_may_go(option: str) -> None:
    with served("127.0.0.1") as (port, asked):
        config = CloudWatchConfig(
            location="aws://us-east-1",
            access_key_id="AKIAEXAMPLE",
            secret_access_key="secret",
            **{option: f"http://127.0.0.1:{port}"},
        )
        client = CloudWatch(config)
        if option == "endpoint_url":
            client.__dict__["own_account"] = "111122223333"
        with pytest.raises(SourceAuthError, match="FINCC_SOURCE_NETWORKS"):
            client.read("111122223333", "us-east-1", [], DAY, DAY, 60)
    assert asked == []


def test_aws_itself_may_have_private_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """As through an endpoint of a VPC: nobody typed that name."""
    config = CloudWatchConfig(location="aws://us-east-1", access_key_id="AKIAEXAMPLE", secret_access_key="secret")
    session = aws.open_session(config, "us-east-1")
    client = CloudWatch(config)
    client.__dict__["own_account"] = "111122223333"
    pools = client._client("111122223333", "us-east-1")._endpoint.http_session._pool_classes_by_scheme
    assert pools == session.client("cloudwatch")._endpoint.http_session._pool_classes_by_scheme
