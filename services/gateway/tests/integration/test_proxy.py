"""What is passed on to services and back. Every test runs with the service in this process and in another (over HTTP)."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from prometheus_client import REGISTRY
from pydantic import BaseModel

from fincc.common.auth import CostReader, Subject, needs, permission
from fincc.common.http import create_app
from fincc.common.problem import Conflict
from fincc.gateway.settings import GatewaySettings

COSTS = "/api/cockpit/v1"
ETAG = '"costs-7"'


class Rules(BaseModel):
    text: str


class Target:
    """A small service with one route for each thing a proxy can break."""

    def __init__(self, folder: Path) -> None:
        self.release, self.received = asyncio.Event(), asyncio.Event()
        self.calls = self.chunks_sent = 0
        self.file = folder / "export.bin"
        self.file.write_bytes(bytes(range(256)) * 1000)

    def routes(self) -> APIRouter:
        routes = APIRouter()

        @routes.api_route("/echo", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
        async def echo(request: Request, subject: CostReader) -> dict[str, Any]:
            body = await request.body()
            self.calls += 1
            return {
                "method": request.method,
                "path": request.url.path,
                "query": request.url.query,
                "headers": [[k, v] for k, v in request.headers.items()],
                "subject": subject.name,
                "body": body.decode("latin-1"),
            }

        @routes.get("/costs", dependencies=[needs("costs:read")])
        async def costs(request: Request) -> Response:
            headers = {"etag": ETAG, "cache-control": "private"}
            if request.headers.get("if-none-match") == ETAG:
                return Response(status_code=304, headers=headers)
            body = gzip.compress(b"team,cost\n" * 100)
            return Response(body, headers=headers | {"content-encoding": "gzip"}, media_type="text/csv")

        @routes.get("/stream", dependencies=[needs("costs:read")])
        async def stream() -> StreamingResponse:
            async def chunks() -> AsyncIterator[bytes]:
                yield b"first"
                await self.release.wait()
                yield b"second"

            return StreamingResponse(chunks(), media_type="text/csv")

        @routes.get("/endless", dependencies=[needs("costs:read")])
        async def endless() -> StreamingResponse:
            async def chunks() -> AsyncIterator[bytes]:
                while True:
                    self.chunks_sent += 1
                    yield b"x" * 1000
                    await asyncio.sleep(0.005)

            return StreamingResponse(chunks())

        @routes.get("/breaks", dependencies=[needs("costs:read")])
        async def breaks() -> StreamingResponse:
            async def chunks() -> AsyncIterator[bytes]:
                yield b"half of it"
                raise RuntimeError("the disk went away")

            return StreamingResponse(chunks(), headers={"content-length": "1000"})

        @routes.api_route("/export", methods=["GET", "HEAD"], dependencies=[needs("costs:read")])
        async def export() -> FileResponse:
            return FileResponse(self.file, filename="export.bin")

        @routes.post("/upload", dependencies=[needs("sources:write")])
        async def upload(request: Request) -> dict[str, int]:
            size = 0
            async for chunk in request.stream():
                size += len(chunk)
                self.received.set()
            return {"size": size}

        @routes.put("/rules", dependencies=[needs("ownership:write")])
        async def put_rules(rules: Rules) -> int:
            return len(rules.text)

        @routes.get("/slow", dependencies=[needs("costs:read")])
        async def slow() -> None:
            await self.release.wait()

        @routes.get("/fails", dependencies=[needs("costs:read")])
        async def fails() -> None:
            raise RuntimeError("secret detail")

        @routes.get("/conflict", dependencies=[needs("costs:read")])
        async def conflict() -> None:
            raise Conflict("a newer version is there")

        @routes.get("/who")
        async def who(subject: Annotated[Subject, Depends(permission("costs:read"))]) -> str:
            return subject.id

        return routes


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(tmp_path)


@pytest.fixture
def target_app(target: Target, verifier) -> FastAPI:
    return create_app("cockpit", verifier, list, target.routes())


@pytest.fixture(params=["in this process", "over HTTP"])
async def gateway(request, target_app, start_gateway, serve):
    """In front of a cockpit that runs; attribution and ingestion are down."""
    if request.param == "in this process":
        return await start_gateway(peers={"cockpit": target_app})
    url = await serve(target_app)
    return await start_gateway(urls={"cockpit": url})


def sent(answer: httpx.Response, name: str) -> list[str]:
    """Values of a header as the service saw it."""
    return [value for key, value in answer.json()["headers"] if key == name]


async def test_a_request_reaches_the_service_with_its_method_path_query_and_body(script):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = await script.request(method, f"{COSTS}/echo?filter=a%2Cb&filter=%C3%B6&empty=", content=b"body")
        assert answer.status_code == 200
        echo = answer.json()
        assert echo["method"] == method
        assert echo["path"] == f"{COSTS}/echo"
        assert echo["query"] == "filter=a%2Cb&filter=%C3%B6&empty="
        assert echo["body"] == "body"
        assert echo["subject"] == "admin"


async def test_the_signed_subject_cannot_be_sent_from_outside(script, signer):
    forged = signer.sign(Subject("usr_0", "somebody", frozenset({"costs:read"})))
    answer = await script.get(f"{COSTS}/echo", headers={"x-fincc-subject": forged, "x-forwarded-user": "root"})
    assert answer.json()["subject"] == "admin"
    assert len(sent(answer, "x-fincc-subject")) == 1
    assert sent(answer, "x-fincc-subject") != [forged]
    assert sent(answer, "x-forwarded-user") == []


async def test_credentials_do_not_leave_the_gateway(browser):
    answer = await browser.post(f"{COSTS}/echo")
    assert answer.json()["subject"] == "admin"
    assert sent(answer, "cookie") == sent(answer, "authorization") == sent(answer, "x-csrf-token") == []


def checks(kind: str) -> float:
    return REGISTRY.get_sample_value("fincc_gateway_check_seconds_count", {"kind": kind}) or 0.0


async def test_how_long_it_took_to_know_who_asks_is_measured_by_kind_of_proof(script, browser, anonymous):
    before = checks("session"), checks("token")
    await browser.get(f"{COSTS}/echo")
    await script.get(f"{COSTS}/echo")
    await script.get(f"{COSTS}/echo")
    await anonymous.get(f"{COSTS}/echo")
    assert (checks("session") - before[0], checks("token") - before[1]) == (1, 2)


async def test_without_signing_in_the_service_is_never_called(anonymous, target: Target):
    for headers in ({}, {"authorization": "Bearer fin_x"}, {"cookie": "fincc_session=x"}, {"x-fincc-subject": "x"}):
        assert (await anonymous.get(f"{COSTS}/echo", headers=headers)).status_code == 401
    assert target.calls == 0


async def test_a_write_with_a_cookie_alone_never_reaches_the_service(browser, target: Target):
    del browser.headers["x-csrf-token"]
    assert (await browser.post(f"{COSTS}/echo")).status_code == 403
    assert target.calls == 0
    assert (await browser.get(f"{COSTS}/echo")).status_code == 200


async def test_the_trace_goes_on_in_the_service(script):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await script.get(f"{COSTS}/echo", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert [value.split("-")[1] for value in sent(answer, "traceparent")] == [trace]


async def test_a_known_answer_is_not_sent_again(script):
    answer = await script.get(f"{COSTS}/costs")
    assert answer.headers["etag"] == ETAG
    assert answer.headers["cache-control"] == "private"
    again = await script.get(f"{COSTS}/costs", headers={"if-none-match": ETAG})
    assert again.status_code == 304
    assert again.content == b""


async def test_a_compressed_answer_is_passed_on_as_it_is(script):
    answer = await script.get(f"{COSTS}/costs")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text == "team,cost\n" * 100
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_head_gets_no_body(script):
    answer = await script.head(f"{COSTS}/export")
    assert answer.status_code == 200
    assert answer.headers["content-length"] == "256000"
    assert answer.content == b""
    assert (await script.get(f"{COSTS}/export")).headers["content-length"] == "256000"


async def test_the_first_bytes_arrive_before_the_service_has_the_last(script, target: Target):
    async with script.stream("GET", f"{COSTS}/stream", timeout=10) as answer:
        chunks = answer.aiter_raw()
        assert await anext(chunks) == b"first"
        target.release.set()
        assert b"".join([c async for c in chunks]) == b"second"


async def test_the_service_reads_a_body_while_it_is_still_being_sent(script, target: Target):
    async def body() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.wait_for(target.received.wait(), 10)
        yield b"second"

    answer = await script.post(f"{COSTS}/upload", content=body())
    assert answer.json() == {"size": 11}


async def test_a_file_is_downloaded_whole_and_in_part(script, target: Target):
    whole = await script.get(f"{COSTS}/export")
    assert whole.content == target.file.read_bytes()
    assert whole.headers["content-length"] == "256000"
    assert "export.bin" in whole.headers["content-disposition"]
    part = await script.get(f"{COSTS}/export", headers={"range": "bytes=10-19"})
    assert part.status_code == 206
    assert part.content == bytes(range(10, 20))
    assert part.headers["content-range"] == "bytes 10-19/256000"


async def test_the_service_stops_when_the_reader_is_gone(script, target: Target):
    async with script.stream("GET", f"{COSTS}/endless") as answer:
        await anext(answer.aiter_raw())
    await asyncio.sleep(0.5)
    stopped_at = target.chunks_sent
    await asyncio.sleep(0.3)
    assert target.chunks_sent == stopped_at


async def test_an_answer_that_breaks_off_is_not_passed_on_as_complete(script):
    with pytest.raises(httpx.RemoteProtocolError):
        await script.get(f"{COSTS}/breaks")


async def test_errors_of_the_service_arrive_unchanged(script):
    conflict = await script.get(f"{COSTS}/conflict")
    assert conflict.status_code == 409
    assert conflict.headers["content-type"] == "application/problem+json"
    assert conflict.json()["detail"] == "a newer version is there"
    failed = await script.get(f"{COSTS}/fails")
    assert failed.status_code == 500
    assert "secret" not in failed.text
    missing = await script.get(f"{COSTS}/no-such-route")
    assert missing.status_code == 404
    assert missing.json()["instance"] == f"{COSTS}/no-such-route"


async def test_after_an_error_the_connection_still_works(script):
    await script.get(f"{COSTS}/fails")
    assert (await script.get(f"{COSTS}/echo")).status_code == 200


def get_as_written(url: str, path: str, authorization: str) -> tuple[int, bytes]:
    """A GET whose path no client library tidies up."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.putrequest("GET", path)
    connection.putheader("authorization", authorization)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize("path", ["../../../metrics", "%2e%2e/%2e%2e/%2e%2e/metrics", "..%2f..%2f..%2fmetrics", "//x/"])
