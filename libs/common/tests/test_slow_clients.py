"""A client that holds a connection and does next to nothing is cut off; one that works at a fair pace is not."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from fincc.common import slow_clients
from fincc.common.runtime import http_config
from fincc.common.settings import CommonSettings
from fincc.common.testing.serving import serving

pytestmark = pytest.mark.slow

WAIT_S = 1.0
LATE_S = 2.5  # by then every one of these clients is gone
BLOCK = b"b" * 65536

Drip = Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]
seen: list[str] = []


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """/body reads, /early answers without reading, /late reads after a while, /think takes its time, /much sends and sends."""
    request = Request(scope, receive)
    path = request.url.path
    response: Response = PlainTextResponse("here")
    if path == "/late":
        await asyncio.sleep(2 * WAIT_S)
    if path == "/think":
        await asyncio.sleep(2 * WAIT_S)
    if path in ("/body", "/late"):
        try:
            response = PlainTextResponse(str(len(await request.body())))
        except ClientDisconnect:
            seen.append("gone")
            return
    if path == "/much":
        response = StreamingResponse(blocks())
    await response(scope, receive, send)


async def blocks() -> AsyncIterator[bytes]:
    try:
        while True:
            yield BLOCK
            await asyncio.sleep(0)
    finally:
        seen.append("ended")


@pytest.fixture(autouse=True)
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(slow_clients, "LOOK_EVERY_S", 0.1)
    seen.clear()
    async with serving(http_config(app, CommonSettings(client_wait_s=WAIT_S, client_bytes_per_s=1000))) as port:
        yield port


async def held_s(port: int, start: bytes, drip: Drip) -> float:
    """Seconds until the server hangs up on a client that sends `start`, then goes on as `drip` does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    writer.write(start)
    dripping = asyncio.create_task(drip(writer))
    try:
        async with asyncio.timeout(LATE_S):
            while await reader.read(65536):
                pass
    except ConnectionError:
        pass
    finally:
        dripping.cancel()
        writer.close()
    return time.monotonic() - began


async def nothing(_: asyncio.StreamWriter) -> None:
    return None


async def byte_by_byte(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"x")
        await asyncio.sleep(0.05)


async def lines(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"\r\n")
        await asyncio.sleep(0.05)


async def zeros(writer: asyncio.StreamWriter) -> None:
    """Of the length of a chunk."""
    while True:
        writer.write(b"0")
        await asyncio.sleep(0.05)


POST = b"POST %s HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n"
GET = b"GET %s HTTP/1.1\r\nhost: x\r\n\r\n"


SENDERS: dict[str, tuple[bytes, Drip]] = {
    "no byte": (b"", nothing),
    "a head byte by byte": (b"GET / HTTP/1.1\r\nhost: x\r\nx-a: ", byte_by_byte),
    "a head that stops": (b"G", nothing),
    "empty lines": (b"", lines),
    "the head of a second request": (GET % b"/" + b"GET / HTTP/1.1\r\nx: ", byte_by_byte),
    "empty lines after an answer": (GET % b"/", lines),
    "a body that never comes": (POST % b"/body", nothing),
    "a body byte by byte": (POST % b"/body", byte_by_byte),
    "a body after the answer": (POST % b"/early", byte_by_byte),
    "a chunk that is none": (b"POST /body HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", zeros),
}


async def test_who_sends_next_to_nothing_is_cut_off(port: int):
    held = await asyncio.gather(*(held_s(port, start, drip) for start, drip in SENDERS.values()))
    assert [what for what, s in zip(SENDERS, held, strict=True) if not WAIT_S * 0.8 <= s < LATE_S] == []


async def test_the_app_learns_that_a_slow_sender_is_gone(port: int):
    await held_s(port, POST % b"/body", byte_by_byte)
    await asyncio.sleep(0.05)
    assert seen == ["gone"]


async def test_who_reads_next_to_nothing_is_cut_off_and_the_app_stops(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(GET % b"/much")
    async with asyncio.timeout(4 * LATE_S):
        while not seen:
            await reader.read(10)
            await asyncio.sleep(0.1)
    assert seen == ["ended"]
    writer.close()


async def answer(port: int, pieces: list[bytes], pause_s: float) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause_s)
    found = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
    found += await asyncio.wait_for(reader.read(100), 10)
    writer.close()
    return found


async def test_a_body_at_a_fair_pace_may_take_as_long_as_it_likes(port: int):
    head = b"POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 30000\r\n\r\n"
    began = time.monotonic()
    assert (await answer(port, [head, *[b"b" * 1000] * 30], 0.1)).endswith(b"30000")
    assert time.monotonic() - began > 2 * WAIT_S


async def test_a_first_burst_buys_no_time_for_later(port: int):
    async def burst_then_drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"b" * 50_000)
        await byte_by_byte(writer)

    assert await held_s(port, POST % b"/body", burst_then_drip) < LATE_S


async def test_who_waits_for_the_app_is_not_slow(port: int):
    assert (await answer(port, [GET % b"/think"], 0)).endswith(b"here")
    late = b"POST /late HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(late)
    assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10) == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"abc")
    assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n3"), 10)).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_a_body_larger_than_what_is_held_for_an_app_that_reads_late_arrives(port: int):
    body = b"b" * 1_000_000
    head = b"POST /late HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % len(body)
    assert (await answer(port, [head + body], 0)).endswith(b"1000000")


@pytest.mark.parametrize("pause_s", [0.0, 0.05], ids=["as fast as it comes", "at a fair pace"])
async def test_a_long_answer_that_is_read_is_not_cut(port: int, pause_s: float):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(GET % b"/much")
    until = time.monotonic() + 3 * WAIT_S
    while time.monotonic() < until:
        assert await reader.read(65536)
        await asyncio.sleep(pause_s)
    writer.close()


async def test_many_requests_on_one_connection_are_never_cut(port: int):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    until = time.monotonic() + 2 * WAIT_S
    while time.monotonic() < until:
        writer.write(GET % b"/")
        assert (await asyncio.wait_for(reader.readuntil(b"here"), 5)).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.03)
    writer.close()
