"""The HTTP client against servers that write exactly what a test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from fincc.gateway import http1
from fincc.gateway.http1 import PeerError, Pool

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
GET = b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def pool_to(handler: Handler, limit: int = 10) -> AsyncIterator[Pool]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            pass  # the test is over
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    pool = Pool("127.0.0.1", server.sockets[0].getsockname()[1], is_https=False, limit=limit, connect_timeout_s=2)
    yield pool
    await pool.close()
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


async def get(pool: Pool, **options: object) -> tuple[int, bytes]:
    async with pool.exchange(GET, **options) as connection:
        status, _ = await connection.head()
        body, is_last = b"", False
        while not is_last:
            data, is_last = await connection.read()
            body += data
        return status, body


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (OK, (200, b"ok")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", (200, b"abcd")),
        (b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", (304, b"")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", (200, b"")),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, (200, b"ok")),
    ],
)
async def test_every_kind_of_answer_is_read_to_its_end_and_the_connection_kept(script: bytes, expected):
    async with pool_to(answers(script, script)) as pool:
        assert await get(pool) == expected
        assert len(pool._idle) == 1
        assert await get(pool) == expected


async def test_an_answer_without_a_length_ends_with_its_connection():
    async with pool_to(answers(b"HTTP/1.1 200 OK\r\n\r\nall of it", then_close=True)) as pool:
        assert await get(pool) == (200, b"all of it")
        assert not pool._idle


async def test_a_head_has_no_body_and_its_connection_is_not_kept():
    async with pool_to(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n")) as pool:
        assert await get(pool, is_head=True) == (200, b"")
        assert not pool._idle


async def test_a_connection_the_other_side_wants_to_close_is_not_kept():
    async with pool_to(answers(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) as pool:
        assert await get(pool) == (200, b"ok")
        assert not pool._idle


@pytest.mark.parametrize(
    "script",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nConte",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot a size\r\n",
        b"",
    ],
)
async def test_an_answer_that_is_not_whole_is_an_error(script: bytes):
    async with pool_to(answers(script, then_close=True)) as pool:
        with pytest.raises(PeerError):
            await get(pool)
        assert not pool._idle


async def test_a_refused_connection_is_an_error():
    with pytest.raises(PeerError, match="no connection"):
        await get(Pool("127.0.0.1", 1, is_https=False, limit=1, connect_timeout_s=2))


async def test_a_kept_connection_that_turns_out_closed_is_replaced_for_a_request_that_may_repeat():
    requests = 0

    async def one_each(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        await reader.readuntil(b"\r\n\r\n")
        requests += 1
        writer.write(OK)
        await reader.readuntil(b"\r\n\r\n")  # closed without an answer to the second

    async with pool_to(one_each) as pool:
        assert await get(pool, may_repeat=True) == (200, b"ok")
        assert await get(pool, may_repeat=True) == (200, b"ok")
        assert requests == 2
        with pytest.raises(PeerError):
            await get(pool, may_repeat=False)


async def test_a_server_that_always_hangs_up_is_not_asked_for_ever():
    async with pool_to(answers(b"", then_close=True)) as pool:
        with pytest.raises(PeerError):
            await asyncio.wait_for(get(pool, may_repeat=True), 5)


async def test_an_idle_connection_is_not_used_again_after_a_while(monkeypatch):
    async with pool_to(answers(OK, OK)) as pool:
        await get(pool)
        first = pool._idle[0]
        monkeypatch.setattr(http1, "KEEP_S", -1)
        await get(pool)
        assert not first.is_open


async def test_bytes_nobody_asked_for_close_the_connection():
    """They would be taken for the answer to somebody else's request."""
    async with pool_to(answers(OK + b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged")) as pool:
        assert await get(pool) == (200, b"ok")
        assert not pool._idle


async def test_a_fast_server_does_not_fill_the_memory_of_a_slow_reader():
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while sent < 100_000_000:
            writer.write(b"x" * 100_000)
            sent += 100_000
            await writer.drain()

    async with pool_to(flood) as pool, pool.exchange(GET) as connection:
        await connection.head()
        await asyncio.sleep(0.3)
        assert connection._buffered < 2 * http1.READ_AHEAD_BYTES
        received, is_last = 0, False
        while not is_last:
            data, is_last = await connection.read()
            received += len(data)
        assert received == 100_000_000


async def test_an_answer_may_come_before_the_request_is_sent_whole():
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0.001)

    async with pool_to(refuse) as pool:
        assert await get(pool, body=endless()) == (413, b"")
        assert not pool._idle


async def test_an_error_of_the_body_reaches_who_sent_it():
    async def breaks() -> AsyncIterator[bytes]:
        yield b"x"
        raise LookupError("the file is gone")

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with pool_to(listen) as pool:
        with pytest.raises(LookupError, match="the file is gone"):
            await get(pool, body=breaks())
        assert not pool._idle


async def test_bytes_that_come_while_idle_close_the_connection():
    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.write(OK)
        await reader.read()

    async with pool_to(chatty) as pool:
        await get(pool)
        kept = pool._idle[0]
        await asyncio.sleep(0.1)
        assert not kept.is_open


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

    async with pool_to(count, limit=3) as pool:
        assert await asyncio.gather(*(get(pool) for _ in range(20))) == [(200, b"ok")] * 20
    assert most == 3
