"""A cloud with keys of its own: it is entered with them, and their values come out nowhere."""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import asyncpg
import boto3
import pytest
from sqlalchemy import text

from fincc.common.auth import ALL_PERMISSIONS
from fincc.common.clock import FrozenClock
from fincc.common.keyring import new_key
from fincc.common.stored_secrets import sealed_of
from fincc.common.testing.aws import empty_account, post, running_aws
from fincc.compliance.repository.secrets import of_clouds

from ..conftest import Compliance

REGION = "eu-west-1"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfi"
KEYS = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": SECRET}
CLOUD = {"name": "main", "regions": [REGION], "endpoint_url": "http://127.0.0.1:9", **KEYS}


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    with running_aws() as url:
        yield url


@dataclass
class Recorded:
    """What arrives at AWS on its way there. `keys`: access key and session token of each call; `bodies`: what was asked."""

    url: str = ""
    keys: list[tuple[str, str | None]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


@contextmanager
def recording(behind: str) -> Iterator[Recorded]:
    found = Recorded()

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            found.keys.append((self.headers["authorization"] or "", self.headers["x-amz-security-token"]))
            found.bodies.append(body.decode("latin-1"))
            request = urllib.request.Request(
                behind + self.path, body or None, dict(self.headers.items()), method=self.command
            )
            try:
                with urllib.request.urlopen(request) as answer:
                    self.answer(answer.status, answer.headers["content-type"], answer.read())
            except urllib.error.HTTPError as refused:
                self.answer(refused.code, refused.headers["content-type"], refused.read())

        do_GET = do_POST = pass_on  # noqa: N815

        def answer(self, status: int, kind: str | None, content: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind or "text/xml")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture(autouse=True)
def asked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINCC_SOURCE_NETWORKS", "127.0.0.0/8")


@pytest.fixture
def aws(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    """An account that asks for rights; the environment has no credentials."""
    empty_account(moto_url, monkeypatch)
    with recording(moto_url) as recorded:
        yield recorded


def a_user(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Keys of one who may do anything; from now on rights are asked for, and the environment has none."""
    iam = boto3.client("iam", endpoint_url=moto_url)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.create_user(UserName="finder")
    iam.put_user_policy(UserName="finder", PolicyName="all", PolicyDocument=json.dumps(allow))
    key = iam.create_access_key(UserName="finder")["AccessKey"]
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    post(f"{moto_url}/moto-api/reset-auth", b"0")
    return {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}


async def add(compliance: Compliance, **change: Any) -> dict[str, Any]:
    return dict(await compliance.ask("POST", "inventories", 201, json={**CLOUD, **change}))


async def change(compliance: Compliance, cloud: dict[str, Any], /, status: int = 200, **given: Any) -> dict[str, Any]:
    return dict(await compliance.ask("PATCH", f"inventories/{cloud['id']}", status, json=given))


async def rotate(compliance: Compliance, status: int = 200) -> dict[str, Any]:
    return dict(await compliance.ask("POST", "secret-rotations", status))


async def opened(compliance: Compliance, cloud: dict[str, Any]) -> dict[str, str]:
    """What the scanner gets."""
    async with compliance.resources.database.read() as session:
        return await of_clouds.open_all(session, compliance.resources.keyring, cloud["id"])


async def rows_of(compliance: Compliance) -> list[Any]:
    async with compliance.resources.database.read() as session:
        return await session.all(text("select * from inventory_secrets order by inventory_id, field"))


async def dump(dsn: str) -> str:
    """All that the database has, as text; binary columns also as the text they hold."""
    connection = await asyncpg.connect(dsn)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'compliance'")
    assert {"inventory_secrets", "inventories", "audit"} <= {t["tablename"] for t in tables}
    found = []
    for table in tables:
        for row in await connection.fetch(f'select * from compliance."{table["tablename"]}"'):
            found += [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row.values()]
    await connection.close()
    return "\n".join(found)


async def test_a_cloud_is_listed_with_its_own_keys(
    compliance: Compliance, moto_url: str, aws: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("ec2", endpoint_url=moto_url, region_name=REGION).create_volume(AvailabilityZone=f"{REGION}a", Size=1)
    keys = a_user(moto_url, monkeypatch)
    body = {**CLOUD, "endpoint_url": aws.url, **keys}
    checked = await compliance.ask("POST", "inventory-checks", json={**body, **dict.fromkeys(keys)})
    assert not checked["ok"], "the environment has no credentials"
    checked = await compliance.ask("POST", "inventory-checks", json=body)
    assert checked["ok"], checked
    aws.keys.clear()
    await compliance.ask("POST", "inventories", 201, json=body)
    await compliance.job("list clouds")
    (cloud,) = (await compliance.get("inventories"))["items"]
    assert cloud["resources"] >= 1
    failed = [s["step"] for s in cloud["steps"] if not s["ok"]]
    assert all("lambda" in step for step in failed), "the one service whose signatures this server does not check right"
    assert len(aws.keys) > 5
    assert all(f"Credential={keys['access_key_id']}/" in sent for sent, _ in aws.keys)


async def test_the_role_is_assumed_with_the_own_keys_and_the_external_id(
    compliance: Compliance, moto_url: str, aws: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    iam = boto3.client("iam", endpoint_url=moto_url)
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(allow))
    iam.put_role_policy(RoleName="reader", PolicyName="all", PolicyDocument=json.dumps(allow))
    keys = a_user(moto_url, monkeypatch)
    cloud = await add(compliance, endpoint_url=aws.url, role_name="reader", external_id="acme-7", **keys)
    await compliance.job("list clouds")
    assumed = [i for i, asked in enumerate(aws.bodies) if "Action=AssumeRole" in asked]
    assert len(assumed) == 1
    assert "ExternalId=acme-7" in aws.bodies[assumed[0]]
    assert f"Credential={keys['access_key_id']}/" in aws.keys[assumed[0]][0]
    after = aws.keys[assumed[0] + 1 :]
    assert after
    assert all(keys["access_key_id"] not in sent and token for sent, token in after), "then with those of the role"
    assert [s["field"] for s in cloud["secrets"]] == ["external_id", "secret_access_key"]


async def test_an_external_id_that_aws_refuses_is_not_repeated(
    compliance: Compliance, moto_url: str, aws: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS says what is wrong with the value by showing it."""

    class Refusing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"])).decode()
            if "Action=AssumeRole" in asked:
                status, says = (
                    400,
                    "<Error><Code>ValidationError</Code><Message>Value 'acme 7' is bad</Message></Error>",
                )
                content = f"<ErrorResponse>{says}</ErrorResponse>".encode()
            else:
                status = 200
                content = (
                    b"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>"
                    b"</GetCallerIdentityResult></GetCallerIdentityResponse>"
                )
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        body = {**CLOUD, "endpoint_url": url, "role_name": "reader", "external_id": "acme 7"}
        checked = await compliance.ask("POST", "inventory-checks", json=body)
        server.shutdown()
    assert checked["steps"][-1]["detail"].endswith("Value '…' is bad; an external id was given")
    assert "acme" not in str(checked)


async def test_what_is_set_is_told_with_its_time_and_never_its_value(compliance: Compliance) -> None:
    added = await add(compliance)
    assert added["access_key_id"] == "AKIAEXAMPLE"
    assert added["secrets"] == [{"field": "secret_access_key", "set_at": "2026-11-21T09:30:00Z"}]
    listed = await compliance.ask("GET", "inventories")
    assert listed["items"] == [added]
    assert SECRET not in str(listed)
    assert await opened(compliance, added) == {"secret_access_key": SECRET}


async def test_what_is_not_sent_stays_what_is_sent_is_replaced_and_what_is_empty_goes(
    compliance: Compliance, clock: FrozenClock
) -> None:
    cloud = await add(compliance, session_token="first-token")
    clock.advance(timedelta(days=1))
    changed = await change(compliance, cloud, session_token="second-token")
    assert changed["secrets"] == [
        {"field": "secret_access_key", "set_at": "2026-11-21T09:30:00Z"},
        {"field": "session_token", "set_at": "2026-11-22T09:30:00Z"},
    ]
    assert await opened(compliance, cloud) == {"secret_access_key": SECRET, "session_token": "second-token"}
    assert [s["field"] for s in (await change(compliance, cloud, session_token=""))["secrets"]] == ["secret_access_key"]
    assert (await change(compliance, cloud, paused=True))["access_key_id"] == "AKIAEXAMPLE"
    both = await change(compliance, cloud, access_key_id="AKIANEWER", secret_access_key="newer", paused=False)
    assert (both["access_key_id"], both["paused"]) == ("AKIANEWER", False)
    assert await opened(compliance, cloud) == {"secret_access_key": "newer"}
    gone = await change(compliance, cloud, access_key_id=None, secret_access_key="", profile="audit")
    assert (gone["access_key_id"], gone["profile"], gone["secrets"]) == (None, "audit", [])
    assert await rows_of(compliance) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secret_access_key": ""}, "access_key_id and secret_access_key go together"),
        ({"profile": "finance"}, "access_key_id and profile exclude each other"),
        ({"session_token": "to\nken"}, "has a sign that no key has"),
        ({"endpoint_url": "http://evil.example"}, "Extra inputs are not permitted"),
        ({"role_name": "admin"}, "Extra inputs are not permitted"),
        ({"secret_access_key": [SECRET]}, "Input should be a valid string"),
    ],
)
async def test_a_change_that_is_refused_changes_nothing_and_shows_no_secret(
    compliance: Compliance, given: dict[str, Any], said: str
) -> None:
    cloud = await add(compliance)
    problem = await change(compliance, cloud, 422, **given, paused=True)
    assert said in str(problem)
    assert SECRET not in str(problem)
    assert "ken" not in str(problem).replace("session_token", "")
    assert (await compliance.get("inventories"))["items"] == [cloud]
    assert await opened(compliance, cloud) == {"secret_access_key": SECRET}


@pytest.mark.parametrize("path", ["inventories", "inventory-checks"])
async def test_keys_that_do_not_go_together_are_refused_before_anything_is_asked(
    compliance: Compliance, path: str
) -> None:
    problem = await compliance.ask("POST", path, 422, json={**CLOUD, "access_key_id": None})
    assert "access_key_id and secret_access_key go together" in str(problem)
    assert SECRET not in str(problem)


async def test_secrets_go_with_their_cloud(compliance: Compliance) -> None:
    cloud, other = await add(compliance), await add(compliance, name="other")
    await compliance.ask("DELETE", f"inventories/{cloud['id']}", 204)
    assert [row["inventory_id"] for row in await rows_of(compliance)] == [other["id"]]


async def test_a_row_copied_to_another_cloud_does_not_open_and_the_scan_says_so(compliance: Compliance) -> None:
    cloud, other = await add(compliance), await add(compliance, name="other", secret_access_key="of-the-other")
    [row] = [r for r in await rows_of(compliance) if r["inventory_id"] == cloud["id"]]
    async with compliance.resources.database.write() as session:
        await of_clouds.upsert(session, other["id"], "secret_access_key", sealed_of(row), row["set_at"])
    await compliance.job("list clouds")
    shown = {c["name"]: c for c in (await compliance.get("inventories"))["items"]}
    [step] = shown["other"]["steps"]
    assert (shown["other"]["state"], step["step"], step["ok"]) == ("failed", "secrets", False)
    assert step["detail"].startswith("secret secret_access_key: it does not open")
    assert shown["main"]["steps"][0]["step"] == "credentials"


async def test_without_a_key_a_cloud_with_secrets_is_refused_and_one_without_is_not(compliance: Compliance) -> None:
    async with compliance.with_keys() as without:
        problem = await without.ask("POST", "inventories", 422, json=CLOUD)
        assert problem["type"] == "urn:fincc:problem:no-secret-key"
        assert "set FINCC_SECRET_KEYS or FINCC_SECRET_KEYS_FILE" in problem["detail"]
        assert SECRET not in str(problem)
        assert (await without.get("inventories"))["items"] == []
        cloud = await add(without, **dict.fromkeys(KEYS))
        await change(without, cloud, 422, **KEYS)
        assert (await rotate(without, 422))["type"] == "urn:fincc:problem:no-secret-key"


async def test_a_rotation_wraps_every_secret_and_the_old_key_can_be_removed(compliance: Compliance) -> None:
    old, new = new_key(), new_key()
    async with compliance.with_keys(old) as before:
        first = await add(before, session_token="token")
        await add(before, name="other")
    stored = await rows_of(compliance)
    key_id = new.partition(":")[0]
    async with compliance.with_keys(new, old) as both:
        await add(both, name="third")
        assert await rotate(both) == {"key_id": key_id, "secrets": 4, "rewrapped": 3}
        assert await rotate(both) == {"key_id": key_id, "secrets": 4, "rewrapped": 0}
    rows = await rows_of(compliance)
    assert {row["key_id"] for row in rows} == {key_id}
    kept = {(r["inventory_id"], r["field"]): (r["ciphertext"], r["set_at"]) for r in rows}
    assert all(kept[r["inventory_id"], r["field"]] == (r["ciphertext"], r["set_at"]) for r in stored)
    async with compliance.with_keys(new) as after:
        assert await opened(after, first) == {"secret_access_key": SECRET, "session_token": "token"}


async def test_a_rotation_that_cannot_take_all_takes_none_and_names_what_is_in_its_way(compliance: Compliance) -> None:
    lost, old, new = new_key(), new_key(), new_key()
    for name, key in (("main", old), ("elsewhere", lost)):
        async with compliance.with_keys(key) as service:
            await add(service, name=name)
    before = await rows_of(compliance)
    async with compliance.with_keys(new, old) as both:
        problem = await rotate(both, 409)
    missing = lost.partition(":")[0]
    assert problem["detail"].startswith(
        f"cloud elsewhere, secret secret_access_key: its key '{missing}' is not configured"
    )
    assert await rows_of(compliance) == before


async def test_only_who_may_operate_rotates_and_only_who_may_write_changes(compliance: Compliance) -> None:
    cloud = await add(compliance)
    without = ALL_PERMISSIONS - {"operations:write"}
    await compliance.ask("POST", "secret-rotations", 403, permissions=without)
    without = ALL_PERMISSIONS - {"findings:write"}
    body = {"external_id": "x"}
    await compliance.ask("PATCH", f"inventories/{cloud['id']}", 403, permissions=without, json=body)


async def test_no_secret_is_left_in_logs_answers_the_record_or_the_database(
    compliance: Compliance, compliance_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "botocore")  # as in `telemetry.set_up`: its own DEBUG lines show headers
    said = []
    cloud = await add(compliance, external_id="hush-id", role_name="reader")
    said += [cloud, await change(compliance, cloud, secret_access_key="hush-second", session_token="hush-token")]
    await compliance.job("list clouds")
    said += [await compliance.get("inventories"), await rotate(compliance)]
    said.append(await change(compliance, cloud, access_key_id=None, secret_access_key=None, session_token=None))
    said.append(entries := (await compliance.get("audit", limit=200))["items"])
    assert any(e["action"] == "secret.rotated" for e in entries)
    created, replaced, removed = sorted((e for e in entries if e["object_id"] == cloud["id"]), key=lambda e: e["seq"])
    assert [e["action"] for e in (created, replaced, removed)] == [
        "cloud.created",
        "cloud.access_changed",
        "cloud.access_changed",
    ]
    assert (created["after"]["secret_access_key"], created["after"]["external_id"]) == ("set", "set")
    assert replaced["after"] == {"name": "main", "secret_access_key": "replaced", "session_token": "set"}
    assert removed["before"] == {"name": "main", "access_key_id": "AKIAEXAMPLE"}
    gone = {"access_key_id": None, "secret_access_key": "removed", "session_token": "removed"}
    assert removed["after"] == {"name": "main", **gone}
    places = {"answers": str(said), "logs": caplog.text, "database": await dump(compliance_dsn)}
    values = [SECRET, "hush-id", "hush-second", "hush-token"]
    assert [(where, v) for where, content in places.items() for v in values if v in content] == []
    assert "AKIAEXAMPLE" in places["database"], "what is no secret is there"
