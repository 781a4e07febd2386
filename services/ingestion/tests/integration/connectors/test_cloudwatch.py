"""CloudWatch over its real protocol: the contract of metrics, other accounts through a role, and the least rights."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
import pytest

from fincc.common.testing.aws import post
from fincc.common.testing.metric_contract import MetricCase, MetricContract
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import SourceAuthError, SourceUnavailable
from fincc.ingestion.connectors.cloudwatch import CloudWatch, mapping
from fincc.ingestion.connectors.cloudwatch.client import RIGHT
from fincc.ingestion.connectors.metrics import BilledResource, to_batch

from .clouds import OTHER, OWN, REGION, ROLE, client_of, put_values, resource, series_of

START = datetime(2026, 11, 20, tzinfo=UTC)
DOCUMENT = Path(__file__).parents[5] / "docs/howto/cloudwatch-metrics.md"


def source(url: str, **options: object) -> CloudWatch:
    made = connectors.create_source(
        "cloudwatch", "aws://all", {"endpoint_url": url, "sts_endpoint_url": url, **options}
    )
    assert isinstance(made, CloudWatch)
    return made


class TestCloudWatch(MetricContract):
    @pytest.fixture
    def case(self, account: str, monkeypatch: pytest.MonkeyPatch) -> MetricCase:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-nobody")
        monkeypatch.setattr(mapping, "QUERIES_PER_CALL", 3)
        wanted = series_of([resource(1), resource(2)])
        values = put_values(client_of(account), wanted, START, [0, 1, 5, 23, 24, 30, 47])
        put_values(client_of(account), wanted, START, [-1, 48])  # of the days before and after
        return MetricCase(
            connect=lambda: source(account),
            wanted=wanted,
            to_batch=to_batch,
            start=START,
            values=values,
            secrets=["a-secret-of-nobody"],
        )


def read(made: CloudWatch, resources: Sequence[BilledResource]) -> dict[str, int]:
    """Values per account."""
    wanted = series_of(resources)
    batch = to_batch(wanted, list(made.read(wanted, START, START + timedelta(days=1), START + timedelta(days=3))))
    accounts = batch.column("SubAccountId").to_pylist()
    return {a: accounts.count(a) for a in set(accounts)}


def test_other_accounts_are_read_through_their_role(account: str) -> None:
    for number in (OWN, OTHER):
        put_values(client_of(account, number), series_of([resource(1, number)]), START, [3, 4])
    made = source(account, role_name=ROLE, external_id="acme")
    assert read(made, [resource(1), resource(1, OTHER)]) == {OWN: 8, OTHER: 8}
    with pytest.raises(SourceAuthError, match=f"account {OTHER}: .* give the option role_name"):
        read(source(account), [resource(1, OTHER)])


def test_a_check_says_step_by_step_what_is_missing(account: str) -> None:
    steps = list(source(account).check([], START))
    assert [(s.step, s.ok) for s in steps] == [("resources", False)]
    assert "bring in a bill first" in steps[0].detail
    steps = list(source(account).check([resource(1), resource(2)], START))
    assert [(s.step, s.ok) for s in steps] == [("resources", True), ("credentials", True), ("metrics", True)]
    assert steps[0].detail == "2 resources in 1 accounts, from the bill"
    steps = list(source(account).check([resource(1, OTHER)], START))
    assert [(s.step, s.ok) for s in steps] == [("resources", True), ("credentials", True), ("metrics", False)]


def test_the_policy_of_the_documentation_is_enough_and_needed(account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = re.findall(r"```json\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)[0]
    assert {a for s in json.loads(policy)["Statement"] for a in s["Action"]} == {RIGHT, "sts:GetCallerIdentity"}
    policy = policy.replace("cloudwatch:", "monitoring:")  # the server here names rights after the signature's service
    iam = boto3.client("iam", endpoint_url=account)
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    post(f"{account}/moto-api/reset-auth", b"0")
    with pytest.raises(SourceAuthError, match=rf"account {OWN} in {REGION}.*need cloudwatch:GetMetricData") as error:
        read(source(account), [resource(1)])
    assert key["SecretAccessKey"] not in str(error.value)
    post(f"{account}/moto-api/reset-auth", b"1000000000")
    iam.put_user_policy(UserName="reader", PolicyName="metrics", PolicyDocument=policy)
    post(f"{account}/moto-api/reset-auth", b"0")
    assert read(source(account), [resource(1)]) == {}


@dataclass
class Busy:
    """Stands before the real address and turns the first questions away."""

    behind: str
    turns_away: int
    asked: int = 0

    def handler(self) -> type[BaseHTTPRequestHandler]:
        busy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                busy.asked += 1
                if busy.asked <= busy.turns_away:
                    self.send_response(503)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                request = urllib.request.Request(busy.behind + self.path, body, dict(self.headers))
                with urllib.request.urlopen(request) as answer:
                    content = answer.read()
                    self.send_response(answer.status)
                    for name in ("Content-Type", "Smithy-Protocol"):
                        if answer.headers[name]:
                            self.send_header(name, answer.headers[name])
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                return None

        return Handler


@pytest.fixture
def busy(account: str) -> Iterator[tuple[Busy, str]]:
    busy = Busy(account, turns_away=2)
    server = ThreadingHTTPServer(("127.0.0.1", 0), busy.handler())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield busy, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_who_is_turned_away_asks_again_after_a_while(account: str, busy: tuple[Busy, str]) -> None:
    put_values(client_of(account), series_of([resource(1)]), START, [3])
    before, url = busy
    assert read(source(account, endpoint_url=url), [resource(1)]) == {OWN: 4}
    assert before.asked == 3


def test_an_address_where_nobody_answers_is_tried_again_later() -> None:
    with pytest.raises((SourceUnavailable, SourceAuthError)):
        read(source("http://127.0.0.1:9"), [resource(1)])
