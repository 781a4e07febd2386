"""Each change of sources, and each work that is asked for, is in the audit record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fincc.common.audit_reading import AuditEntry, Wanted, list_entries, verify
from fincc.ingestion.repository import sources
from fincc.ingestion.usecases.context import Context

from .asking import Asker

API = "/api/ingestion/v1"


async def newest(context: Context, n: int) -> list[AuditEntry]:
    """Oldest first, by their place in the chain: other tests have their own time, and nobody can empty the record."""
    async with context.database.read() as session:
        entries = await list_entries(session, "ingestion", Wanted(), None, 1000)
    return sorted(entries, key=lambda e: e.seq)[-n:]


async def test_the_life_of_a_source_is_recorded(context: Context, asker: Asker, tmp_path: Path) -> None:
    place = {"kind": "focus_file", "name": "bill", "location": str(tmp_path), "options": {}}
    source = (await asker.send("POST", f"{API}/sources", place)).json()
    await asker.send("PATCH", f"{API}/sources/bill", {"paused": True})
    await asker.send("PATCH", f"{API}/sources/bill", {"paused": True})
    await asker.send("POST", f"{API}/sources/bill/ingest", {"now": True})
    await asker.send("POST", f"{API}/rebuilds", {"source": "bill", "period": "2026-10"})
    await asker.send("DELETE", f"{API}/sources/bill", params={"mode": "purge"})
    await asker.send("DELETE", f"{API}/sources/bill", params={"mode": "keep"})
    entries = await newest(context, 6)
    assert [e.action for e in entries] == [
        "source.created",
        "source.schedule_changed",
        "source.ingest_asked",
        "source.rebuild_asked",
        "source.purge_asked",
        "source.removed",
    ], "a change that changes nothing is none"
    assert {(e.object_id, e.subject_id, e.subject_name) for e in entries} == {(source["id"], "usr_1", "Ada")}
    created, paused, asked, rebuilt, _, removed = entries
    assert created.after == removed.before == place
    assert (paused.before, paused.after) == ({"paused": False}, {"paused": True})
    assert asked.after is not None
    assert (asked.after["source"], asked.after["now"]) == ("bill", True)
    assert rebuilt.after is not None
    assert rebuilt.after["period"] == "2026-10"
    async with context.database.read() as session:
        assert (await verify(session, "ingestion")).broken is None


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/sources", {"kind": "focus_file", "name": "x", "location": "/", "options": {"nope": 1}}, 422),
        ("POST", "/sources/nobody/ingest", {}, 404),
        ("DELETE", "/sources/nobody?mode=keep", None, 404),
    ],
)
async def test_what_is_refused_is_not_recorded(
    context: Context, asker: Asker, method: str, path: str, body: Any, status: int
) -> None:
    before = await newest(context, 1)
    assert (await asker.send(method, API + path, body)).status_code == status
    assert await newest(context, 1) == before


async def test_a_name_that_is_taken_leaves_neither_source_nor_entry(
    context: Context, asker: Asker, tmp_path: Path
) -> None:
    place = {"kind": "focus_file", "name": "bill", "location": str(tmp_path), "options": {}}
    await asker.send("POST", f"{API}/sources", place)
    before = await newest(context, 2)
    assert (await asker.send("POST", f"{API}/sources", place)).status_code == 409
    assert await newest(context, 2) == before


async def test_of_changed_secrets_only_what_became_of_them_is_recorded(
    context: Context, asker: Asker, tmp_path: Path
) -> None:
    keys = {"access_key_id": "AKIAEXAMPLE", "secret_access_key": "hush-first"}
    place = {"kind": "aws_cur", "name": "paid", "location": "s3://bills/cur", "options": keys}
    assert (await asker.send("POST", f"{API}/sources", place)).status_code == 201
    changed = {"options": {"secret_access_key": "hush-second", "access_key_id": "AKIASECOND"}}
    assert (await asker.send("PATCH", f"{API}/sources/paid", changed)).status_code == 200
    gone = {"options": {"secret_access_key": "", "access_key_id": ""}}
    assert (await asker.send("PATCH", f"{API}/sources/paid", gone)).status_code == 200
    assert (await asker.send("PATCH", f"{API}/sources/paid", gone)).status_code == 200
    created, replaced, removed = await newest(context, 3)
    assert created.after is not None
    assert created.after["secret_access_key"] == "set"
    assert (replaced.action, replaced.before) == ("source.access_changed", {"access_key_id": "AKIAEXAMPLE"})
    assert replaced.after == {"access_key_id": "AKIASECOND", "secret_access_key": "replaced"}
    assert removed.after == {"access_key_id": None, "secret_access_key": "removed"}
    assert "hush" not in str([created, replaced, removed])


async def test_a_secret_that_was_a_plain_option_is_not_shown_when_it_goes(context: Context, asker: Asker) -> None:
    options = {"role_arn": "arn:aws:iam::123456789012:role/r", "external_id": "hush-plain"}
    async with context.database.write() as session:
        await sources.insert(session, "src_old", "aws_cur", "old", "s3://bills/P", options)
    assert (await asker.send("PATCH", f"{API}/sources/old", {"options": {"external_id": ""}})).status_code == 200
    [entry] = await newest(context, 1)
    assert (entry.action, entry.object_id) == ("source.access_changed", "src_old")
    assert (entry.before, entry.after) == (None, {"external_id": "removed"})
