"""Users: adding, the initial password, disabling, ending sessions."""

import asyncio

import httpx
import pytest
from sqlalchemy import text

from fincc.gateway.repository import bindings

from ..conftest import GRACE, sign_in_as

USERS, SESSION, PASSWORD = "/api/gateway/v1/users", "/api/gateway/v1/session", "/api/gateway/v1/password"


async def test_the_initial_password_has_to_be_changed_before_anything_else(browser, gateway, anonymous):
    added = (await browser.post(USERS, json={"name": " Ada ", "display_name": "Ada L."})).json()
    await browser.post("/api/gateway/v1/access/bindings", json={"user": "ada", "role": "admin"})
    await sign_in_as(anonymous, "ada", added["password"])
    session = (await anonymous.get(SESSION)).json()
    assert (session["must_change_password"], session["permissions"]) == (True, ["account:write"])
    assert (await anonymous.get(USERS)).status_code == 403
    body = {"old_password": added["password"], "new_password": "something of my own"}
    assert (await anonymous.post(PASSWORD, json=body)).status_code == 204
    session = (await anonymous.get(SESSION)).json()
    assert (session["must_change_password"], "costs:read" in session["permissions"]) == (False, True)


async def test_who_knows_an_initial_password_leaves_no_token_behind(browser, gateway, member):
    tokens = "/api/gateway/v1/tokens"
    made = (await member.post(tokens, json={"name": "mine"})).json()
    reset = (await browser.post(f"{USERS}/grace/password")).json()
    await sign_in_as(member, "grace", reset["password"])
    for answer in (
        await member.post(tokens, json={"name": "for later"}),
        await member.post(f"{tokens}/{made['id']}/rotation", json={}),
    ):
        assert (answer.status_code, "initial password" in answer.json()["detail"]) == (403, True)
    assert [t["last4"] for t in (await member.get(tokens)).json()["items"]] == [made["last4"]]


async def test_the_initial_password_is_in_no_later_answer(browser):
    answer = await browser.post(USERS, json={"name": "ada"})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["password"] not in (await browser.get(USERS)).text


async def test_users_are_listed_with_their_last_sign_in(browser, member, clock):
    users = {u["name"]: u for u in (await browser.get(USERS)).json()["items"]}
    assert users["grace"]["last_sign_in_at"] == clock.now().isoformat().replace("+00:00", "Z")
    assert (users["grace"]["sessions"], users["grace"]["issuer"], users["grace"]["is_disabled"]) == (1, None, False)


@pytest.mark.parametrize("name", ["", "  ", "a b", "a/b", "x" * 201])
async def test_a_name_that_nobody_could_sign_in_with_is_refused(browser, name):
    assert (await browser.post(USERS, json={"name": name})).status_code == 422


async def test_a_name_is_given_once(browser, member):
    answer = await browser.post(USERS, json={"name": "Grace"})
    assert (answer.status_code, "'grace' already" in answer.json()["detail"]) == (409, True)


async def test_disabling_ends_sessions_at_once_and_keeps_out(browser, gateway, member, anonymous):
    assert (await browser.patch(f"{USERS}/grace", json={"is_disabled": True})).status_code == 204
    assert (await member.get(SESSION)).status_code == 401
    body = {"username": "grace", "password": GRACE}
    assert (await anonymous.post(SESSION, json=body)).status_code == 401
    await browser.patch(f"{USERS}/grace", json={"is_disabled": False})
    assert (await member.get(SESSION)).status_code == 401
    assert (await anonymous.post(SESSION, json=body)).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("POST", "password"), ("DELETE", "sessions")])
async def test_who_is_just_becoming_stronger_is_waited_for(browser, gateway, member, database, method, path):
    """Acting for somebody is for who may do as much: also where a role is being given at that moment."""
    body = {"name": "giver", "permissions": ["access:read", "access:write"]}
    token = (await browser.post("/api/gateway/v1/tokens", json=body)).json()["token"]
    async with httpx.AsyncClient(base_url=gateway.url, headers={"authorization": f"Bearer {token}"}) as giver:
        async with database.write() as session:
            grace = await session.scalar(text("select id from users where name = 'grace'"))
            given = {"principal_kind": "user", "principal": grace, "role": "admin", "node": None}
            assert await bindings.insert_binding(session, {"id": "bnd_new", **given})
            asking = asyncio.create_task(giver.request(method, f"{USERS}/grace/{path}"))
            await asyncio.sleep(0.5)
            assert not asking.done()
        assert (await asking).status_code == 403
    assert (await member.get(SESSION)).status_code == 200


async def test_nobody_disables_themselves(browser):
    answer = await browser.patch(f"{USERS}/admin", json={"is_disabled": True})
    assert (answer.status_code, "another admin" in answer.json()["detail"]) == (409, True)


async def test_a_reset_password_replaces_the_one_before_and_ends_sessions(browser, member, anonymous):
    reset = (await browser.post(f"{USERS}/grace/password")).json()
    assert (await member.get(SESSION)).status_code == 401
    assert (await anonymous.post(SESSION, json={"username": "grace", "password": GRACE})).status_code == 401
    await sign_in_as(anonymous, "grace", reset["password"])
    assert (await anonymous.get(SESSION)).json()["must_change_password"]


async def test_sessions_of_others_are_ended(browser, member):
    assert (await browser.delete(f"{USERS}/grace/sessions")).json() == {"ended": 1}
    assert (await member.get(SESSION)).status_code == 401


async def test_an_id_means_its_user_though_another_is_named_like_it(browser, database):
    async with database.write() as session:
        await session.execute(text("insert into users (id, name) values ('usr_1', 'usr_2'), ('usr_2', 'olga')"))
    given = await browser.post("/api/gateway/v1/access/bindings", json={"user": "usr_2", "role": "viewer"})
    assert given.json()["principal"]["name"] == "olga"


async def test_an_unknown_user_is_named(browser):
    for answer in (
        await browser.delete(f"{USERS}/nobody/sessions"),
        await browser.patch(f"{USERS}/nobody", json={"is_disabled": True}),
        await browser.post(f"{USERS}/nobody/password"),
    ):
        assert (answer.status_code, "'nobody'" in answer.json()["detail"]) == (422, True)


async def test_who_gives_roles_at_a_node_changes_no_users(browser, member, hierarchy):
    await browser.post("/api/gateway/v1/access/bindings", json={"user": "grace", "role": "admin", "node": "bu-a"})
    refused = await member.post(USERS, json={"name": "mallory"})
    assert (refused.status_code, "for a part of it only" in refused.json()["detail"]) == (403, True)
    assert (await member.delete(f"{USERS}/admin/sessions")).status_code == 403


async def test_the_password_of_an_identity_provider_is_not_reset_here(browser, database):
    async with database.write() as session:
        await session.execute(
            text(
                "insert into users (id, name, issuer, external_id) values ('usr_o', 'olga', 'https://id.example', 'o')"
            )
        )
    refused = await browser.post(f"{USERS}/olga/password")
    assert (refused.status_code, "https://id.example" in refused.json()["detail"]) == (409, True)


async def test_what_changes_others_needs_the_permission(member):
    assert (await member.post(USERS, json={"name": "x"})).status_code == 403
