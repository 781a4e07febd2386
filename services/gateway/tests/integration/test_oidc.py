"""Signing in with an identity provider: who one is afterwards, and how one gets out again."""

from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from sqlalchemy import text

from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.service import CannotStart
from fincc.gateway.settings import GatewaySettings

from ..conftest import StartGateway
from .oidc import ANN, API, NOTHING, assert_refused, changed, sign_in


@pytest.fixture
def settings(oidc_settings: GatewaySettings) -> GatewaySettings:
    return oidc_settings


async def users(database: Database) -> list[dict[str, Any]]:
    async with database.read() as session:
        return [dict(r) for r in await session.all(text("select * from users where issuer is not null order by name"))]


async def test_a_person_the_provider_vouches_for_is_signed_in(person, database, clock: FrozenClock):
    answer = await sign_in(person)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/cost/teams"
    session = (await person.get(f"{API}/session")).json()
    assert session["user"] | {"id": ""} == {
        "id": "",
        "name": "ann",
        "display_name": "Ann Example",
        "email": "ann@example.com",
        "groups": ["finops", "platform"],
        "has_password": False,
    }
    [user] = await users(database)
    assert user["last_sign_in_at"] == clock.now()
    assert user["password_hash"] is None


async def test_the_secret_and_the_proof_key_never_go_through_the_browser(person, provider):
    away = await person.get("/signin/oidc")
    asked = httpx.URL(away.headers["location"]).params
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{str(person.base_url).rstrip('/')}/signin/oidc/callback"
    secret = person.cookies["fincc_signin"].split(".")[0]
    assert secret not in away.headers["location"]
    assert len({asked["state"], asked["nonce"], asked["code_challenge"], secret}) == 4
    assert "secret" not in away.headers["location"]


async def test_one_comes_back_to_the_page_one_was_going_to(person):
    answer = await sign_in(person, "/cost/explore?range=mtd&group=ServiceName")
    assert answer.headers["location"] == "/cost/explore?range=mtd&group=ServiceName"


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:1",
        "/api/x",
        "/a\nb",
    ],
)
async def test_one_never_comes_back_to_another_place(person, page: str):
    assert (await sign_in(person, page)).headers["location"] == "/cost/teams"


async def test_somebody_without_a_role_is_told_who_they_are_and_may_do_nothing(person):
    await sign_in(person)
    session = (await person.get(f"{API}/session")).json()
    assert session["permissions"] == NOTHING
    for path in (f"{API}/users", f"{API}/views", f"{API}/status", "/api/cockpit/v1/cost-by-team"):
        assert (await person.get(path)).status_code in (403, 503), path


@changed(access_contact="finops@example.com")
async def test_whom_to_ask_is_said_where_it_is_known(person):
    await sign_in(person)
    assert (await person.get(f"{API}/session")).json()["access_contact"] == "finops@example.com"


async def test_a_group_gives_the_roles_bound_to_it_and_leaving_it_takes_them(person, provider, database, clock):
    async with database.write() as session:
        await session.execute(
            text("insert into bindings (id, principal_kind, principal, role) values ('b', 'group', 'finops', 'viewer')")
        )
    await sign_in(person)
    assert "costs:read" in (await person.get(f"{API}/session")).json()["permissions"]
    provider.person["groups"] = ["platform"]
    await sign_in(person)
    assert (await person.get(f"{API}/session")).json()["permissions"] == NOTHING
    assert [u["groups"] for u in await users(database)] == [["platform"]]


async def test_the_same_person_is_the_same_user_whatever_changed(person, provider, database):
    await sign_in(person)
    provider.person |= {"preferred_username": "ann.new", "name": "Ann New", "email": "new@example.com"}
    await sign_in(person)
    [user] = await users(database)
    assert (user["name"], user["display_name"], user["email"]) == ("ann.new", "Ann New", "new@example.com")


async def test_who_calls_themselves_admin_does_not_become_the_local_admin(person, provider, database, gateway):
    provider.person |= {"preferred_username": "Admin", "email": "admin", "name": "admin"}
    await sign_in(person)
    session = (await person.get(f"{API}/session")).json()
    assert session["permissions"] == NOTHING
    assert session["user"]["name"].startswith("admin #")
    body = {"username": "admin", "password": gateway.password}
    async with httpx.AsyncClient(base_url=gateway.url) as local:
        assert (await local.post(f"{API}/session", json=body)).json()["user"]["name"] == "admin"


async def test_who_calls_themselves_by_the_id_of_another_user_is_not_taken_for_them(
    person, provider, database, gateway
):
    async with database.read() as session:
        admin_id = await session.scalar(text("select id from users where name = 'admin'"))
    provider.person["preferred_username"] = admin_id
    await sign_in(person)
    assert [u["name"] for u in await users(database)] != [admin_id]


async def test_two_people_of_one_name_are_two_users(gateway, provider, database):
    for sub in ("1", "2"):
        provider.person["sub"] = sub
        async with httpx.AsyncClient(base_url=gateway.url) as person:
            await sign_in(person)
    first, second = await users(database)
    assert (first["name"], second["name"][:5]) == ("ann", "ann #")
    assert first["external_id"] != second["external_id"]


async def test_a_user_of_the_provider_cannot_sign_in_with_a_password(person, gateway):
    await sign_in(person)
    async with httpx.AsyncClient(base_url=gateway.url) as local:
        for password in ("x", "None", "null"):
            body = {"username": "ann", "password": password}
            assert (await local.post(f"{API}/session", json=body)).status_code == 401


async def test_a_user_who_is_switched_off_stays_out(person, database):
    await sign_in(person)
    async with database.write() as session:
        await session.execute(text("update users set is_disabled = true where issuer is not null"))
    person.cookies.clear()
    await assert_refused(person, "switched off")


