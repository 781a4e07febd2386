"""Subjects that the gateway did not sign, or not for now, or not for us: none passes."""

import hmac
import json
import time
from collections.abc import Callable

import httpx
import jwt
import pytest
from fastapi import APIRouter
from jwt.utils import base64url_encode

from fincc.common.auth import (
    ALL_PERMISSIONS,
    HEADER,
    LIFETIME_S,
    CostReader,
    Subject,
    SubjectSigner,
    SubjectVerifier,
    new_key_pair,
)
from fincc.common.http import create_app
from fincc.common.jwks import jwk_of
from fincc.common.problem import Unauthenticated

PRIVATE, PUBLIC = new_key_pair()
ANN = Subject("usr_1", "Ann", frozenset({"costs:read"}), frozenset({"team-a"}))
ROOT = Subject("usr_2", "Root", ALL_PERMISSIONS)
KID = jwt.get_unverified_header(SubjectSigner(PRIVATE).sign(ANN))["kid"]
LEFT_OUT = object()


@pytest.fixture
def signer() -> SubjectSigner:
    return SubjectSigner(PRIVATE)


@pytest.fixture
def verifier() -> SubjectVerifier:
    return SubjectVerifier(PUBLIC)


def claims(**changed: object) -> dict[str, object]:
    """Those of a subject that may do everything."""
    now = int(time.time())
    known = {"iss": "fincc-gateway", "aud": "fincc-services", "iat": now, "exp": now + 60, "sub": "x", "name": "x"}
    known |= {"permissions": sorted(ALL_PERMISSIONS), "scope": None, "elsewhere": {}}
    return {name: value for name, value in (known | changed).items() if value is not LEFT_OUT}


def test_a_subject_as_these_tests_forge_it_is_taken_when_the_gateway_signs_it(verifier):
    signed = jwt.encode(claims(), PRIVATE, algorithm="ES256", headers={"kid": KID})
    assert verifier.verify(signed).permissions == ALL_PERMISSIONS


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_subject_without_our_kind_of_signature_is_refused(verifier, algorithm: str):
    secret = "" if algorithm == "none" else "k" * 32
    for headers in ({}, {"kid": KID}):
        with pytest.raises(Unauthenticated):
            verifier.verify(jwt.encode(claims(), secret, algorithm=algorithm, headers=headers))


def by_hand(header: dict[str, object], sign: Callable[[bytes], bytes]) -> str:
    """A token as no library writes it."""
    parts = b".".join(base64url_encode(json.dumps(part).encode()) for part in (header, claims()))
    return (parts + b"." + base64url_encode(sign(parts))).decode()


@pytest.mark.parametrize("name", ["none", "None", "nOnE", "", None])
def test_no_way_of_writing_none_is_an_algorithm(verifier, name: str | None):
    with pytest.raises(Unauthenticated):
        verifier.verify(by_hand({"alg": name, "typ": "JWT", "kid": KID}, lambda _: b""))


@pytest.mark.parametrize(
    "key", [PUBLIC, PUBLIC.strip(), json.dumps(jwk_of(PUBLIC)), KID], ids=["pem", "stripped", "jwk", "id"]
)
def test_what_is_public_of_our_key_is_no_secret_to_sign_with(verifier, key: str):
    """The confusion of a public key with a shared secret."""
    for headers in ({"alg": "HS256"}, {"alg": "HS256", "kid": KID}, {"alg": "ES256", "kid": KID}):
        with pytest.raises(Unauthenticated):
            verifier.verify(by_hand(dict(headers), lambda text: hmac.digest(key.encode(), text, "sha256")))


def test_a_subject_brings_no_key_to_verify_it_with(verifier):
    own, own_public = new_key_pair()
    for headers in (
        {"jwk": jwk_of(own_public)},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "file:///dev/null"},
    ):
        for kid in (KID, jwk_of(own_public)["kid"], "../../dev/null", "' or 1=1 --"):
            with pytest.raises(Unauthenticated):
                verifier.verify(jwt.encode(claims(), own, algorithm="ES256", headers={**headers, "kid": kid}))


