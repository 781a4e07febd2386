"""Signing in with an identity provider: what is believed, what is refused, and who one is afterwards."""

import base64
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import text

from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.service import CannotStart
from fincc.gateway.identity import COOKIE
from fincc.gateway.settings import GatewaySettings

from ..conftest import Gateway, Serve, StartGateway, free_port
from .identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider

API = "/api/gateway/v1"
ANN = {
    "sub": "8d1-ann",
    "preferred_username": "Ann",
    "name": "Ann Example",
    "email": "ann@example.com",
    "email_verified": True,
    "groups": ["finops", "platform"],
}
NOTHING = ["account:write"]
OIDC: dict[str, Any] = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET, "oidc_title": "Example ID"}


@pytest.fixture
async def provider(serve: Serve) -> IdentityProvider:
    provider = IdentityProvider(person=dict(ANN))
    provider.url = await serve(provider.app)
    return provider


@pytest.fixture
def changes() -> dict[str, Any]:
    return {}


@pytest.fixture
async def settings(provider: IdentityProvider, changes: dict[str, Any], tmp_path: Path) -> GatewaySettings:
    public_url = f"http://127.0.0.1:{free_port()}"
    return GatewaySettings(
        **{"app_dir": tmp_path / "dist", "public_url": public_url, "oidc_issuer": provider.url, **OIDC, **changes}
    )


