"""Requests that are read in two ways, by the gateway and by what is behind it: none brings a service a subject, a path or a
request of its own. Every test runs with the service in this process and in another (over HTTP)."""

from __future__ import annotations

import asyncio
import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from fincc.common.auth import ALL_PERMISSIONS, Subject, SubjectSigner, SubjectVerifier, new_key_pair

from ..conftest import Gateway, Serve, StartGateway

PREFIX = "/api/cockpit/v1"
INSIDE = f"{PREFIX}/inside"
FORGED = SubjectSigner(new_key_pair()[0]).sign(Subject("usr_0", "root", ALL_PERMISSIONS))
SECOND = f"GET {INSIDE} HTTP/1.1\r\nhost: x\r\nx-fincc-subject: {FORGED}\r\n\r\n"
FIRST_S, IDLE_S = 20.0, 0.3


class Heard(NamedTuple):
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class Recorder:
    """A service that writes down every request that arrives as a whole, as services act on no other."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, has_more = b"", True
        while has_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return  # the gateway found out meanwhile that this is no request
            body, has_more = body + message.get("body", b""), message.get("more_body", False)
        headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]]
        self.heard.append(Heard(scope["method"], scope["raw_path"].decode("latin-1"), headers, body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def service() -> Recorder:
    return Recorder()


@pytest.fixture(params=["in this process", "over HTTP"])
async def gateway(
    request: pytest.FixtureRequest, service: Recorder, start_gateway: StartGateway, serve: Serve
) -> Gateway:
    if request.param == "in this process":
        return await start_gateway(peers={"cockpit": service})
    return await start_gateway(urls={"cockpit": await serve(service)})


async def statuses(url: str, sent: bytes) -> list[int]:
    """What is answered to these bytes on one connection, until nothing more comes."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    answered = b""
    try:
        writer.write(sent)
        await writer.drain()
        while data := await asyncio.wait_for(reader.read(65536), IDLE_S if answered else FIRST_S):
            answered += data
    except (TimeoutError, ConnectionError):
        pass
    finally:
        writer.close()
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answered)]


def request_of(script: httpx.AsyncClient, *lines: str, start: str = f"POST {PREFIX}/outside HTTP/1.1") -> str:
    """The head of a request of somebody who is signed in, as far as its empty line."""
    return "\r\n".join([start, "host: x", f"authorization: {script.headers['authorization']}", *lines, "", ""])


async def check_nothing_was_brought_in(service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier) -> None:
    """Each request that the service has heard is one of the gateway's, and the next one is whole."""
    answer = await script.get(f"{PREFIX}/after")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert (service.heard[-1].path, service.heard[-1].body) == (f"{PREFIX}/after", b"")
    for heard in service.heard:
        (subject,) = heard.all("x-fincc-subject")
        assert verifier.verify(subject).name == "admin"
        assert heard.all("authorization") == heard.all("cookie") == []
        assert heard.path != INSIDE


