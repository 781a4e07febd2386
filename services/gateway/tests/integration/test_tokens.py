"""API tokens."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.gateway.domain.credentials import digest, is_api_token

TOKENS, SESSION = "/api/gateway/v1/tokens", "/api/gateway/v1/session"


async def status_with(gateway, token: str, path: str = SESSION) -> int:
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        return (await client.get(path, headers={"authorization": f"Bearer {token}"})).status_code


async def test_a_token_is_shown_once_and_signs_in_without_a_cookie(browser, gateway):
    answer = await browser.post(TOKENS, json={"name": "pipeline"})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    token = answer.json()["token"]
    assert is_api_token(token)
    assert token.endswith(answer.json()["last4"])
    assert await status_with(gateway, token) == 200
    listed = (await browser.get(TOKENS)).json()["items"]
    assert [(t["name"], t["last4"], t["expires_at"]) for t in listed] == [("pipeline", token[-4:], None)]
    assert token not in (await browser.get(TOKENS)).text


async def test_only_the_hash_of_a_token_is_stored(browser, database: Database):
    token = (await browser.post(TOKENS, json={"name": "pipeline"})).json()["token"]
    async with database.read() as session:
        row = await session.first(text("select * from api_tokens"))
    assert row is not None
    assert row["secret_hash"] == digest(token)
    assert token not in str(dict(row))


async def test_a_token_ends_when_it_was_said_to(browser, gateway, clock: FrozenClock):
    answer = await browser.post(TOKENS, json={"name": "short", "expires_in_days": 1})
    token = answer.json()["token"]
    assert answer.json()["expires_at"] == (clock.now() + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    clock.advance(timedelta(hours=23, minutes=59, seconds=58))
    assert await status_with(gateway, token) == 200
    clock.advance(timedelta(seconds=2))
    assert await status_with(gateway, token) == 401


async def test_a_deleted_token_is_refused_at_once(browser, gateway):
    created = (await browser.post(TOKENS, json={"name": "leaked"})).json()
    assert await status_with(gateway, created["token"]) == 200
    assert (await browser.delete(f"{TOKENS}/{created['id']}")).status_code == 204
    assert await status_with(gateway, created["token"]) == 401
    assert (await browser.get(TOKENS)).json() == {"items": []}


async def test_deleting_a_token_that_is_not_there_says_so(browser):
    answer = await browser.delete(f"{TOKENS}/tok_none")
    assert answer.status_code == 404
    assert "tok_none" in answer.json()["detail"]


async def test_a_token_needs_no_csrf_token(script):
    token_id = (await script.get(TOKENS)).json()["items"][0]["id"]
    assert (await script.delete(f"{TOKENS}/{token_id}")).status_code == 204


async def test_a_token_cannot_make_itself_at_home(script, gateway):
    """One that leaked must not outlive its deletion."""
    assert (await script.post(TOKENS, json={"name": "more"})).status_code == 403
    body = {"old_password": gateway.password, "new_password": "correct horse battery"}
    assert (await script.post("/api/gateway/v1/password", json=body)).status_code == 403
    assert (await script.delete(SESSION)).status_code == 409


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "0", lambda t: t.swapcase(), lambda t: f"x{t}"])
async def test_a_token_that_was_copied_badly_is_refused(browser, gateway, change):
    token = (await browser.post(TOKENS, json={"name": "pipeline"})).json()["token"]
    assert await status_with(gateway, change(token)) == 401


async def test_a_bad_token_is_not_made_good_by_a_cookie(browser):
    answer = await browser.get(SESSION, headers={"authorization": "Bearer fin_nonsense"})
    assert answer.status_code == 401


async def test_the_last_use_is_written_down_in_batches(browser, gateway, clock: FrozenClock):
    token = (await browser.post(TOKENS, json={"name": "pipeline"})).json()["token"]
    assert (await browser.get(TOKENS)).json()["items"][0]["last_used_at"] is None
    used_at = clock.now()
    await asyncio.gather(*(status_with(gateway, token) for _ in range(5)))
    await gateway.run_job("record use")
    last_used_at = (await browser.get(TOKENS)).json()["items"][0]["last_used_at"]
    assert last_used_at == used_at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x", "expires_in_days": 0}, {"name": "x", "scope": "all"}])
async def test_a_token_that_was_asked_for_badly_is_not_made(browser, body):
    answer = await browser.post(TOKENS, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert (await browser.get(TOKENS)).json() == {"items": []}
