"""A request whose head never ends is refused before it fills the memory; all others go through as before."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from fincc.common.http_head import MAX_HEAD_BYTES
from fincc.common.runtime import http_config
from fincc.common.settings import CommonSettings
from fincc.common.testing.serving import serving


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    body = await request.body()
    await JSONResponse({"body": len(body), "headers": len(request.headers)})(scope, receive, send)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(http_config(echo, CommonSettings())) as port:
        yield port


async def answer_to(port: int, *pieces: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        return await asyncio.wait_for(reader.read(4096), 20)
    except ConnectionError:
        return b"hung up"
    finally:
        writer.close()


START = b"GET / HTTP/1.1\r\nhost: x\r\n"


@pytest.mark.parametrize(
    "pieces",
    [
        [START, *(b"x-%d: %s\r\n" % (n, b"v" * 4000) for n in range(40))],
        [START, b"x: ", *[b"v" * 4000] * 40],
        [b"GET /", *[b"p" * 4000] * 40],
    ],
    ids=["many headers", "one long header", "a long path"],
)
async def test_a_head_that_does_not_end_is_refused(port: int, pieces: list[bytes]):
    answer = await answer_to(port, *pieces)
    assert answer.startswith(b"HTTP/1.1 431 ") or answer in (b"", b"hung up")


async def test_large_bodies_and_many_requests_on_one_connection_are_not_counted_as_head(port: int):
    body = b"b" * (3 * MAX_HEAD_BYTES)
    post = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)
    assert b'"body":%d' % len(body) in await answer_to(
        port, post, *(body[i : i + 8192] for i in range(0, len(body), 8192))
    )
    head = START + b"x: " + b"v" * 30_000 + b"\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(5):
        writer.write(head)
        assert b" 200 OK" in await asyncio.wait_for(reader.readuntil(b'"headers":2}'), 20)
    writer.close()


async def test_trailers_are_no_headers(port: int):
    chunked = (
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-fincc-subject: me\r\n\r\n"
    )
    assert b'"headers":2' in await answer_to(port, chunked)