TWO_READINGS: dict[str, tuple[list[str], str]] = {
    "a length and chunks": (["content-length: 5", "transfer-encoding: chunked"], "0\r\n\r\n" + SECOND),
    "chunks and a length": (["transfer-encoding: chunked", "content-length: 5"], "0\r\n\r\n" + SECOND),
    "chunks and a length that takes all": (
        ["transfer-encoding: chunked", f"content-length: {5 + len(SECOND)}"],
        "0\r\n\r\n" + SECOND,
    ),
    "two lengths": (["content-length: 0", f"content-length: {len(SECOND)}"], SECOND),
    "a list of lengths": ([f"content-length: 0, {len(SECOND)}"], SECOND),
    "a length with a sign": ([f"content-length: +{len(SECOND)}"], SECOND),
    "a negative length": (["content-length: -1"], SECOND),
    "a space before the colon": ([f"content-length : {len(SECOND)}"], SECOND),
    "another coding": (["transfer-encoding: xchunked"], "0\r\n\r\n" + SECOND),
    "chunks not last": (["transfer-encoding: chunked, identity"], "0\r\n\r\n" + SECOND),
    "chunks twice": (["transfer-encoding: chunked", "transfer-encoding: identity"], "0\r\n\r\n" + SECOND),
    "chunks after a vertical tab": (["transfer-encoding: \x0bchunked"], "0\r\n\r\n" + SECOND),
    "a folded header": (["transfer-encoding:", " chunked", "content-length: 5"], "0\r\n\r\n" + SECOND),
    "a folded subject": (["x-ordinary: a", f" x-fincc-subject: {FORGED}", "content-length: 0"], ""),
    "a size beyond 64 bits": (["transfer-encoding: chunked"], "ffffffffffffffff1\r\n" + SECOND),
    "a size with a sign": (["transfer-encoding: chunked"], "-1\r\n" + SECOND),
    "a chunk that ends wrong": (["transfer-encoding: chunked"], "1\r\naX0\r\n\r\n" + SECOND),
    "a line feed alone": (["x-ordinary: a\nx-fincc-subject: " + FORGED, "content-length: 0"], ""),
    "a carriage return alone": (["x-ordinary: a\rx-fincc-subject: " + FORGED, "content-length: 0"], ""),
    "a zero byte in a value": (["x-ordinary: a\x00b", "content-length: 0"], ""),
    "a zero byte in a name": (["x-fincc-subject\x00: " + FORGED, "content-length: 0"], ""),
    "a header without a colon": (["x-fincc-subject " + FORGED, "content-length: 0"], ""),
}


async def test_a_request_that_can_be_read_in_two_ways_is_refused_and_brings_in_no_second_one(
    gateway: Gateway, service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier
) -> None:
    for attack, (lines, body) in TWO_READINGS.items():
        answered = await statuses(gateway.url, (request_of(script, *lines) + body).encode("latin-1"))
        assert service.heard == [], attack
        assert answered in ([400], []), attack  # what is not read any more can take the answer with it
    await check_nothing_was_brought_in(service, script, verifier)


async def test_a_second_request_on_a_connection_needs_credentials_of_its_own(
    gateway: Gateway, service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier
) -> None:
    assert await statuses(gateway.url, (request_of(script, "content-length: 0") + SECOND).encode()) == [200, 401]
    await check_nothing_was_brought_in(service, script, verifier)


NO_SUBJECT = {
    "plain": [f"x-fincc-subject: {FORGED}"],
    "in capitals": [f"X-FINCC-SUBJECT: {FORGED}"],
    "twice": [f"x-fincc-subject: {FORGED}", f"x-fincc-subject: {FORGED}"],
    "with underscores": [f"x_fincc_subject: {FORGED}", f"X_Fincc-Subject: {FORGED}"],
    "of another kind": ["x-fincc-permissions: operations:write", "x-forwarded-user: root", "x-remote-user: root"],
    "named by the connection": ["connection: x-fincc-subject, keep-alive", f"x-fincc-subject: {FORGED}"],
    "named by a second connection": ["connection: close", "Connection: X-Fincc-Subject"],
    "announced as a trailer": ["te: trailers", "trailer: x-fincc-subject"],
}


async def test_no_header_makes_somebody_else_of_the_one_who_asks(
    gateway: Gateway, service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier
) -> None:
    for attack, lines in NO_SUBJECT.items():
        head = request_of(script, *lines, "content-length: 0")
        assert await statuses(gateway.url, head.encode()) == [200], attack
        await check_nothing_was_brought_in(service, script, verifier)
    assert [h.path for h in service.heard] == [f"{PREFIX}/outside", f"{PREFIX}/after"] * len(NO_SUBJECT)


async def test_a_trailer_is_no_subject(
    gateway: Gateway, service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier
) -> None:
    head = request_of(script, "transfer-encoding: chunked", "trailer: x-fincc-subject")
    sent = f"{head}1\r\na\r\n0\r\nx-fincc-subject: {FORGED}\r\n\r\n"
    assert await statuses(gateway.url, sent.encode()) == [200]
    assert service.heard[0].body == b"a"
    await check_nothing_was_brought_in(service, script, verifier)


