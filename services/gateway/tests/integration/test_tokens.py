"""API tokens."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.gateway.domain.credentials import digest, is_api_token

from ..conftest import sign_in

TOKENS, SESSION, ACCESS = "/api/gateway/v1/tokens", "/api/gateway/v1/session", "/api/gateway/v1/access"


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
    assert [(t["name"], t["last4"], t["permissions"], t["node"]) for t in listed] == [
        ("pipeline", token[-4:], None, None)
    ]
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
    assert (await browser.get(TOKENS)).json()["items"] == []


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


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x", "expires_in_days": 0},
        {"name": "x", "expires_in_days": 366},
        {"name": "x", "scope": "all"},
        {"name": "x", "permissions": []},
        {"name": "x", "permissions": ["costs:eat"]},
        {"name": "x", "node": "nowhere"},
        {"name": "x", "node": "bu-a", "permissions": ["sources:write"]},
    ],
)
async def test_a_token_that_was_asked_for_badly_is_not_made(browser, hierarchy, body):
    answer = await browser.post(TOKENS, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert (await browser.get(TOKENS)).json()["items"] == []


async def test_a_token_ends_after_the_usual_time_when_nothing_was_said(browser, clock: FrozenClock):
    answer = (await browser.post(TOKENS, json={"name": "pipeline"})).json()
    assert answer["expires_at"] == (clock.now() + timedelta(days=90)).isoformat().replace("+00:00", "Z")
    assert (await browser.get(TOKENS)).json()["max_days"] == 365


async def permissions_with(gateway, token: str) -> set[str]:
    async with httpx.AsyncClient(base_url=gateway.url, headers={"authorization": f"Bearer {token}"}) as client:
        return set((await client.get(SESSION)).json().get("permissions", ()))


async def test_a_token_has_the_permissions_it_was_made_with(browser, gateway):
    body = {"name": "reader", "permissions": ["account:write", "costs:read"]}
    token = (await browser.post(TOKENS, json=body)).json()["token"]
    assert await permissions_with(gateway, token) == {"account:write", "costs:read"}


async def test_a_token_of_a_node_holds_there_alone(browser, gateway, hierarchy, clock):
    token = (await browser.post(TOKENS, json={"name": "unit", "node": "bu-a"})).json()["token"]
    identity = await gateway.identify(token)
    assert identity.subject.scope == {"bu-a"}
    assert "sources:write" not in identity.subject.permissions


async def test_a_token_can_do_less_when_its_owner_can(browser, gateway, hierarchy, member):
    """The token was made for a unit; the owner has one team of it left, then nothing."""
    first = await browser.post(f"{ACCESS}/bindings", json={"user": "grace", "role": "viewer", "node": "bu-a"})
    body = {"name": "mine", "permissions": ["costs:read"], "node": "bu-a"}
    token = (await member.post(TOKENS, json=body)).json()["token"]
    assert (await gateway.identify(token)).subject.scope == {"bu-a"}
    second = await browser.post(f"{ACCESS}/bindings", json={"user": "grace", "role": "viewer", "node": "team-a1"})
    await browser.delete(f"{ACCESS}/bindings/{first.json()['id']}")
    assert (await gateway.identify(token)).subject.scope == {"team-a1"}
    await browser.delete(f"{ACCESS}/bindings/{second.json()['id']}")
    assert (await gateway.identify(token)).subject.permissions == frozenset()


async def test_nobody_makes_a_token_that_can_do_more_than_they(browser, hierarchy, member):
    await browser.post(f"{ACCESS}/bindings", json={"user": "grace", "role": "viewer", "node": "bu-a"})
    more = await member.post(TOKENS, json={"name": "x", "permissions": ["findings:write"]})
    assert (more.status_code, more.json()["errors"][0]["field"]) == (422, "permissions")
    elsewhere = await member.post(TOKENS, json={"name": "x", "node": "bu-b"})
    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["field"]) == (422, "node")
    nowhere = await member.post(TOKENS, json={"name": "x", "node": "nowhere"})
    assert nowhere.json()["detail"] == elsewhere.json()["detail"].replace("bu-b", "nowhere")


async def test_the_secret_before_a_rotation_works_for_the_overlap(browser, gateway, clock: FrozenClock):
    made = (await browser.post(TOKENS, json={"name": "pipeline", "expires_in_days": 30})).json()
    clock.advance(timedelta(days=20))
    browser = await sign_in(browser, gateway)
    answer = await browser.post(f"{TOKENS}/{made['id']}/rotation", json={"overlap_hours": 2})
    assert answer.status_code == 200
    rotated = answer.json()
    assert rotated["expires_at"] == (clock.now() + timedelta(days=30)).isoformat().replace("+00:00", "Z")
    assert await status_with(gateway, made["token"]) == await status_with(gateway, rotated["token"]) == 200
    clock.advance(timedelta(hours=2))
    assert await status_with(gateway, made["token"]) == 401
    assert await status_with(gateway, rotated["token"]) == 200


async def test_a_rotation_does_not_make_the_old_secret_last_longer(browser, gateway, clock: FrozenClock):
    made = (await browser.post(TOKENS, json={"name": "pipeline", "expires_in_days": 1})).json()
    rotated = (await browser.post(f"{TOKENS}/{made['id']}/rotation", json={"overlap_hours": 168})).json()
    assert rotated["previous_until"] == made["expires_at"]


async def test_the_use_of_the_old_secret_is_written_down_too(browser, gateway):
    made = (await browser.post(TOKENS, json={"name": "pipeline"})).json()
    await browser.post(f"{TOKENS}/{made['id']}/rotation", json={})
    await status_with(gateway, made["token"])
    await gateway.run_job("record use")
    assert (await browser.get(TOKENS)).json()["items"][0]["last_used_at"] is not None


async def test_a_token_is_renamed(browser):
    made = (await browser.post(TOKENS, json={"name": "pipeline"})).json()
    assert (await browser.patch(f"{TOKENS}/{made['id']}", json={"name": "nightly"})).status_code == 204
    assert [t["name"] for t in (await browser.get(TOKENS)).json()["items"]] == ["nightly"]
    assert (await browser.patch(f"{TOKENS}/tok_none", json={"name": "nightly"})).status_code == 404


async def test_a_token_of_a_disabled_user_does_nothing(browser, gateway, member):
    token = (await member.post(TOKENS, json={"name": "mine"})).json()["token"]
    assert await status_with(gateway, token) == 200
    await browser.patch("/api/gateway/v1/users/grace", json={"is_disabled": True})
    assert await status_with(gateway, token) == 401
    await browser.patch("/api/gateway/v1/users/grace", json={"is_disabled": False})
    assert await status_with(gateway, token) == 200
