"""What of an identity provider's answers is believed, and what is refused."""

import base64
import json
import time
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from sqlalchemy import text

from fincc.common.clock import FrozenClock
from fincc.gateway.identity import COOKIE
from fincc.gateway.settings import GatewaySettings

from .identity_provider import CLIENT_ID
from .oidc import assert_refused, changed, sign_in


@pytest.fixture
def settings(oidc_settings: GatewaySettings) -> GatewaySettings:
    return oidc_settings


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
        await assert_refused(person, "does not publish")
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
    await assert_refused(person, reason)


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
    await assert_refused(person, "&#x27;none&#x27;")


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
    await assert_refused(person, "&#x27;HS256&#x27;")


async def test_an_id_token_changed_on_the_way_is_refused(person, provider):
    algorithm, key = provider.keys[provider.signing_kid]

    def forge(claims: dict[str, Any]) -> str:
        head, _, signature = jwt.encode(claims, key, algorithm, {"kid": provider.signing_kid}).split(".")
        changed = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "boss"}).encode()).rstrip(b"=").decode()
        return f"{head}.{changed}.{signature}"

    provider.forge = forge
    await assert_refused(person, "Signature verification failed")


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
    for other in (f"{secret}.{int(began) + 600}.", f"{secret}.{began}.L2V2aWw", "a.b.c", "x" * 5000, "é.1.2"):
        cookie = f"fincc_signin={other}".encode()
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
    await assert_refused(person, "(iss)")


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


async def test_a_provider_that_breaks_down_midway_is_away_and_has_refused_nobody(person, provider, database):
    async def recorded() -> int:
        async with database.read() as session:
            return await session.scalar(text("select count(*) from audit"))

    before, provider.is_broken = await recorded(), True
    await assert_refused(person, "answered 503", 502)
    assert await recorded() == before


@changed(oidc_client_secret="wrong")
async def test_a_wrong_client_secret_is_said_and_not_shown(person):
    await assert_refused(person, "invalid_client")
