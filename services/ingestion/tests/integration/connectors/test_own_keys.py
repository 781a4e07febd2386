"""A source with keys of its own: it gets in with them, wrong ones are said, and no trace of them is left anywhere."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from fincc.common.clock import FrozenClock
from fincc.common.testing.aws import post
from fincc.common.testing.connector_contract import read_delivery
from fincc.ingestion import connectors
from fincc.ingestion.connectors.base import SourceAuthError
from fincc.ingestion.usecases import jobs
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.sources import connect

from ...conftest import Reader
from ...unit.connectors import trees
from ...unit.connectors.bills import as_csv, month, total
from ..asking import Asker
from ..conftest import asking
from ..test_secrets import API, dump
from .clouds import OWN, client_of, put_values, resource, series_of
from .conftest import Put
from .test_cloudwatch import START, read
from .test_cloudwatch import source as cloudwatch


@pytest.fixture
def keys(account: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Keys of a user who may do anything. The environment has none, and from now on rights are asked for."""
    iam = boto3.client("iam", endpoint_url=account)
    iam.create_user(UserName="bills")
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="bills", PolicyName="all", PolicyDocument=json.dumps(allow))
    key = iam.create_access_key(UserName="bills")["AccessKey"]
    return {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}


def no_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    post(f"{url}/moto-api/reset-auth", b"0")


def role(url: str) -> str:
    iam = boto3.client("iam", endpoint_url=url)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    anyone = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
    trust = {"Version": "2012-10-17", "Statement": [anyone]}
    arn = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=json.dumps(allow))
    return str(arn)


@pytest.mark.parametrize("kind", ["aws_cur", "focus_file"])
def test_a_source_with_its_own_keys_reaches_its_bucket(
    kind: str, put: Put, account: str, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put({"bill.csv": as_csv(month("2026-01"))})
    no_environment(account, monkeypatch)
    without = connectors.create(kind, "s3://bills/bill.csv", {"endpoint_url": account})
    with pytest.raises(SourceAuthError, match="give the source keys of its own"):
        without.deliveries()
    source = connectors.create(kind, "s3://bills/bill.csv", {"endpoint_url": account, **keys})
    step = next(source.check())
    assert (step.step, step.ok) == ("reachable", True)
    if kind == "aws_cur":
        [delivery] = source.deliveries()
        assert read_delivery(source, delivery).billed == total(month("2026-01"))


@pytest.mark.parametrize(
    "wrong",
    [{"access_key_id": "AKIAUNKNOWNUNKNOWN00"}, {"secret_access_key": "not-the-secret"}, {"session_token": "x"}],
)
def test_wrong_keys_are_said_and_not_shown(
    wrong: dict[str, str], put: Put, account: str, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put({"bill.csv": as_csv(month("2026-01"))})
    no_environment(account, monkeypatch)
    given = {**keys, **wrong}
    source = connectors.create("aws_cur", "s3://bills/bill.csv", {"endpoint_url": account, **given})
    with pytest.raises(SourceAuthError, match=r"s3://bills/bill.csv: .*credentials are not valid.*check key") as error:
        source.deliveries()
    assert given["secret_access_key"] not in str(error.value)
    assert [s.ok for s in source.check()] == [False]


def test_metrics_are_asked_for_with_the_keys_of_their_source(
    account: str, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_values(client_of(account), series_of([resource(1)]), START, [3, 4])
    no_environment(account, monkeypatch)
    assert read(cloudwatch(account, **keys), [resource(1)]).keys() == {OWN}
    with pytest.raises(SourceAuthError, match="credentials are not valid"):
        read(cloudwatch(account, **{**keys, "secret_access_key": "wrong"}), [resource(1)])


@dataclass
class Life:
    """A source from being added to its end, and all that was answered meanwhile."""

    asker: Asker
    context: Context
    clock: FrozenClock
    said: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.asker.send(method, f"{API}/{path}", body)
        self.said.append(answer.text)
        return answer.json()

    async def ingest(self) -> dict[str, Any]:
        self.clock.advance(timedelta(minutes=1))
        await self.ask("POST", "sources/aws/ingest", {"now": True})
        while await jobs.work(self.context, connect):
            pass
        return dict(await self.ask("GET", "sources/aws"))

    async def lead(self, source: dict[str, Any], wrong: dict[str, str]) -> None:
        """Checked, planned, added, read in a process of its own, given wrong keys, and refused with them."""
        for path in ("checks", "plans", "sources"):
            await self.ask("POST", path, source)
        assert (await self.ask("POST", "sources/aws/check"))["ok"] is True
        shown = await self.ingest()
        assert shown["state"] == "ok"
        assert [s["field"] for s in shown["secrets"]] == ["external_id", "secret_access_key"]
        await self.ask("PATCH", "sources/aws", {"options": {**wrong, "role_arn": "", "external_id": ""}})
        await self.ask("POST", "sources/aws/plan", {})
        await self.ask("POST", "secret-rotations")
        shown = await self.ingest()
        assert shown["state"] == "failing"
        for path in ("sources", "runs", "kinds", f"jobs/{shown['last_run']['job_id']}"):
            await self.ask("GET", path)


async def test_no_secret_is_left_in_logs_answers_messages_files_or_the_database(
    put: Put,
    account: str,
    keys: dict[str, str],
    context: Context,
    clock: FrozenClock,
    ingestion_dsn: str,
    reader: Reader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "botocore")  # as in `telemetry.set_up`: its own DEBUG lines show headers
    caplog.set_level(logging.WARNING, "moto")  # the other side
    put(trees.export_parquet({"2026-01": month("2026-01")}))
    arn = role(account)
    no_environment(account, monkeypatch)
    options = {"endpoint_url": account, "sts_endpoint_url": account, "role_arn": arn, "external_id": "the-external-id"}
    source = {"kind": "aws_cur", "name": "aws", "location": "s3://bills/P/E/", "options": {**options, **keys}}
    wrong = {"secret_access_key": "a-wrong-secret-key", "session_token": "a-session-token"}

    context = replace(context, settings=context.settings.model_copy(update={"read_apart_bytes": 0}))
    async with asking(context) as asker:
        life = Life(asker, context, clock)
        await life.lead(source, wrong)

    files = b"".join(f.read_bytes() for f in (tmp_path / "objects").rglob("*") if f.is_file())
    messages = b"".join(m.SerializeToString() for m in reader.messages)
    assert len(files) > 1000
    assert len(messages) > 1000
    places = {
        "answers": "\n".join(life.said),
        "logs": caplog.text,
        "database": await dump(ingestion_dsn),
        "files": files.decode("latin-1"),
        "messages": messages.decode("latin-1"),
    }
    values = [keys["secret_access_key"], "the-external-id", *wrong.values()]
    assert [(where, n) for where, content in places.items() for n, value in enumerate(values) if value in content] == []
    assert all(keys["access_key_id"] in places[where] for where in ("answers", "database")), (
        "what is no secret is there"
    )
