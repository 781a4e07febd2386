"""Bills in a bucket: the same contract over a real S3 protocol, assumed roles, ETags, and what goes wrong there."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest

from fincc.common.testing.aws import post
from fincc.common.testing.connector_contract import ConnectorCase, ConnectorContract, read_delivery
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import (
    BadDelivery,
    DeliveryChanged,
    SourceAuthError,
    SourceNotFound,
    SourceUnavailable,
)

from ...unit.connectors import trees
from ...unit.connectors.bills import Row, amount, as_csv, as_parquet, dates, gz, month, rounded, row, total
from ...unit.connectors.trees import Tree
from .conftest import Put

Layout = Callable[[dict[str, list[Row]]], Tree]
PERIODS = ("2025-12", "2026-01")


def s3_case(put: Put, url: str, location: str, layout: Layout, doubles: bool) -> ConnectorCase:
    months = {period: month(period) for period in PERIODS}
    put(layout(months))

    def spoil() -> tuple[str, int, Decimal]:
        first = months["2026-01"][0]
        was = Decimal(float(amount(first))) if doubles else amount(first)
        first["lineItem/UnblendedCost"] = "nan" if doubles else "n/a"
        put(layout(months))
        return "2026-01", 1 if doubles else 2, rounded(was)

    credits = {p: [r for r in rows if r["lineItem/LineItemType"] == "Credit"] for p, rows in months.items()}
    return ConnectorCase(
        connect=lambda: connectors.create("aws_cur", location, {"endpoint_url": url}),
        billed={p: total(rows, doubles) for p, rows in months.items()},
        credits={p: total(rows, doubles) for p, rows in credits.items()},
        starts={p: {datetime.fromisoformat(r["lineItem/UsageStartDate"]) for r in rows} for p, rows in months.items()},
        spoil=spoil,
    )


class TestLegacyTreeInABucket(ConnectorContract):
    @pytest.fixture
    def case(self, put: Put, moto_url: str) -> ConnectorCase:
        return s3_case(put, moto_url, "s3://bills/P", trees.new_folder_zip, doubles=False)


class TestEmptyPrefixInABucket(ConnectorContract):
    @pytest.fixture
    def case(self, put: Put, moto_url: str) -> ConnectorCase:
        return s3_case(
            put, moto_url, "s3://bills", lambda months: trees.overwritten_gzip(months, prefix=""), doubles=False
        )


class TestDataExportInABucket(ConnectorContract):
    @pytest.fixture
    def case(self, put: Put, moto_url: str) -> ConnectorCase:
        return s3_case(put, moto_url, "s3://bills/P/E/", trees.export_parquet, doubles=True)


def test_a_single_object_is_a_bill(put: Put, moto_url: str) -> None:
    put({"loose/bill.csv": as_csv(month("2026-01")), "loose/bill.csv.gz": gz(as_csv([row()]))})
    connector = connectors.create("aws_cur", "s3://bills/loose/bill.csv", {"endpoint_url": moto_url})
    [delivery] = connector.deliveries()
    assert [f.path for f in delivery.files] == ["loose/bill.csv"]
    assert read_delivery(connector, delivery).billed == total(month("2026-01"))


def test_a_changed_etag_is_another_delivery(put: Put, moto_url: str) -> None:
    connector = connectors.create("aws_cur", "s3://bills", {"endpoint_url": moto_url})
    put({"a/bill.csv": as_csv([row()])})
    [first] = connector.deliveries()
    assert [d.token for d in connector.deliveries()] == [first.token]
    put({"a/bill.csv": as_csv([row(UnblendedCost="2")])})
    [second] = connector.deliveries()
    assert second.token != first.token
    with pytest.raises(DeliveryChanged, match=r"s3://bills/a/bill\.csv was rewritten"):
        list(connector.read(first))


@pytest.mark.parametrize("packed", ["csv", "parquet"])
def test_an_object_rewritten_in_the_middle_of_reading_starts_over(packed: str, put: Put, moto_url: str) -> None:
    rows = [row(ResourceId=f"i-{i**9}") for i in range(2000)]
    pack = {"csv": as_csv, "parquet": lambda r: as_parquet(r, maps=True, row_group=500)}[packed]
    key = f"P/R/{dates('2026-01')}/R-1.{packed}"
    put({f"a.{packed}": pack(rows), key: pack(rows)})
    connector = connectors.create("aws_cur", f"s3://bills/a.{packed}", {"endpoint_url": moto_url})
    [delivery] = connector.deliveries()
    stream = connector._store.open(delivery.files[0])  # type: ignore[attr-defined]
    stream.read(10)
    put({f"a.{packed}": pack(rows[:-1])})
    with pytest.raises(DeliveryChanged):
        list(connector.read(delivery))


def test_a_missing_object_of_a_manifest_is_named(put: Put, s3: Any, moto_url: str) -> None:
    put(trees.overwritten_gzip({"2026-01": month("2026-01")}))
    key = f"P/R/{dates('2026-01')}/R-00002.csv.gz"
    s3.delete_object(Bucket="bills", Key=key)
    connector = connectors.create("aws_cur", "s3://bills/P/R", {"endpoint_url": moto_url})
    [delivery] = connector.deliveries()
    with pytest.raises(BadDelivery, match=f"names {key}, which does not exist"):
        list(connector.read(delivery))


def test_a_role_is_assumed_with_its_external_id(put: Put, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put({"bill.csv": as_csv(month("2026-01"))})
    iam = boto3.client("iam", endpoint_url=moto_url)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}],
    }
    role = iam.create_role(RoleName="billing-reader", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="billing-reader", PolicyName="read", PolicyDocument=json.dumps(allow))
    iam.create_user(UserName="nobody")
    assume = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    iam.put_user_policy(UserName="nobody", PolicyName="assume", PolicyDocument=json.dumps(assume))
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    options = {"endpoint_url": moto_url, "sts_endpoint_url": moto_url}
    post(f"{moto_url}/moto-api/reset-auth", b"0")
    with pytest.raises(SourceAuthError, match=r"access denied \(AccessDenied\); the credentials need s3:ListBucket"):
        connectors.create("aws_cur", "s3://bills/bill.csv", options).deliveries()
    options |= {"role_arn": role, "external_id": "acme"}
    connector = connectors.create("aws_cur", "s3://bills/bill.csv", options)
    [delivery] = connector.deliveries()
    assert read_delivery(connector, delivery).billed == total(month("2026-01"))
    iam_denied = {**options, "role_arn": role.replace("billing-reader", "other")}
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    with pytest.raises(SourceAuthError, match="credentials are not valid"):
        connectors.create("aws_cur", "s3://bills/bill.csv", iam_denied).deliveries()


def test_a_bucket_that_does_not_exist(s3: Any, moto_url: str) -> None:
    connector = connectors.create("aws_cur", "s3://no-such-bucket/P", {"endpoint_url": moto_url})
    with pytest.raises(SourceNotFound, match="there is no such bucket"):
        connector.deliveries()
    assert [(step.step, step.ok) for step in connector.check()] == [("reachable", False)]


def test_no_credentials_at_all(s3: Any, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(SourceAuthError, match="no usable AWS credentials"):
        connectors.create("aws_cur", "s3://bills/P", {"endpoint_url": moto_url}).deliveries()


def test_a_profile_that_does_not_exist(s3: Any, moto_url: str) -> None:
    with pytest.raises(SourceAuthError, match="no usable AWS credentials"):
        connectors.create("aws_cur", "s3://bills/P", {"endpoint_url": moto_url, "profile": "finance"}).deliveries()


def test_nobody_answers(s3: Any) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and listens to nothing
        endpoint = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(SourceUnavailable) as error:
            connectors.create("aws_cur", "s3://bills/P", {"endpoint_url": endpoint}).deliveries()
    assert error.value.retry_after_s > 0


@pytest.fixture
def refusing(s3: Any) -> Iterator[Callable[[int, str], str]]:
    """A store that answers every request with one S3 error."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, code: str) -> str:
        body = f"<Error><Code>{code}</Code><Message>The provided token has expired.</Message></Error>".encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "error", "words"),
    [
        (400, "ExpiredToken", SourceAuthError, "the AWS credentials have expired"),
        (403, "SignatureDoesNotMatch", SourceAuthError, "check key, secret and session token"),
        (403, "AccessDenied", SourceAuthError, "the credentials need s3:ListBucket here"),
        (301, "PermanentRedirect", SourceAuthError, "set the option region"),
    ],
)
def test_what_the_store_refuses_is_said_in_words(
    status: int, code: str, error: type[Exception], words: str, refusing: Callable[[int, str], str]
) -> None:
    connector = connectors.create("aws_cur", "s3://bills/P", {"endpoint_url": refusing(status, code)})
    with pytest.raises(error, match=words) as raised:
        connector.deliveries()
    assert "s3://bills/P" in str(raised.value)
    assert "testing" not in str(raised.value)
