"""Secrets of sources: they go in, they are used, and their values come out nowhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from fincc.common.auth import ALL_PERMISSIONS
from fincc.common.clock import FrozenClock
from fincc.common.keyring import Keyring, new_key
from fincc.common.stored_secrets import sealed_of
from fincc.ingestion.connectors.base import SourceAuthError
from fincc.ingestion.repository import sources
from fincc.ingestion.repository.secrets import of_sources
from fincc.ingestion.usecases import jobs
from fincc.ingestion.usecases import sources as source_cases
from fincc.ingestion.usecases.context import Context

from ..unit.connectors.focus_bills import as_csv, focus_row
from .asking import Asker
from .conftest import asking

API = "/api/ingestion/v1"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfi"
OPTIONS = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": SECRET, "endpoint_url": "http://127.0.0.1:9"}
BUCKET = {"kind": "focus_file", "name": "bucket", "location": "s3://bills/P", "options": OPTIONS}


async def add(asker: Asker, **change: Any) -> dict[str, Any]:
    answer = await asker.send("POST", f"{API}/sources", {**BUCKET, **change})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def patch(asker: Asker, **options: Any) -> dict[str, Any]:
    answer = await asker.send("PATCH", f"{API}/sources/bucket", {"options": options})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def opened(context: Context, name: str = "bucket") -> dict[str, str | None]:
    """What the connector gets."""
    source = await source_cases.get_source(context, name)
    config = (await source_cases.connect(context, source)).config
    found = {field: getattr(config, field) for field in ("secret_access_key", "session_token", "external_id")}
    return {field: value.get_secret_value() for field, value in found.items() if value is not None}


async def rows_of(context: Context) -> list[Any]:
    async with context.database.read() as session:
        return await session.all(text("select * from source_secrets order by source_id, field"))


async def dump(dsn: str) -> str:
    """All that the database has, as text; binary columns also as the text they hold."""
    connection = await asyncpg.connect(dsn)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'ingestion'")
    assert {"source_secrets", "sources", "jobs", "outbox"} <= {t["tablename"] for t in tables}
    found = []
    for table in tables:
        for row in await connection.fetch(f'select * from ingestion."{table["tablename"]}"'):
            found += [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row.values()]
    await connection.close()
    return "\n".join(found)


async def test_what_is_set_is_told_with_its_time_and_never_its_value(asker: Asker, clock: FrozenClock) -> None:
    added = await add(asker)
    assert added["options"] == {k: v for k, v in OPTIONS.items() if k != "secret_access_key"}
    assert added["secrets"] == [{"field": "secret_access_key", "set_at": "2026-11-24T12:00:00Z"}]
    for path in ("sources", "sources/bucket", f"sources/{added['id']}"):
        answer = await asker.send("GET", f"{API}/{path}")
        assert SECRET not in answer.text
        assert "secret_access_key" in answer.text


async def test_a_secret_reaches_the_connector(asker: Asker, context: Context) -> None:
    await add(asker)
    assert await opened(context) == {"secret_access_key": SECRET}


async def test_what_is_not_sent_stays_what_is_sent_is_replaced_and_what_is_empty_goes(
    asker: Asker, context: Context, clock: FrozenClock
) -> None:
    await add(asker, options={**OPTIONS, "session_token": "first-token"})
    clock.at = clock.at.replace(day=25)
    changed = await patch(asker, session_token="second-token")
    assert changed["secrets"] == [
        {"field": "secret_access_key", "set_at": "2026-11-24T12:00:00Z"},
        {"field": "session_token", "set_at": "2026-11-25T12:00:00Z"},
    ]
    assert await opened(context) == {"secret_access_key": SECRET, "session_token": "second-token"}
    assert [s["field"] for s in (await patch(asker, session_token=""))["secrets"]] == ["secret_access_key"]
    await asker.send("PATCH", f"{API}/sources/bucket", {"paused": True})
    assert await opened(context) == {"secret_access_key": SECRET}
    gone = await patch(asker, secret_access_key=None, access_key_id="")
    assert gone["secrets"] == []
    assert gone["options"] == {"endpoint_url": "http://127.0.0.1:9"}
    assert await rows_of(context) == []


async def test_keys_are_replaced_together(asker: Asker, context: Context) -> None:
    await add(asker)
    changed = await patch(asker, access_key_id="AKIANEWER", secret_access_key="newer")
    assert changed["options"]["access_key_id"] == "AKIANEWER"
    assert await opened(context) == {"secret_access_key": "newer"}


@pytest.mark.parametrize(
    ("options", "field", "said"),
    [
        ({"secret_access_key": ""}, "options", "access_key_id and secret_access_key go together"),
        ({"endpoint_url": "http://evil.example"}, "endpoint_url", "cannot be changed, since it says what is read"),
        ({"location": "s3://other"}, "location", "cannot be changed"),
        ({"role_arn": "admin"}, "role_arn", "expected a role ARN"),
        ({"profile": "finance"}, "options", "access_key_id and profile exclude each other"),
    ],
)
async def test_a_change_that_is_refused_names_the_field_and_changes_nothing(
    options: dict[str, str], field: str, said: str, asker: Asker, context: Context
) -> None:
    before = await add(asker)
    answer = await asker.send("PATCH", f"{API}/sources/bucket", {"options": options, "paused": True})
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert said in answer.json()["detail"]
    assert (await asker.send("GET", f"{API}/sources/bucket")).json() == before
    assert await opened(context) == {"secret_access_key": SECRET}


@pytest.mark.parametrize("mode", ["keep", "purge"])
async def test_secrets_go_with_their_source(mode: str, asker: Asker, context: Context) -> None:
    await add(asker)
    await add(asker, name="other")
    await asker.send("DELETE", f"{API}/sources/bucket", params={"mode": mode})
    while await jobs.work(context, source_cases.connect):
        pass
    assert len(await rows_of(context)) == 1
    assert await opened(context, "other") == {"secret_access_key": SECRET}


async def test_a_row_copied_to_another_source_or_field_does_not_open(asker: Asker, context: Context) -> None:
    first = await add(asker)
    other = await add(asker, name="other", options={**OPTIONS, "secret_access_key": "of-the-other"})
    [row] = [r for r in await rows_of(context) if r["source_id"] == first["id"]]
    async with context.database.write() as session:
        await of_sources.upsert(session, other["id"], "secret_access_key", sealed_of(row), row["set_at"])
    with pytest.raises(SourceAuthError, match=r"secret secret_access_key: it does not open .* moved or changed"):
        await opened(context, "other")
    assert await opened(context) == {"secret_access_key": SECRET}


async def test_without_a_key_a_source_with_secrets_is_refused_and_one_without_is_not(context: Context) -> None:
    async with asking(replace(context, keyring=Keyring({}))) as asker:
        answer = await asker.send("POST", f"{API}/sources", BUCKET)
        assert answer.status_code == 422
        assert answer.json()["type"] == "urn:fincc:problem:no-secret-key"
        assert "set FINCC_SECRET_KEYS or FINCC_SECRET_KEYS_FILE" in answer.json()["detail"]
        assert SECRET not in answer.text
        assert (await asker.send("GET", f"{API}/sources")).json()["items"] == []
        await add(asker, options={})
        answer = await asker.send("PATCH", f"{API}/sources/bucket", {"options": {**OPTIONS, "endpoint_url": None}})
        assert answer.status_code == 422
        answer = await asker.send("POST", f"{API}/secret-rotations")
        assert answer.json()["type"] == "urn:fincc:problem:no-secret-key"


async def test_a_source_whose_key_is_missing_says_so_and_others_go_on(
    asker: Asker, context: Context, tmp_path: Path
) -> None:
    await add(asker)
    (tmp_path / "bill.csv").write_bytes(as_csv([focus_row("2026-10")]))
    await add(asker, name="folder", location=str(tmp_path / "bill.csv"), options={})
    lost = context.keyring.ids[0]
    context = replace(context, keyring=Keyring.parse(new_key()))
    said = f"secret secret_access_key: its key '{lost}' is not configured: add it to FINCC_SECRET_KEYS"
    async with asking(context) as asker:
        shown = {s["name"]: s for s in (await asker.send("GET", f"{API}/sources")).json()["items"]}
        assert shown["bucket"]["state"] == "failing"
        assert said in shown["bucket"]["reason"]
        assert shown["folder"]["state"] == "new"
        checked = (await asker.send("POST", f"{API}/sources/bucket/check")).json()
        assert [(s["step"], s["ok"]) for s in checked["steps"]] == [("secrets", False)]
        assert said in checked["steps"][0]["detail"]
        planned = await asker.send("POST", f"{API}/sources/bucket/plan", {})
        assert planned.status_code == 422
        assert said in planned.json()["detail"]
        for name in ("bucket", "folder"):
            await asker.send("POST", f"{API}/sources/{name}/ingest", {"now": True})
        while await jobs.work(context, source_cases.connect):
            pass
        shown = {s["name"]: s for s in (await asker.send("GET", f"{API}/sources")).json()["items"]}
        assert (shown["folder"]["state"], shown["bucket"]["state"]) == ("ok", "failing")
        refused = await asker.send("PATCH", f"{API}/sources/bucket", {"options": {"external_id": "x"}})
        assert said in refused.json()["detail"]
        await patch(asker, secret_access_key="set anew")
        assert (await asker.send("POST", f"{API}/sources/bucket/plan", {})).json()["detail"].startswith("s3://bills")
    assert await opened(context) == {"secret_access_key": "set anew"}


async def test_a_rotation_wraps_every_secret_and_the_old_key_can_be_removed(asker: Asker, context: Context) -> None:
    old, new = new_key(), new_key()
    before = replace(context, keyring=Keyring.parse(old))
    async with asking(before) as asker:
        await add(asker, options={**OPTIONS, "session_token": "token"})
        await add(asker, name="other")
    stored = await rows_of(context)
    both = replace(context, keyring=Keyring.parse(f"{new}\n{old}"))
    async with asking(both) as asker:
        await add(asker, name="third")
        answer = await asker.send("POST", f"{API}/secret-rotations")
        key_id = new.partition(":")[0]
        assert answer.json() == {"key_id": key_id, "secrets": 4, "rewrapped": 3}
        again = await asker.send("POST", f"{API}/secret-rotations")
        assert again.json() == {"key_id": key_id, "secrets": 4, "rewrapped": 0}
    rows = await rows_of(context)
    assert {r["key_id"] for r in rows} == {key_id}
    kept = {(r["source_id"], r["field"]): (r["ciphertext"], r["set_at"]) for r in rows}
    assert all(kept[r["source_id"], r["field"]] == (r["ciphertext"], r["set_at"]) for r in stored)
    after = replace(context, keyring=Keyring.parse(new))
    assert await opened(after) == {"secret_access_key": SECRET, "session_token": "token"}
    assert await opened(after, "other") == await opened(after, "third") == {"secret_access_key": SECRET}


async def test_a_rotation_that_cannot_take_all_takes_none_and_names_what_is_in_its_way(
    asker: Asker, context: Context
) -> None:
    lost, old, new = new_key(), new_key(), new_key()
    for name, key in (("bucket", old), ("elsewhere", lost)):
        async with asking(replace(context, keyring=Keyring.parse(key))) as asker:
            await add(asker, name=name)
    before = await rows_of(context)
    async with asking(replace(context, keyring=Keyring.parse(f"{new}\n{old}"))) as asker:
        answer = await asker.send("POST", f"{API}/secret-rotations")
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith(
        f"source elsewhere, secret secret_access_key: its key '{lost.partition(':')[0]}' is not configured"
    )
    assert await rows_of(context) == before


async def test_only_who_may_operate_rotates_and_only_who_may_write_changes(asker: Asker) -> None:
    await add(asker)
    answer = await asker.send("POST", f"{API}/secret-rotations", None, ALL_PERMISSIONS - {"operations:write"})
    assert answer.status_code == 403
    change = {"options": {"external_id": "x"}}
    answer = await asker.send("PATCH", f"{API}/sources/bucket", change, ALL_PERMISSIONS - {"sources:write"})
    assert answer.status_code == 403


async def test_what_was_a_plain_option_before_is_hidden_works_and_is_encrypted_by_a_rotation(
    asker: Asker, context: Context, ingestion_dsn: str
) -> None:
    options = {"role_arn": "arn:aws:iam::123456789012:role/r", "external_id": "acme-plain"}
    async with context.database.write() as session:
        await sources.insert(session, "src_old", "aws_cur", "old", "s3://bills/P", options)
    answer = await asker.send("GET", f"{API}/sources/old")
    assert "acme-plain" not in answer.text
    assert [s["field"] for s in answer.json()["secrets"]] == ["external_id"]
    assert await opened(context, "old") == {"external_id": "acme-plain"}
    assert "acme-plain" in await dump(ingestion_dsn)
    assert (await asker.send("POST", f"{API}/secret-rotations")).json()["secrets"] == 1
    assert "acme-plain" not in await dump(ingestion_dsn)
    assert await opened(context, "old") == {"external_id": "acme-plain"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"secret_access_key": [SECRET], "access_key_id": "A"}, "option secret_access_key: expected text"),
        ({"password": SECRET}, "option password: a source of this kind has no such secret"),
        ({"secret_acces_key": SECRET}, "option secret_acces_key: a source of this kind has no such secret"),
        ({"secret_access_key": SECRET}, "go together"),
        ({"secret_access_key": SECRET, "access_key_id": "A", "colour": "red"}, "colour: Extra inputs"),
        ({"secret_access_key": SECRET, "access_key_id": "A", "role_arn": SECRET}, "role_arn: expected a role ARN"),
    ],
)
@pytest.mark.parametrize("path", ["checks", "plans", "sources"])
async def test_no_refusal_shows_a_secret(path: str, options: dict[str, Any], said: str, asker: Asker) -> None:
    answer = await asker.send("POST", f"{API}/{path}", {**BUCKET, "options": options})
    assert answer.status_code == 422
    assert said in answer.text
    assert SECRET not in answer.text


async def test_a_stored_source_that_became_wrong_fails_without_showing_its_secret(
    asker: Asker, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    added = await add(asker)
    async with context.database.write() as session:
        await sources.set_options(session, added["id"], {"access_key_id": "A", "gone": "option"})
    with caplog.at_level(logging.DEBUG):
        await asker.send("POST", f"{API}/sources/bucket/ingest", {})
        while await jobs.work(context, source_cases.connect):
            pass
    shown = (await asker.send("GET", f"{API}/sources/bucket")).json()
    assert shown["state"] == "failing"
    assert "gone" in shown["reason"]
    assert SECRET not in shown["reason"] + caplog.text
