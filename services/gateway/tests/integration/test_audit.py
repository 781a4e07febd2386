"""Who signed in and what they did with their account is recorded, and the records of all services are read as one."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from starlette.types import ASGIApp

from fincc.common import audit, audit_reading
from fincc.common.auth import Subject
from fincc.common.clock import FrozenClock
from fincc.common.db import Database, async_url
from fincc.common.http import create_app
from fincc.common.migrations import _bootstrap

from ..conftest import Gateway, sign_in

API = "/api/gateway/v1"
SESSION, TOKENS = f"{API}/session", f"{API}/tokens"
ANN = Subject("usr_ann", "Ann", address="192.0.2.7")
OTHERS = ("ingestion", "cockpit")


async def newest(client: httpx.AsyncClient, n: int, **params: Any) -> list[dict[str, Any]]:
    """The newest entries of the gateway, oldest first."""
    answer = await client.get(f"{API}/audit", params={"service": "gateway", "limit": n, **params})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items[::-1]


async def everything_recorded(database: Database) -> str:
    async with database.read() as session:
        return str(await session.all(text("select * from audit")))


async def test_a_day_at_the_account_page_is_recorded_and_no_secret_of_it(
    gateway: Gateway, browser: httpx.AsyncClient, database: Database
) -> None:
    token = (await browser.post(TOKENS, json={"name": "pipeline"})).json()
    assert (await browser.delete(f"{TOKENS}/{token['id']}")).status_code == 204
    new = "correct horse battery staple"
    body = {"old_password": gateway.password, "new_password": new}
    assert (await browser.post(f"{API}/password", json=body)).status_code == 204
    entries = await newest(browser, 4)
    assert [(e["action"], e["object_kind"]) for e in entries] == [
        ("session.started", "session"),
        ("token.created", "token"),
        ("token.deleted", "token"),
        ("user.password_changed", "user"),
    ]
    user = (await browser.get(SESSION)).json()["user"]
    assert {(e["subject_id"], e["subject_name"], e["address"]) for e in entries} == {(user["id"], "admin", "127.0.0.1")}
    assert entries[0]["after"] == {"by": "password"}
    assert entries[1]["object_id"] == entries[2]["object_id"] == token["id"]
    assert entries[2]["before"] == {"user": user["id"], "name": "pipeline"}
    assert (entries[3]["before"], entries[3]["after"]) == (None, {"password": "replaced", "other_sessions": "ended"})
    said = await everything_recorded(database)
    assert [s for s in (gateway.password, new, token["token"], "argon2") if s in said] == []


async def test_a_sign_out_is_recorded(gateway: Gateway, browser: httpx.AsyncClient, script: httpx.AsyncClient) -> None:
    await browser.delete(SESSION)
    (entry,) = await newest(script, 1)
    assert (entry["action"], entry["subject_name"]) == ("session.ended", "admin")


async def test_a_wrong_password_is_recorded_with_the_user_and_an_unknown_name_without_the_name(
    gateway: Gateway, script: httpx.AsyncClient, database: Database
) -> None:
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        for name in ("admin", "my-secret-password"):
            assert (await client.post(SESSION, json={"username": name, "password": "wrong-one"})).status_code == 401
    known, unknown = await newest(script, 2)
    assert (known["action"], known["subject_name"], known["address"]) == ("session.refused", "admin", "127.0.0.1")
    assert (unknown["action"], unknown["subject_id"], unknown["object_id"]) == ("session.refused", "", "")
    said = await everything_recorded(database)
    assert "my-secret-password" not in said
    assert "wrong-one" not in said


async def test_what_the_machine_does_without_a_sign_in_is_recorded_as_its_own(
    gateway: Gateway, script: httpx.AsyncClient, database: Database
) -> None:
    code = await gateway.service.actions["sign_in_code"]()
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        await client.get("/signin/once", params={"code": code})
    made, started = await newest(script, 2)
    assert (made["action"], made["subject_id"], made["address"]) == ("sign_in_code.created", "machine", None)
    assert (started["action"], started["after"]) == ("session.started", {"by": "one-time link"})
    assert (started["subject_name"], started["address"]) == ("admin", "127.0.0.1")
    first = await newest(script, 1, action="user.created")
    assert (first[0]["subject_id"], first[0]["after"]) == ("machine", {"name": "admin", "role": "admin"})
    assert code not in await everything_recorded(database)


async def test_a_token_that_a_new_one_replaces_is_recorded_as_deleted(gateway: Gateway) -> None:
    await gateway.service.actions["local_token"]()
    token = await gateway.service.actions["local_token"]()
    async with httpx.AsyncClient(base_url=gateway.url, headers={"authorization": f"Bearer {token}"}) as client:
        created, deleted, again = await newest(client, 3, action="token")
    assert [e["action"] for e in (created, deleted, again)] == ["token.created", "token.deleted", "token.created"]
    assert deleted["object_id"] == created["object_id"]


class Records:
    """The records of two other services, in schemas of their own; the rest of the services is down."""

    def __init__(self, clock: FrozenClock, databases: dict[str, Database]) -> None:
        self.clock, self.databases = clock, databases

    async def write(self, service: str, object_id: str, by: Subject = ANN) -> None:
        async with self.databases[service].write() as session:
            await audit.record(session, self.clock, by, "dead_letter.replayed", object_id)


@pytest.fixture
async def records(dsn: str, database: Database, clock: FrozenClock) -> AsyncIterator[Records]:
    engine = create_async_engine(async_url(dsn))
    for name in OTHERS:
        async with engine.begin() as connection:
            await connection.run_sync(_bootstrap, name)
            await connection.execute(text("select set_config('search_path', :name, true)"), {"name": name})
            await connection.run_sync(audit.create_table, name)
        async with engine.begin() as connection:
            await connection.execute(text("select set_config('search_path', :name, true)"), {"name": name})
            await connection.execute(text("truncate audit"))
    async with engine.begin() as connection:
        await connection.execute(text("truncate gateway.audit"))
    await engine.dispose()
    async with AsyncExitStack() as stack:
        databases = {name: Database(dsn, name) for name in OTHERS}
        for made in databases.values():
            stack.push_async_callback(made.close)
        yield Records(clock, {**databases, "gateway": database})


@pytest.fixture(params=["in this process", "over HTTP"])
async def reader(
    request: pytest.FixtureRequest, records: Records, verifier: Any, start_gateway: Any, serve: Any
) -> AsyncIterator[httpx.AsyncClient]:
    apps: dict[str, ASGIApp] = {
        name: create_app(name, verifier, list, audit_reading.router(records.databases[name])) for name in OTHERS
    }
    if request.param == "in this process":
        gateway = await start_gateway(peers=apps)
    else:
        gateway = await start_gateway(urls={name: await serve(app) for name, app in apps.items()})
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        yield await sign_in(client, gateway)


async def test_entries_of_all_services_come_by_time_and_who_does_not_answer_is_named(
    records: Records, reader: httpx.AsyncClient
) -> None:
    for service, name in (("cockpit", "1"), ("ingestion", "2"), ("gateway", "3"), ("cockpit", "4")):
        records.clock.advance(timedelta(microseconds=1))
        await records.write(service, name)
    answer = (await reader.get(f"{API}/audit", params={"action": "dead_letter"})).json()
    assert [(e["service"], e["object_id"]) for e in answer["items"]] == [
        ("cockpit", "4"),
        ("gateway", "3"),
        ("ingestion", "2"),
        ("cockpit", "1"),
    ]
    assert answer["next_cursor"] is None
    assert {m["service"] for m in answer["missing"]} == {"attribution", "compliance"}
    assert all("does not answer" in m["reason"] for m in answer["missing"])


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_pages_give_each_entry_once_even_those_of_the_same_moment(
    records: Records, reader: httpx.AsyncClient, limit: int
) -> None:
    written: list[str] = []
    for moment in range(3):
        for service in ("cockpit", "gateway", "ingestion", "gateway"):
            name = f"{moment} {service} {len(written)}"
            await records.write(service, name)
            written.append(name)
        records.clock.advance(timedelta(seconds=1))
    found: list[str] = []
    params: dict[str, Any] = {"action": "dead_letter.replayed", "limit": limit}
    while True:
        page = (await reader.get(f"{API}/audit", params=params)).json()
        found += [e["object_id"] for e in page["items"]]
        if page["next_cursor"] is None:
            break
        params["after"] = page["next_cursor"]
    assert sorted(found) == sorted(written)
    assert [name[0] for name in found] == sorted((name[0] for name in found), reverse=True)


async def test_the_export_has_every_match_no_formula_and_says_what_is_missing(
    records: Records, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fincc.gateway.merged_audit.CSV_PAGE", 2)
    for number in range(5):
        records.clock.advance(timedelta(seconds=1))
        await records.write("ingestion", f"letter {number}", Subject("usr_x", "=HYPERLINK(1)"))
    answer = await reader.get(f"{API}/audit", params={"format": "csv", "subject": "usr_x"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert [line.split(",")[0] for line in lines[:2]] == ["# missing: attribution", "# missing: compliance"]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[2:-1]))))
    assert [row["object_id"] for row in rows] == [f"letter {n}" for n in (4, 3, 2, 1, 0)]
    assert {row["subject_name"] for row in rows} == {"'=HYPERLINK(1)"}
    assert lines[-1] == "# 5 entries of 3 services, 2 did not answer"


@pytest.mark.parametrize(
    "params",
    [{"after": "x"}, {"after": "gateway~x"}, {"after": "nobody~2026-11-01T00:00:00+00:00~1"}, {"service": "x"}],
)
async def test_a_cursor_or_a_service_that_there_is_not_is_refused(browser: httpx.AsyncClient, params: Any) -> None:
    assert (await browser.get(f"{API}/audit", params=params)).status_code == 422


async def test_the_chain_of_the_gateway_is_whole_after_all_this(browser: httpx.AsyncClient, script: Any) -> None:
    state = (await browser.get(f"{API}/audit/verification", params={"known": 1})).json()
    assert state["broken"] is None
    assert state["entries"] == state["verified"] > 0
    assert state["known_hash"] is not None


async def test_the_vocabulary_names_every_service_and_action(browser: httpx.AsyncClient) -> None:
    answer = (await browser.get(f"{API}/audit/vocabulary")).json()
    assert {a["name"] for a in answer["actions"]} == set(audit.ACTIONS)
    assert answer["services"][0] == {"name": "gateway", "title": "Gateway"}