async def test_nothing_outside_the_prefix_of_the_service_is_reached(script, gateway, path: str):
    authorization = script.headers["authorization"]
    status, body = await asyncio.to_thread(get_as_written, gateway.url, f"{COSTS}/{path}", authorization)
    assert status == 404
    assert b"urn:fincc:problem:http-404" in body


async def test_a_service_that_is_down_is_named_and_the_others_answer(script):
    down = await script.get("/api/attribution/v1/hierarchy")
    assert down.status_code == 503
    assert down.headers["content-type"] == "application/problem+json"
    assert down.headers["retry-after"] == "5"
    assert down.json()["service"] == "attribution"
    assert "'attribution'" in down.json()["detail"]
    assert (await script.get(f"{COSTS}/echo")).status_code == 200


@pytest.mark.parametrize("settings", [GatewaySettings(max_body_mib=0.001, app_dir=Path("none"))])
async def test_a_body_that_is_too_large_is_refused_before_and_while_it_is_sent(script, target: Target):
    async def unknown_length() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    for path in ("upload", "echo"):
        for content in (b"x" * 2000, unknown_length()):
            answer = await script.post(f"{COSTS}/{path}", content=content)
            assert answer.status_code == 413
            assert answer.json()["type"] == "urn:fincc:problem:body-too-large"
            assert "1048 bytes" in answer.json()["detail"]
    answer = await script.put(f"{COSTS}/rules", json={"text": "x" * 2000})
    assert answer.status_code == 413
    assert (await script.put(f"{COSTS}/rules", json={"text": "x" * 900})).json() == 900
    assert target.calls == 0


