"""Public keys that somebody publishes: which are taken, when they are fetched again, and how a key is changed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx
import jwt
import pytest
import uvicorn
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from fincc.common.auth import HEADER, CostReader, Subject, SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.fetch import MAX_BYTES, FetchFailed, fetch_json, open_client
from fincc.common.http import create_app
from fincc.common.jwks import PublishedKeys, fetched_from, jwk_of, key_set, keys_of, split_pems, thumbprint
from fincc.common.problem import NotReady, Unauthenticated
from fincc.common.testing.serving import serving

ANN = Subject("usr_1", "Ann", frozenset({"costs:read"}))
OLD, NEW = new_key_pair(), new_key_pair()


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Publisher:
    """A server of one document; counts how often it was asked."""

    def __init__(self) -> None:
        self.answer: Callable[[], Response] = lambda: JSONResponse({"keys": []})
        self.asked = 0
        self.url = ""

    def publish(self, *public_pems: str) -> None:
        self.answer = lambda: JSONResponse(key_set(public_pems))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await self.answer()(scope, receive, send)


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    app = Publisher()
    async with serving(uvicorn.Config(app, lifespan="off", log_config=None)) as port:
        app.url = f"http://127.0.0.1:{port}/.well-known/jwks.json"
        yield app


def test_the_id_of_a_key_is_its_thumbprint():
    """The example of RFC 7638, section 3.1."""
    modulus = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
        "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL"
        "5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )
    assert thumbprint({"kty": "RSA", "n": modulus, "e": "AQAB"}) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_a_subject_names_the_key_it_was_signed_with():
    token = SubjectSigner(OLD[0]).sign(ANN)
    assert jwt.get_unverified_header(token)["kid"] == jwk_of(OLD[1])["kid"]


def test_several_keys_are_given_one_after_the_other():
    verifier = SubjectVerifier(OLD[1] + NEW[1])
    assert split_pems(OLD[1] + "\n" + NEW[1]) == [OLD[1], NEW[1]]
    for private, _ in (OLD, NEW):
        assert verifier.verify(SubjectSigner(private).sign(ANN)) == ANN


def test_what_is_no_public_signing_key_is_left_out():
    good = jwk_of(OLD[1])
    others = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "a"},
        {**good, "kid": "b", "use": "enc"},
        {"kty": "EC", "kid": "c"},
        7,
    ]
    assert set(keys_of({"keys": [*others, good]})) == {good["kid"]}


def published(publisher: Publisher, clock: Clock) -> PublishedKeys:
    return PublishedKeys(fetched_from(publisher.url), again_after_s=5, lifetime_s=300, now_s=clock)


async def test_the_key_changes_without_a_request_refused(publisher):
    """Two services, one of which has seen nothing yet; the gateway signs with the old key, then with the new one."""
    clock = Clock()
    services = [SubjectVerifier(published=published(publisher, clock)) for _ in range(2)]
    old, new = SubjectSigner(OLD[0]), SubjectSigner(NEW[0])
    publisher.publish(OLD[1])
    assert await services[0].check(old.sign(ANN)) == ANN
    publisher.publish(OLD[1], NEW[1])
    clock.now_s += 6
    for service in services:
        assert await service.check(new.sign(ANN)) == ANN
        assert await service.check(old.sign(Subject("usr_2", "Bob"))) == Subject("usr_2", "Bob")
    publisher.publish(NEW[1])
    clock.now_s += 300
    for service in services:
        assert await service.check(new.sign(Subject("usr_3", "Eve"))) == Subject("usr_3", "Eve")
        with pytest.raises(Unauthenticated, match="not known"):
            await service.check(old.sign(Subject("usr_4", "Joe")))


async def test_unknown_keys_do_not_make_it_ask_more_often_than_every_few_seconds(publisher):
    clock = Clock()
    verifier = SubjectVerifier(published=published(publisher, clock))
    publisher.publish(OLD[1])
    stranger = SubjectSigner(NEW[0])

    async def refused(number: int) -> None:
        with pytest.raises(Unauthenticated):
            await verifier.check(stranger.sign(Subject(f"usr_{number}", "x")))

    await asyncio.gather(*(refused(n) for n in range(20)))
    assert publisher.asked == 1
    clock.now_s += 5
    await asyncio.gather(*(refused(n) for n in range(20)))
    assert publisher.asked == 2


async def knowing_the_old_key(publisher: Publisher, clock: Clock) -> SubjectVerifier:
    verifier = SubjectVerifier(published=published(publisher, clock))
    publisher.publish(OLD[1])
    assert await verifier.check(SubjectSigner(OLD[0]).sign(ANN)) == ANN
    return verifier


async def test_the_last_good_keys_stay_while_the_gateway_is_down(publisher):
    clock = Clock()
    verifier = await knowing_the_old_key(publisher, clock)
    publisher.answer = lambda: Response("gone", 502)
    clock.now_s += 400
    assert await verifier.check(SubjectSigner(OLD[0]).sign(Subject("usr_2", "Bob"))) == Subject("usr_2", "Bob")
    assert publisher.asked == 2


async def test_whether_a_key_is_known_cannot_be_said_while_the_gateway_is_down(publisher):
    """A stranger's key is refused, but this may be the gateway's new one: whoever asks is not signed out for it."""
    clock = Clock()
    verifier = await knowing_the_old_key(publisher, clock)
    publisher.answer = lambda: Response("busy", 502)
    clock.now_s += 6
    token = SubjectSigner(NEW[0]).sign(ANN)
    for _ in range(2):
        with pytest.raises(NotReady, match="502"):
            await verifier.check(token)
    publisher.publish(OLD[1], NEW[1])
    clock.now_s += 5
    assert await verifier.check(token) == ANN


async def test_a_request_that_is_given_up_while_keys_are_fetched_does_not_refuse_the_next(publisher):
    asked, answered = asyncio.Event(), asyncio.Event()

    async def fetch() -> dict[str, object]:
        asked.set()
        await answered.wait()
        return key_set([OLD[1]])

    clock = Clock()
    verifier = SubjectVerifier(published=PublishedKeys(fetch, again_after_s=5, now_s=clock))
    token = SubjectSigner(OLD[0]).sign(ANN)
    given_up = asyncio.create_task(verifier.check(token))
    await asked.wait()
    given_up.cancel()
    answered.set()
    with pytest.raises(NotReady, match="given up"):
        await verifier.check(token)
    clock.now_s += 5
    assert await verifier.check(token) == ANN


async def test_before_any_key_was_had_a_service_is_not_ready_rather_than_wrong(publisher):
    publisher.answer = lambda: Response("not yet", 503)
    verifier = SubjectVerifier(published=published(publisher, Clock()))
    token = SubjectSigner(OLD[0]).sign(ANN)
    for _ in range(2):
        with pytest.raises(NotReady):
            await verifier.check(token)


async def test_a_service_takes_a_subject_of_a_published_key_and_no_plain_header(publisher):
    from fastapi import APIRouter

    routes = APIRouter()

    @routes.get("/name")
    async def get_name(subject: CostReader) -> str:
        return subject.name

    publisher.publish(OLD[1])
    app = create_app("cockpit", SubjectVerifier(published=published(publisher, Clock())), list, routes)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://cockpit/api/cockpit/v1"
    ) as client:
        assert (await client.get("/name", headers={HEADER: SubjectSigner(OLD[0]).sign(ANN)})).json() == "Ann"
        for claim in ("usr_1", json.dumps({"sub": "usr_1"}), SubjectSigner(NEW[0]).sign(ANN)):
            assert (await client.get("/name", headers={HEADER: claim})).status_code == 401


async def _long() -> AsyncIterator[bytes]:
    for _ in range(40):
        yield b" " * 65536


async def _silent() -> AsyncIterator[bytes]:
    yield b"{"
    await asyncio.sleep(60)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda: StreamingResponse(_long()), f"more than {MAX_BYTES}"),
        pytest.param(lambda: StreamingResponse(_silent()), "within 0.5 s", marks=pytest.mark.slow),
        (lambda: RedirectResponse("http://169.254.169.254/latest"), "redirect"),
        (lambda: Response("<html>"), "not JSON"),
        (lambda: Response("[]"), "no object"),
    ],
)
async def test_a_document_that_is_none_is_refused_with_the_reason(publisher, answer, reason: str):
    publisher.answer = answer
    async with open_client() as client:
        with pytest.raises(FetchFailed, match=reason):
            await fetch_json(client, publisher.url, 0.5 if "within" in reason else 10)


async def test_a_host_that_is_not_there_is_named():
    async with open_client() as client:
        with pytest.raises(FetchFailed, match=r"127\.0\.0\.1:1/keys could not be reached"):
            await fetch_json(client, "http://127.0.0.1:1/keys?secret=x", 5)
