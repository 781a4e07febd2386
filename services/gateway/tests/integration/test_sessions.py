"""Signing in with name and password, the session cookie, and signing out."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from fincc.common.auth import ALL_PERMISSIONS, Subject
from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.gateway.domain.credentials import digest
from fincc.gateway.identity import COOKIE
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases import sessions

SESSION = "/api/gateway/v1/session"


async def attempt(client: httpx.AsyncClient, password: str, username: str = "admin") -> httpx.Response:
    return await client.post(SESSION, json={"username": username, "password": password})


async def test_the_first_password_signs_in_and_the_session_says_who_it_is(anonymous, gateway):
    answer = await attempt(anonymous, gateway.password)
    assert answer.status_code == 200
    session = answer.json()
    assert session["user"]["name"] == "admin"
    assert "costs:read" in session["permissions"]
    assert session["csrf_token"]
    assert session["version"]
    again = await anonymous.get(SESSION)
    assert again.json() == session


async def test_the_user_name_may_be_written_in_capitals(anonymous, gateway):
    assert (await attempt(anonymous, gateway.password, " Admin ")).status_code == 200


async def test_the_cookie_is_for_this_site_only_and_hidden_from_scripts(anonymous, gateway):
    cookie = (await attempt(anonymous, gateway.password)).headers["set-cookie"].lower()
    assert cookie.startswith(f"{COOKIE}=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie


@pytest.mark.parametrize("settings", [GatewaySettings(public_url="https://costs.example.com", app_dir=Path("none"))])
async def test_the_cookie_is_secure_where_people_come_over_https(anonymous, gateway):
    assert "secure" in (await attempt(anonymous, gateway.password)).headers["set-cookie"].lower()


async def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(anonymous):
    wrong = await attempt(anonymous, "not the password")
    unknown = await attempt(anonymous, "not the password", "nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.headers["content-type"] == "application/problem+json"
    assert wrong.json()["detail"] == unknown.json()["detail"]
    assert "set-cookie" not in wrong.headers


async def test_without_a_session_there_is_no_answer(anonymous):
    answer = await anonymous.get(SESSION)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:fincc:problem:unauthenticated"


async def test_a_made_up_cookie_is_nobody(anonymous):
    answer = await anonymous.get(SESSION, headers={"cookie": f"{COOKIE}=made-up"})
    assert answer.status_code == 401


async def test_a_client_cannot_claim_to_be_somebody_by_a_header(anonymous, signer):
    signed = signer.sign(Subject("x", "x", ALL_PERMISSIONS))
    answer = await anonymous.get(SESSION, headers={"x-fincc-subject": signed})
    assert answer.status_code == 401


async def test_signing_out_counts_at_once(browser):
    cookie = browser.cookies[COOKIE]
    assert (await browser.get(SESSION)).status_code == 200
    answer = await browser.delete(SESSION)
    assert answer.json() == {"continue_at": None}
    assert COOKIE not in browser.cookies
    replayed = await browser.get(SESSION, headers={"cookie": f"{COOKIE}={cookie}"})
    assert replayed.status_code == 401


async def test_a_write_with_a_cookie_needs_the_token_of_its_session(browser):
    for wrong in ("", "0" * 48):
        browser.headers["x-csrf-token"] = wrong
        answer = await browser.delete(SESSION)
        assert answer.status_code == 403
        assert answer.json()["type"] == "urn:fincc:problem:csrf"
    assert (await browser.get(SESSION)).status_code == 200


async def test_the_csrf_token_of_one_session_is_no_good_for_another(browser, gateway):
    async with httpx.AsyncClient(base_url=gateway.url) as other:
        token = (await attempt(other, gateway.password)).json()["csrf_token"]
    browser.headers["x-csrf-token"] = token
    assert (await browser.delete(SESSION)).status_code == 403


async def test_an_idle_session_ends_after_twelve_hours(browser, clock: FrozenClock):
    clock.advance(timedelta(hours=12, seconds=1))
    assert (await browser.get(SESSION)).status_code == 401


async def test_a_used_session_lives_on_until_it_is_a_week_old(browser, gateway, clock: FrozenClock):
    for _ in range(15):
        clock.advance(timedelta(hours=11))
        assert (await browser.get(SESSION)).status_code == 200
        await gateway.run_job("record use")
    clock.advance(timedelta(hours=4))
    assert (await browser.get(SESSION)).status_code == 401


async def test_ended_sessions_are_swept_away_and_others_stay(browser, gateway, database: Database, clock: FrozenClock):
    clock.advance(timedelta(hours=13))
    await gateway.run_job("sweep")
    async with database.read() as session:
        assert await session.scalar(text("select count(*) from sessions")) == 0
    async with httpx.AsyncClient(base_url=gateway.url) as fresh:
        await attempt(fresh, gateway.password)
        await gateway.run_job("sweep")
        assert (await fresh.get(SESSION)).status_code == 200


async def test_only_the_hash_of_the_cookie_is_stored(browser, database: Database):
    async with database.read() as session:
        stored = await session.scalar(text("select secret_hash from sessions"))
    assert stored == digest(browser.cookies[COOKIE])


async def test_a_session_ended_by_another_gateway_is_noticed_after_the_cache_time(
    browser, database: Database, clock: FrozenClock, settings: GatewaySettings
):
    assert (await browser.get(SESSION)).status_code == 200
    await sessions.sign_out(database, clock, Subject("usr_1", "Ann"), digest(browser.cookies[COOKIE]))
    assert (await browser.get(SESSION)).status_code == 200
    clock.advance(timedelta(seconds=settings.identity_cache_s))
    assert (await browser.get(SESSION)).status_code == 401


FEW_ATTEMPTS = GatewaySettings(sign_in_failures_per_user=2, sign_in_failures_per_address=3, app_dir=Path("none"))
few_attempts = pytest.mark.parametrize("settings", [FEW_ATTEMPTS])


@few_attempts
async def test_a_user_who_failed_too_often_has_to_wait_and_is_told_how_long(anonymous, gateway, clock: FrozenClock):
    for _ in range(2):
        assert (await attempt(anonymous, "wrong")).status_code == 401
    refused = await attempt(anonymous, gateway.password)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "30"
    assert refused.json()["retry_after_s"] == 30
    assert "30 s" in refused.json()["detail"]
    clock.advance(timedelta(seconds=30))
    assert (await attempt(anonymous, gateway.password)).status_code == 200


@few_attempts
async def test_an_address_that_failed_too_often_has_to_wait_whatever_the_user(anonymous, gateway):
    for number in range(3):
        assert (await attempt(anonymous, "wrong", f"user{number}")).status_code == 401
    assert (await attempt(anonymous, gateway.password)).status_code == 429


@few_attempts
async def test_attempts_made_at_once_all_count(anonymous):
    answers = await asyncio.gather(*(attempt(anonymous, "wrong") for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [401, 401, 429, 429, 429, 429]


@few_attempts
async def test_signing_in_well_is_never_limited(anonymous, gateway):
    for _ in range(4):
        assert (await attempt(anonymous, gateway.password)).status_code == 200


async def test_a_body_without_a_password_names_the_field(anonymous):
    answer = await anonymous.post(SESSION, json={"username": "admin"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.password"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_form_of_another_site_cannot_sign_anybody_in(anonymous, gateway, content_type: str):
    body = json.dumps({"username": "admin", "password": gateway.password})
    answer = await anonymous.post(SESSION, content=body, headers={"content-type": content_type})
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


async def test_a_stranger_cannot_fill_the_memory(anonymous):
    async def unknown_length() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    for content in (b"x" * 100_000, unknown_length()):
        answer = await anonymous.post(SESSION, content=content, headers={"content-type": "application/json"})
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"] == "urn:fincc:problem:body-too-large"
        assert problem["instance"] == SESSION
        assert "65536 bytes" in problem["detail"]


async def test_a_new_password_ends_the_other_sessions(browser, gateway):
    async with httpx.AsyncClient(base_url=gateway.url) as other:
        await attempt(other, gateway.password)
        body = {"old_password": gateway.password, "new_password": "correct horse battery"}
        assert (await browser.post("/api/gateway/v1/password", json=body)).status_code == 204
        assert (await browser.get(SESSION)).status_code == 200
        assert (await other.get(SESSION)).status_code == 401
        assert (await attempt(other, gateway.password)).status_code == 401
        assert (await attempt(other, "correct horse battery")).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("not the password", "correct horse battery", "old_password"), (None, "short", "new_password")],
)
async def test_a_bad_change_of_password_names_the_field_and_changes_nothing(browser, gateway, old, new, field):
    body = {"old_password": old or gateway.password, "new_password": new}
    answer = await browser.post("/api/gateway/v1/password", json=body)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert (await attempt(browser, gateway.password)).status_code == 200