@pytest.mark.parametrize("settings", [GatewaySettings(peer_timeout_s=0.5, app_dir=Path("none"))])
async def test_a_service_that_stays_silent_is_given_up(script, target: Target):
    answer = await script.get(f"{COSTS}/slow")
    assert answer.status_code == 504
    assert answer.json()["service"] == "cockpit"
    assert "0.5 s" in answer.json()["detail"]
    target.release.set()
    assert (await script.get(f"{COSTS}/echo")).status_code == 200


@pytest.mark.parametrize("settings", [GatewaySettings(peer_timeout_s=2, app_dir=Path("none"))])
async def test_an_answer_may_take_longer_than_the_timeout_while_it_makes_progress(script, target: Target):
    async with script.stream("GET", f"{COSTS}/endless") as answer:
        received = 0
        start = asyncio.get_running_loop().time()
        async for chunk in answer.aiter_raw():
            received += len(chunk)
            if asyncio.get_running_loop().time() - start > 2.5:
                break
    assert received > 10_000


async def test_signing_out_ends_access_to_the_service_at_once(browser):
    cookie = f"fincc_session={browser.cookies['fincc_session']}"
    assert (await browser.get(f"{COSTS}/who")).status_code == 200
    await browser.delete("/api/gateway/v1/session")
    assert (await browser.get(f"{COSTS}/who", headers={"cookie": cookie})).status_code == 401


async def test_many_requests_at_once_each_get_their_own_answer(script):
    answers = await asyncio.gather(*(script.post(f"{COSTS}/echo?n={n}", content=str(n)) for n in range(60)))
    assert [a.json()["body"] for a in answers] == [str(n) for n in range(60)]
    assert [a.json()["query"] for a in answers] == [f"n={n}" for n in range(60)]


async def test_a_session_that_ends_while_cached_is_not_used_longer(browser, clock):
    assert (await browser.get(f"{COSTS}/who")).status_code == 200
    clock.advance(timedelta(hours=12))
    assert (await browser.get(f"{COSTS}/who")).status_code == 401