@pytest.mark.parametrize("changes", [{"initial_admins": who} for who in ("ANN", "ann@example.com", "x, group:finops")])
async def test_the_first_admin_can_come_from_the_provider(person):
    await sign_in(person)
    assert "access:write" in (await person.get(f"{API}/session")).json()["permissions"]


@changed(initial_admins="ann@example.com,group:platforms")
@pytest.mark.parametrize("verified", [False, None, "true"])
async def test_an_address_nobody_verified_makes_no_admin(person, provider, verified):
    provider.person |= {"email_verified": verified, "preferred_username": None}
    await sign_in(person)
    session = (await person.get(f"{API}/session")).json()
    assert (session["user"]["name"], session["permissions"]) == ("ann@example.com", NOTHING)


async def test_what_the_id_token_lacks_comes_from_userinfo(person, provider):
    thin = dict.fromkeys(("preferred_username", "name", "email", "groups"))
    provider.token_claims = thin
    provider.userinfo = {**ANN, "iss": "https://other.example", "nonce": "x"}
    await sign_in(person)
    assert (await person.get(f"{API}/session")).json()["user"]["groups"] == ["finops", "platform"]


async def test_userinfo_about_somebody_else_is_refused(person, provider):
    provider.token_claims, provider.userinfo = {"groups": None}, {**ANN, "sub": "somebody-else"}
    await assert_refused(person, "about somebody else")


@pytest.mark.parametrize("hint", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}])
async def test_more_groups_than_fit_into_a_token_are_not_taken_for_none(person, provider, hint):
    provider.token_claims = {"groups": None, **hint}
    await assert_refused(person, "Groups assigned to the application")


@changed(sign_in_failures_per_address=2)
async def test_an_address_whose_sign_ins_fail_has_to_wait(person, provider):
    provider.token_claims = {"nonce": "another"}
    for _ in range(2):
        await assert_refused(person, "nonce")
    provider.token_claims = {}
    answer = await sign_in(person)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "30"


async def test_used_answers_are_swept_away(person, gateway, database, clock: FrozenClock):
    await sign_in(person)
    clock.advance(timedelta(minutes=11))
    await gateway.run_job("sweep")
    async with database.read() as session:
        assert await session.scalar(text("select count(*) from used_states")) == 0


async def test_signing_out_ends_the_session_at_the_provider_where_it_can(person, provider):
    provider.metadata = {"end_session_endpoint": f"{provider.url}/logout?tenant=1"}
    await sign_in(person)
    csrf = (await person.get(f"{API}/session")).json()["csrf_token"]
    out = httpx.URL((await person.delete(f"{API}/session", headers={"x-csrf-token": csrf})).json()["continue_at"])
    assert str(out).startswith(f"{provider.url}/logout?tenant=1&")
    assert out.params["post_logout_redirect_uri"] == f"{str(person.base_url).rstrip('/')}/sign-in"
    assert jwt.decode(out.params["id_token_hint"], options={"verify_signature": False})["sub"] == ANN["sub"]
    assert (await person.get(f"{API}/session")).status_code == 401


@changed(oidc_sign_out=False)
async def test_signing_out_stays_here_where_that_is_wanted(person, provider):
    provider.metadata = {"end_session_endpoint": f"{provider.url}/logout"}
    await sign_in(person)
    csrf = (await person.get(f"{API}/session")).json()["csrf_token"]
    answer = await person.delete(f"{API}/session", headers={"x-csrf-token": csrf})
    assert answer.json() == {"continue_at": None}


async def test_the_sign_in_page_knows_the_ways_in(person):
    expected = {"password": True, "provider": {"title": "Example ID", "href": "/signin/oidc"}}
    assert (await person.get(f"{API}/sign-in")).json() == expected


@changed(local_sign_in=False)
async def test_passwords_can_be_switched_off_and_the_link_of_the_terminal_still_works(person, gateway):
    assert gateway.password is None
    assert (await person.get(f"{API}/sign-in")).json()["password"] is False
    refusal = await person.post(f"{API}/session", json={"username": "admin", "password": "x"})
    assert refusal.status_code == 403
    assert refusal.json()["type"] == "urn:fincc:problem:local-sign-in-off"
    code = await gateway.service.actions["sign_in_code"]()
    assert (await person.get(f"/signin/once?code={code}")).status_code == 303
    assert (await person.get(f"{API}/session")).json()["user"]["name"] == "admin"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"oidc_issuer": "", "local_sign_in": False}, "nobody could sign in"),
        ({"oidc_client_id": ""}, "OIDC_CLIENT_ID"),
        ({"public_url": ""}, "PUBLIC_URL"),
        ({"oidc_issuer": "http://idp.example.com"}, "https://"),
        ({"oidc_scopes": "profile"}, "openid"),
    ],
)
async def test_settings_that_let_nobody_in_stop_the_start(start_gateway: StartGateway, changes, reason: str):
    with pytest.raises(CannotStart, match=reason):
        await start_gateway()


@changed(initial_admins="ann")
async def test_who_came_by_the_provider_who_was_refused_and_who_became_admin_is_recorded(person, provider, database):
    await sign_in(person)
    provider.token_claims = {"nonce": "another"}
    await sign_in(person)
    async with database.read() as session:
        query = "select action, subject_name, address, object_id from audit order by seq desc limit 3"
        refusal, given, started = await session.all(text(query))
        tokens = [str(row) for row in await session.all(text("select * from audit"))]
    assert (refusal["action"], refusal["address"]) == ("session.refused", "127.0.0.1")
    assert (given["action"], given["object_id"][:4]) == ("role.given", "bnd_")
    assert (started["action"], started["subject_name"]) == ("session.started", "ann")
    assert not any("eyJ" in row for row in tokens)