async def test_the_connection_header_does_not_take_the_framing_away(
    gateway: Gateway, service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier
) -> None:
    for value in ("content-length", "transfer-encoding", "host, content-type"):
        head = request_of(script, f"connection: {value}", f"content-length: {len(SECOND)}", "content-type: text/plain")
        assert await statuses(gateway.url, (head + SECOND).encode()) == [200], value
        assert service.heard[-1].body == SECOND.encode(), value
        await check_nothing_was_brought_in(service, script, verifier)


STARTS = {
    "an absolute address": f"GET http://127.0.0.1:1{PREFIX}/outside HTTP/1.1",
    "an absolute address of another service": "GET http://attribution:8082/api/attribution/v1/hierarchy HTTP/1.1",
    "an absolute address with a user": f"GET http://root@cockpit{PREFIX}/outside HTTP/1.1",
    "two dots": f"GET {PREFIX}/../../attribution/v1/hierarchy HTTP/1.1",
    "encoded dots": f"GET {PREFIX}/%2e%2e/%2e%2e/attribution/v1/hierarchy HTTP/1.1",
    "encoded slashes": f"GET {PREFIX}/..%2f..%2fattribution%2fv1%2fhierarchy HTTP/1.1",
    "backslashes": f"GET {PREFIX}/..\\..\\attribution HTTP/1.1",
    "encoded twice": f"GET {PREFIX}/%252e%252e/inside HTTP/1.1",
    "an encoded zero byte": f"GET {PREFIX}/outside%00/../inside HTTP/1.1",
    "an encoded line end": f"GET {PREFIX}/a%0d%0ax-fincc-subject:%20root HTTP/1.1",
    "an encoded question mark": f"GET {PREFIX}/outside%3Fa=b HTTP/1.1",
    "an encoded prefix": "GET /api%2fcockpit/v1/outside HTTP/1.1",
    "double slashes": f"GET /{PREFIX}/outside HTTP/1.1",
    "a host for a path": f"GET //attribution{PREFIX}/outside HTTP/1.1",
    "a fragment": f"GET {PREFIX}/outside#/../inside HTTP/1.1",
    "a space in the path": f"GET {PREFIX}/outside /inside HTTP/1.1",
    "a tunnel": "CONNECT attribution:8082 HTTP/1.1",
    "every path at once": "OPTIONS * HTTP/1.1",
    "no version": f"GET {PREFIX}/outside",
    "another version": f"GET {PREFIX}/outside HTTP/3.7",
    "an unknown method": f"SUMMON {PREFIX}/outside HTTP/1.1",
}


async def test_no_way_of_writing_a_path_leads_out_of_the_service_it_names(
    gateway: Gateway, service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier
) -> None:
    """What is taken goes to the service that the decoded path begins with, or to a page of the app; 503 is the other
    service, which is down here."""
    for attack, start in STARTS.items():
        (answered,) = await statuses(gateway.url, request_of(script, start=start).encode())
        assert answered in (200, 400, 404, 503), attack
        assert all(unquote(heard.path).startswith(f"{PREFIX}/") for heard in service.heard), attack
    await check_nothing_was_brought_in(service, script, verifier)


async def test_a_request_for_another_protocol_stays_one_of_this(
    gateway: Gateway, service: Recorder, script: httpx.AsyncClient, verifier: SubjectVerifier
) -> None:
    for protocol in ("h2c", "websocket", "TLS/1.3"):
        lines = ("connection: upgrade, http2-settings", f"upgrade: {protocol}", "http2-settings: AAMAAABk")
        head = request_of(script, *lines, start=f"GET {PREFIX}/outside HTTP/1.1")
        assert 101 not in await statuses(gateway.url, (head + SECOND).encode()), protocol
        await check_nothing_was_brought_in(service, script, verifier)