def changed(**settings: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("changes", [settings])


@pytest.fixture
async def person(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A browser: keeps cookies, and follows redirects only where a test says so."""
    async with httpx.AsyncClient(base_url=gateway.url) as client:
        yield client


async def sign_in(person: httpx.AsyncClient, page: str = "") -> httpx.Response:
    """The answer to the way back from the provider."""
    away = await person.get("/signin/oidc", params={"next": page} if page else {})
    assert away.status_code == 303, away.text
    back = await person.get(away.headers["location"])
    return await person.get(back.headers["location"])


async def refused(person: httpx.AsyncClient, reason: str, status: int = 403) -> None:
    answer = await sign_in(person)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert reason in answer.text
    assert COOKIE not in person.cookies
    assert (await person.get(f"{API}/session")).status_code == 401


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
    await refused(person, "switched off")


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
    await refused(person, "about somebody else")


@pytest.mark.parametrize("hint", [{"_claim_names": {"groups": "src1"}}, {"hasgroups": True}])
async def test_more_groups_than_fit_into_a_token_are_not_taken_for_none(person, provider, hint):
    provider.token_claims = {"groups": None, **hint}
    await refused(person, "Groups assigned to the application")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_each_kind_of_signature_that_is_allowed_is_taken(person, provider, algorithm: str):
    provider.rotate(algorithm)
    assert (await sign_in(person)).status_code == 303


@changed(oidc_keys_again_s=1)
async def test_a_key_that_was_changed_is_fetched_when_it_is_first_used(person, provider):
    assert (await sign_in(person)).status_code == 303
    time.sleep(1.1)  # noqa: ASYNC251 - the provider's keys may be fetched again only after a second
    provider.rotate("RS256")
    assert (await sign_in(person)).status_code == 303
    assert provider.asked.count("keys") == 2


async def test_unknown_keys_do_not_make_us_fetch_without_end(person, provider):
    await sign_in(person)
    provider.signing_kid, known = "unknown", provider.keys
    provider.keys = {**known, "unknown": next(iter(known.values()))}
    provider.forge = lambda claims: jwt.encode(claims, next(iter(known.values()))[1], "ES256", {"kid": "unknown"})
    provider.keys = known
    for _ in range(3):
        person.cookies.clear()
        await refused(person, "does not publish")
    assert provider.asked.count("keys") == 1


NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "another-app"}, "Audience"),
        ({"aud": [CLIENT_ID, "another-app"]}, "azp"),
        ({"azp": "another-app"}, "azp"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"exp": NOW - 120}, "expired"),
        ({"exp": None}, "exp"),
        ({"iat": NOW + 3600}, "iat"),
        ({"nbf": NOW + 3600}, "nbf"),
        ({"sub": None}, "sub"),
    ],
)
async def test_an_id_token_that_does_not_fit_is_refused(person, provider, claims: dict[str, Any], reason: str):
    provider.token_claims = claims
    await refused(person, reason)


async def test_an_id_token_for_several_that_was_made_for_us_is_taken(person, provider):
    provider.token_claims = {"aud": [CLIENT_ID, "another-app"], "azp": CLIENT_ID}
    assert (await sign_in(person)).status_code == 303


@pytest.mark.parametrize(("late_s", "status"), [(30, 303), (90, 403)])
async def test_clocks_may_differ_by_a_minute_and_no_more(person, provider, late_s: int, status: int):
    now = int(time.time())
    provider.token_claims = {"exp": now - late_s, "iat": now - late_s - 60}
    assert (await sign_in(person)).status_code == status
    provider.token_claims = {"iat": now + late_s, "nbf": now + late_s, "exp": now + 300}
    assert (await sign_in(person)).status_code == status


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", algorithm="none")


async def test_an_id_token_without_a_signature_is_refused(person, provider):
    provider.forge = unsigned
    await refused(person, "&#x27;none&#x27;")


async def test_an_id_token_signed_with_the_public_key_as_a_password_is_refused(person, provider):
    public = provider.keys[provider.signing_kid][1].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    kid = provider.signing_kid

    def forge(claims: dict[str, Any]) -> str:
        parts = [json.dumps(p).encode() for p in ({"alg": "HS256", "kid": kid}, claims)]
        head = b".".join(base64.urlsafe_b64encode(p).rstrip(b"=") for p in parts)
        signature = jwt.get_algorithm_by_name("HS256").sign(head, pem)
        return (head + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()

    provider.forge = forge
    await refused(person, "&#x27;HS256&#x27;")


async def test_an_id_token_changed_on_the_way_is_refused(person, provider):
    algorithm, key = provider.keys[provider.signing_kid]

    def forge(claims: dict[str, Any]) -> str:
        head, _, signature = jwt.encode(claims, key, algorithm, {"kid": provider.signing_kid}).split(".")
        changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "boss"}).encode()).rstrip(b"=").decode()
        return f"{head}.{changed}.{signature}"

    provider.forge = forge
    await refused(person, "Signature verification failed")


async def test_an_answer_is_good_once(person, gateway, database):
    away = await person.get("/signin/oidc")
    cookie = person.cookies["fincc_signin"]
    back = (await person.get(away.headers["location"])).headers["location"]
    assert (await person.get(back)).status_code == 303
    assert (await person.get(back)).status_code == 403  # the cookie is gone
    async with httpx.AsyncClient(base_url=gateway.url, headers={"cookie": f"fincc_signin={cookie}"}) as thief:
        again = await thief.get(back)
    assert again.status_code == 403
    assert "used already" in again.text
    assert "set-cookie" not in again.headers or f"{COOKIE}=" not in again.headers["set-cookie"]


async def test_an_answer_is_good_only_in_the_browser_that_asked(person, gateway):
    away = await person.get("/signin/oidc")
    back = (await person.get(away.headers["location"])).headers["location"]
    async with httpx.AsyncClient(base_url=gateway.url) as victim:
        assert "has not begun" in (await victim.get(back)).text
        await victim.get("/signin/oidc")
        answer = await victim.get(back)
    assert answer.status_code == 403
    assert "another sign-in" in answer.text


async def test_a_cookie_that_was_changed_fits_no_answer(person):
    away = await person.get("/signin/oidc")
    back = (await person.get(away.headers["location"])).headers["location"]
    secret, began, _ = person.cookies["fincc_signin"].split(".")
    for changed in (f"{secret}.{int(began) + 600}.", f"{secret}.{began}.L2V2aWw", "a.b.c", "x" * 5000, "é.1.2"):
        cookie = f"fincc_signin={changed}".encode()
        assert (await person.get(back, headers=[(b"cookie", cookie)])).status_code == 403


async def test_signing_in_may_take_ten_minutes(person, clock: FrozenClock):
    away = await person.get("/signin/oidc")
    back = (await person.get(away.headers["location"])).headers["location"]
    clock.advance(timedelta(minutes=10, seconds=1))
    answer = await person.get(back)
    assert answer.status_code == 403
    assert "longer than ten minutes" in answer.text


async def test_what_the_provider_says_no_to_is_shown_and_cannot_run(person, provider):
    away = await person.get("/signin/oidc")
    state = httpx.URL(away.headers["location"]).params["state"]
    error = {"error": "access_denied", "error_description": "<script>alert(1)</script>", "state": state}
    answer = await person.get("/signin/oidc/callback", params=error)
    assert answer.status_code == 403
    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_an_answer_of_another_provider_is_refused(person, provider):
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    await refused(person, "(iss)")


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [
        ({"issuer": "https://evil.example"}, "equal to the letter"),
        ({"token_endpoint": "http://evil.example/token"}, "token_endpoint"),
        ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri"),
        ({"authorization_endpoint": None}, "authorization_endpoint"),
    ],
)
async def test_metadata_that_cannot_be_right_stops_the_sign_in(person, provider, metadata, reason: str):
    provider.metadata = metadata
    for _ in range(2):
        answer = await person.get("/signin/oidc")
        assert answer.status_code == 502
        assert reason in answer.text
    assert provider.asked == ["discovery"]


async def test_the_secret_goes_into_the_body_where_the_provider_takes_it_nowhere_else(person, provider):
    provider.client_proves_itself_by = "post"
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    assert (await sign_in(person)).status_code == 303


@changed(oidc_client_secret=None)
async def test_a_client_without_a_secret_signs_in_by_pkce_alone(person, provider):
    provider.client_proves_itself_by = "none"
    assert (await sign_in(person)).status_code == 303


@changed(oidc_client_secret="wrong")
async def test_a_wrong_client_secret_is_said_and_not_shown(person):
    await refused(person, "invalid_client")


@changed(sign_in_failures_per_address=2)
async def test_an_address_whose_sign_ins_fail_has_to_wait(person, provider):
    provider.token_claims = {"nonce": "another"}
    for _ in range(2):
        await refused(person, "nonce")
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