@pytest.mark.parametrize("kid", ["somebody-else", "", "x" * 5000, 7, {"a": 1}, [], None])
def test_a_key_that_is_not_known_is_refused_whatever_its_name(kid: object):
    """With two keys known, a subject has to say which one signed it; ours does."""
    both = SubjectVerifier(PUBLIC + new_key_pair()[1])
    assert both.verify(SubjectSigner(PRIVATE).sign(ANN)) == ANN
    header = {"alg": "ES256", **({} if kid is None else {"kid": kid})}
    with pytest.raises(Unauthenticated):
        both.verify(by_hand(header, lambda _: b"x" * 64))


@pytest.mark.parametrize("signature", [b"", b"\x00" * 64, b"x" * 63, b"x" * 65])
def test_a_signature_of_nothing_is_none(verifier, signature: bytes):
    """Zeros were a valid signature of anything once, in a library of another language."""
    with pytest.raises(Unauthenticated):
        verifier.verify(by_hand({"alg": "ES256", "kid": KID}, lambda _: signature))


@pytest.mark.parametrize("claim", ["iss", "aud"])
@pytest.mark.parametrize("value", ["somebody-else", "", LEFT_OUT])
def test_a_subject_meant_for_others_is_refused(verifier, claim: str, value: object):
    with pytest.raises(Unauthenticated):
        verifier.verify(jwt.encode(claims(**{claim: value}), PRIVATE, algorithm="ES256"))


@pytest.mark.parametrize("name", ["exp", "iat", "sub", "name", "permissions", "scope", "elsewhere"])
def test_a_claim_that_is_missing_stands_for_nothing(verifier, name: str):
    """No scope would be everything, no end would be for ever."""
    with pytest.raises(Unauthenticated, match=name):
        verifier.verify(jwt.encode(claims(**{name: LEFT_OUT}), PRIVATE, algorithm="ES256"))


def test_a_subject_that_begins_later_is_refused(verifier):
    with pytest.raises(Unauthenticated):
        verifier.verify(jwt.encode(claims(nbf=int(time.time()) + 60), PRIVATE, algorithm="ES256"))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "null", "e30.e30.", "é.é.é", "x" * 100_000])
def test_what_is_no_token_is_refused(verifier, text: str):
    with pytest.raises(Unauthenticated):
        verifier.verify(text)


def test_a_subject_signed_by_somebody_else_is_refused(verifier):
    with pytest.raises(Unauthenticated):
        verifier.verify(SubjectSigner(new_key_pair()[0]).sign(ROOT))


def test_a_subject_that_was_changed_on_the_way_is_refused(signer, verifier):
    head, _, signature = signer.sign(ANN).split(".")
    claims = signer.sign(ROOT).split(".")[1]
    with pytest.raises(Unauthenticated):
        verifier.verify(f"{head}.{claims}.{signature}")


def test_an_expired_subject_is_refused(signer, verifier):
    with pytest.raises(Unauthenticated):
        verifier.verify(signer.sign(ANN, time.time() - LIFETIME_S - 10))


def test_a_remembered_subject_is_refused_once_it_has_expired(signer, verifier):
    token = signer.sign(ANN, time.time() - LIFETIME_S - 10)
    verifier._seen[token] = (time.time() - 10, ANN)
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


async def test_nothing_but_a_fresh_subject_of_ours_passes_and_the_refusal_is_a_problem(signer, verifier):
    """As it is for who reaches a service past the gateway; within its minute a subject that was caught can be replayed."""
    routes = APIRouter()

    @routes.get("/name")
    async def get_name(subject: CostReader) -> str:
        return subject.name

    transport = httpx.ASGITransport(create_app("cockpit", verifier, list, routes))
    client = httpx.AsyncClient(transport=transport, base_url="http://cockpit/api/cockpit/v1")
    taken = signer.sign(ANN, time.time() - LIFETIME_S + 10)
    assert [(await client.get("/name", headers={HEADER: taken})).status_code for _ in range(2)] == [200, 200]
    forged = SubjectSigner(new_key_pair()[0]).sign(ROOT)
    replayed, garbage = signer.sign(ROOT, time.time() - LIFETIME_S - 6), "x.y.z"
    for headers in (
        *([(HEADER, wrong)] for wrong in (forged, replayed, garbage, "")),
        [(HEADER, forged), (HEADER, signer.sign(ANN))],
        [("x_fincc_subject", signer.sign(ANN))],
        [("authorization", f"Bearer {signer.sign(ANN)}")],
        [("x-forwarded-user", "root"), ("x-remote-user", "root"), ("x-fincc-permissions", "costs:read")],
    ):
        answer = await client.get("/name", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), headers
