"""Forwarding over HTTP to servers that write exactly what a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from fincc.gateway.errors import NotText, ServiceDown
from fincc.gateway.peers import HttpPeer, open_session

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@asynccontextmanager
async def peer_to(handler: Handler, connections: int = 10) -> AsyncIterator[HttpPeer]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            pass  # the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with open_session(connections, connect_timeout_s=2) as session:
        yield HttpPeer("cockpit", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/base/", session)
    server.close()


def answers(*scripts: bytes, then_close: bool = False) -> Handler:
    """A server that gives these answers to the requests of each connection, in order."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for script in scripts:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(script)
            await writer.drain()
        if not then_close:
            await reader.read()

    return handle


async def nothing() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def ask(peer: HttpPeer, receive: Receive = nothing, **scope: Any) -> tuple[int, bytes]:
    status, body = 0, b""

    async def send(message: Message) -> None:
        nonlocal status, body
        status, body = message.get("status", status), body + message.get("body", b"")

    asked = {"type": "http", "method": "GET", "raw_path": b"/x", "query_string": b"", "headers": [], **scope}
    await peer(asked, receive, send)
    return status, body


async def test_path_query_and_headers_are_sent_as_they_came_and_none_is_added():
    heard = b""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal heard
        heard = await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)

    async with peer_to(listen) as peer:
        headers = [(b"accept", b"text/csv"), (b"x-name", "Zoë".encode()), (b"accept", b"*/*"), (b"host", b"other")]
        raw_path, query = b"//a/../%2e%2E/%zz;b#c", b"q=%20+&q=\xc3\xb6?&&"
        assert await ask(peer, raw_path=raw_path, query_string=query, headers=headers) == (200, b"ok")
    first, host, *rest = heard.rstrip().split(b"\r\n")
    assert first == b"GET /base" + raw_path + b"?" + query + b" HTTP/1.1"
    assert host.lower().startswith(b"host: 127.0.0.1:")
    assert sorted(rest) == [b"accept: */*", b"accept: text/csv", b"x-name: " + "Zoë".encode()]


@pytest.mark.parametrize("part", [{"raw_path": b"/\xff"}, {"headers": [(b"x-name", b"\xff")]}])
async def test_what_cannot_be_sent_as_it_came_is_refused(part):
    async with peer_to(answers(OK)) as peer:
        with pytest.raises(NotText):
            await ask(peer, **part)


async def test_a_line_break_in_a_header_is_never_sent():
    async with peer_to(answers(OK)) as peer:
        with pytest.raises(ValueError, match="header"):
            await ask(peer, headers=[(b"x-name", b"a\r\nx-fincc-subject: forged")])


@pytest.mark.parametrize("script", [b"", b"HTTP/1.1 200 OK\r\nConte", b"SSH-2.0-OpenSSH\r\n\r\n"])
async def test_a_service_that_gives_no_answer_is_down(script: bytes):
    async with peer_to(answers(script, then_close=True)) as peer:
        with pytest.raises(ServiceDown, match="broke off"):
            await ask(peer)


@pytest.mark.parametrize(
    "script",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", CHUNKED + b"5\r\nab", CHUNKED + b"not a size\r\n"],
)
async def test_an_answer_that_is_not_whole_is_an_error(script: bytes):
    async with peer_to(answers(script, then_close=True)) as peer:
        with pytest.raises((aiohttp.ClientError, ServiceDown)):
            await ask(peer)


async def test_an_answer_nobody_asked_for_is_not_taken_for_the_next():
    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")
        await reader.read()

    async with peer_to(chatty) as peer:
        assert await ask(peer) == (200, b"ok")
        await asyncio.sleep(0.1)
        assert await ask(peer) == (200, b"ok")


async def test_a_fast_service_does_not_fill_the_memory_for_a_slow_reader():
    sent, size = 0, 100_000_000
    go_on = asyncio.Event()

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        while sent < size:
            writer.write(b"x" * 100_000)
            sent += 100_000
            await writer.drain()

    received = 0

    async def send(message: Message) -> None:
        nonlocal received
        received += len(message.get("body", b""))
        await go_on.wait()

    async with peer_to(flood) as peer:
        scope = {"type": "http", "method": "GET", "raw_path": b"/", "query_string": b"", "headers": []}
        asked = asyncio.create_task(peer(scope, nothing, send))
        await asyncio.sleep(0.5)
        assert sent < size / 2
        go_on.set()
        await asked
    assert received == size


async def test_an_answer_may_come_before_the_request_is_sent_whole():
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async def endless() -> Message:
        await asyncio.sleep(0.001)
        return {"type": "http.request", "body": b"x" * 1000, "more_body": True}

    async with peer_to(refuse) as peer:
        headers = [(b"transfer-encoding", b"chunked")]
        assert await asyncio.wait_for(ask(peer, endless, method="POST", headers=headers), 10) == (413, b"")


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_not_a_service_that_is_down():
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async with peer_to(answers()) as peer:
        with pytest.raises(ClientDisconnect):
            await ask(peer, gone, method="POST", headers=[(b"content-length", b"10")])


async def test_no_more_connections_are_opened_than_allowed():
    open_now = most = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(0.01)
            writer.write(OK)
        open_now -= 1

    async with peer_to(count, connections=3) as peer:
        assert await asyncio.gather(*(ask(peer) for _ in range(20))) == [(200, b"ok")] * 20
    assert most == 3
