"""What happens once: the first user, the profile of this machine, one-time links."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.problem import NotFound
from fincc.gateway.identity import COOKIE
from fincc.gateway.usecases import sessions, tokens, users

SESSION = "/api/gateway/v1/session"


async def test_the_first_user_is_made_once_even_by_two_at_once(database: Database, clock: FrozenClock):
    passwords = await asyncio.gather(users.ensure_admin(database, clock), users.ensure_admin(database, clock))
    assert sorted(p is None for p in passwords) == [False, True]
    assert await users.ensure_admin(database, clock) is None
    async with database.read() as session:
        assert await session.scalar(text("select array_agg(name) from users")) == ["admin"]


async def test_the_password_is_not_stored_and_not_logged(database: Database, clock: FrozenClock, caplog):
    caplog.set_level("DEBUG")
    password = await users.ensure_admin(database, clock)
    async with database.read() as session:
        stored = await session.scalar(text("select password_hash from users"))
    assert stored.startswith("$argon2id$")
    assert password not in stored
    assert password not in caplog.text


async def test_the_profile_of_this_machine_has_one_token_however_often_it_starts(gateway):
    make = gateway.service.actions["local_token"]
    first, second = await make(), await make()
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        answers = [await client.get(SESSION, headers={"authorization": f"Bearer {t}"}) for t in (first, second)]
        tokens = await client.get("/api/gateway/v1/tokens", headers={"authorization": f"Bearer {second}"})
    assert [a.status_code for a in answers] == [401, 200]
    assert [t["name"] for t in tokens.json()["items"]] == ["local profile"]


async def test_before_there_is_a_user_there_is_no_token_and_no_link(database: Database, clock: FrozenClock):
    with pytest.raises(NotFound, match="ensure_admin"):
        await tokens.create_local_token(database, clock)
    with pytest.raises(NotFound, match="nobody"):
        await sessions.create_sign_in_code(database, clock, "nobody")


async def link(gateway) -> str:
    return f"/signin/once?code={await gateway.service.actions['sign_in_code']()}"


async def test_a_link_signs_in_once_and_shows_the_first_page(anonymous, gateway):
    path = await link(gateway)
    answer = await anonymous.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/cost/teams"
    assert answer.headers["cache-control"] == "no-store"
    assert (await anonymous.get(SESSION)).json()["user"]["name"] == "admin"
    async with httpx.AsyncClient(base_url=gateway.url) as other:
        again = await other.get(path)
        assert again.status_code == 410
        assert "does not work any more" in again.text
        assert "set-cookie" not in again.headers


async def test_who_is_signed_in_may_use_an_old_link(anonymous, gateway):
    path = await link(gateway)
    await anonymous.get(path)
    assert (await anonymous.get(path)).status_code == 303


async def test_of_two_who_use_a_link_at_once_one_is_signed_in(gateway):
    path = await link(gateway)
    async with httpx.AsyncClient(base_url=gateway.url) as one, httpx.AsyncClient(base_url=gateway.url) as two:
        answers = await asyncio.gather(one.get(path), two.get(path))
    assert sorted(a.status_code for a in answers) == [303, 410]


async def test_a_program_that_looks_ahead_does_not_use_up_the_link(anonymous, gateway):
    path = await link(gateway)
    await anonymous.head(path)
    for header in ("sec-purpose", "purpose"):
        assert (await anonymous.get(path, headers={header: "prefetch;prerender"})).status_code == 204
    assert COOKIE not in anonymous.cookies
    assert (await anonymous.get(path)).status_code == 303


async def test_a_link_is_good_for_ten_minutes(anonymous, gateway, clock: FrozenClock):
    path = await link(gateway)
    clock.advance(timedelta(minutes=10))
    assert (await anonymous.get(path)).status_code == 410


@pytest.mark.parametrize("path", ["/signin/once", "/signin/once?code=", "/signin/once?code=made-up"])
async def test_a_link_without_a_good_code_signs_nobody_in(anonymous, path: str):
    answer = await anonymous.get(path)
    assert answer.status_code == 410
    assert answer.headers["content-type"].startswith("text/html")
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_codes_nobody_used_are_swept_away(gateway, database: Database, clock: FrozenClock):
    await link(gateway)
    clock.advance(timedelta(minutes=11))
    await gateway.run_job("sweep")
    async with database.read() as session:
        assert await session.scalar(text("select count(*) from sign_in_codes")) == 0
