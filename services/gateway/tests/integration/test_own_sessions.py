"""Where one is signed in, and ending a session from afar."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from fincc.common.clock import FrozenClock
from fincc.gateway.settings import GatewaySettings

from ..conftest import Gateway, sign_in

SESSION, SESSIONS = "/api/gateway/v1/session", "/api/gateway/v1/sessions"


async def listed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    return (await client.get(SESSIONS)).json()["items"]


async def test_one_sees_where_one_is_signed_in(browser, gateway: Gateway, clock: FrozenClock):
    async with httpx.AsyncClient(base_url=gateway.url, headers={"user-agent": "Phone/1 " + "x" * 400}) as phone:
        await sign_in(phone, gateway)
        found = {s["is_current"]: s for s in await listed(phone)}
        assert found[True]["user_agent"] == ("Phone/1 " + "x" * 400)[:300]
        assert found[False]["user_agent"].startswith("python-httpx/")
        assert {s["address"] for s in found.values()} == {"127.0.0.1"}
        assert set(found[True]) == {"id", "created_at", "last_seen_at", "address", "user_agent", "is_current"}


async def test_a_session_ended_from_afar_is_over_at_once(browser, gateway: Gateway):
    async with httpx.AsyncClient(base_url=gateway.url) as lost:
        await sign_in(lost, gateway)
        [other] = [s for s in await listed(browser) if not s["is_current"]]
        assert (await browser.delete(f"{SESSIONS}/{other['id']}")).status_code == 204
        assert (await lost.get(SESSION)).status_code == 401
    assert (await browser.get(SESSION)).status_code == 200
    assert (await browser.delete(f"{SESSIONS}/{other['id']}")).status_code == 404


async def test_a_session_of_somebody_else_cannot_be_ended(browser, gateway: Gateway):
    async with gateway.database.write() as session:
        await session.execute(text("insert into users (id, name) values ('usr_x', 'eve')"))
        row = "('\\x01', 'usr_x', now(), now(), 'ses_x')"
        await session.execute(
            text(f"insert into sessions (secret_hash, user_id, created_at, last_seen_at, id) values {row}")
        )
    assert "ses_x" not in {s["id"] for s in await listed(browser)}
    assert (await browser.delete(f"{SESSIONS}/ses_x")).status_code == 404


async def test_ending_a_session_needs_the_token_of_the_page_and_no_api_token(browser, script):
    [current] = await listed(browser)
    assert (await script.delete(f"{SESSIONS}/{current['id']}")).status_code == 403
    browser.headers["x-csrf-token"] = ""
    assert (await browser.delete(f"{SESSIONS}/{current['id']}")).status_code == 403


SHORT = GatewaySettings(session_idle_hours=1, session_days=0.125, app_dir=Path("none"))


@pytest.mark.parametrize("settings", [SHORT])
async def test_sessions_that_have_ended_are_not_listed(browser, gateway: Gateway, clock: FrozenClock):
    clock.advance(timedelta(minutes=61))
    async with httpx.AsyncClient(base_url=gateway.url) as fresh:
        await sign_in(fresh, gateway)
        assert [s["is_current"] for s in await listed(fresh)] == [True]


@pytest.mark.parametrize("settings", [SHORT])
async def test_the_times_after_which_a_session_ends_can_be_set(browser, gateway: Gateway, clock: FrozenClock):
    for _ in range(3):
        clock.advance(timedelta(minutes=55))
        assert (await browser.get(SESSION)).status_code == 200
        await gateway.run_job("record use")
    clock.advance(timedelta(minutes=16))
    assert (await browser.get(SESSION)).status_code == 401
