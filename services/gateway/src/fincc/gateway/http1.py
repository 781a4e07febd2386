"""A small HTTP/1.1 client for our own services: kept connections, bodies passed on in both directions as they come.

A request through httpx takes more than a millisecond of CPU, through this a tenth of it: what a gateway may spend.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import httptools

RawHeaders = list[tuple[bytes, bytes]]

READ_AHEAD_BYTES = 256 * 1024
KEEP_S = 3.0  # below the 5 s after which the other side closes an idle connection


class PeerError(Exception):
    """The other side cannot be reached, broke off, or does not speak HTTP."""


class _Stale(PeerError):
    """A kept connection was closed before anything of the answer came."""


class Connection(asyncio.Protocol):
    """One connection; one exchange at a time: `begin`, `write`, then `head`, then `read` until the last."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._error: Exception | None = None
        self._chunks: deque[bytes] = deque()
        self._is_busy = False
        self.is_open, self.idle_since = True, 0.0

    def begin(self, *, is_head: bool) -> None:
        """Make ready for the next answer; that to a HEAD announces a body that does not come."""
        self._parser = httptools.HttpResponseParser(self)
        self._status, self._headers = 0, cast(RawHeaders, [])
        self._is_head, self._is_busy = is_head, True
        self._is_heard = self._has_head = self._is_framed = self._is_complete = self._may_be_kept = False
        self._buffered = 0

    async def write(self, data: bytes) -> None:
        await self._writable.wait()
        if self._transport is None or not self.is_open:
            raise self._error or PeerError("the connection was closed")
        self._transport.write(data)

    async def head(self) -> tuple[int, RawHeaders]:
        """Status and headers, names in lower case. Raises PeerError."""
        while not self._has_head:
            await self._more()
        return self._status, self._headers

    async def read(self) -> tuple[bytes, bool]:
        """What has come of the body, and whether it was the last. Raises PeerError when the body breaks off."""
        while not self._chunks and not self._is_complete:
            await self._more()
        data = b"".join(self._chunks)
        self._chunks.clear()
        if self._buffered > READ_AHEAD_BYTES and self._transport is not None:
            self._transport.resume_reading()
        self._buffered = 0
        return data, self._is_complete

    def end(self) -> bool:
        """Whether another exchange may follow; if not, the connection is closed."""
        self._is_busy = False
        if not self._may_be_kept:
            self.fail(PeerError("the exchange was given up"))
        self._chunks.clear()
        return self.is_open

    def fail(self, error: Exception) -> None:
        """Close at once; whoever waits gets `error`."""
        self._error = self._error or error
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()
        self._writable.set()
        self._wake()

    async def _more(self) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # Called by the event loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if not self._is_busy or self._is_complete:
            self.fail(PeerError("bytes came that nobody asked for"))
            return
        self._is_heard = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self.fail(PeerError(f"no valid HTTP: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._is_busy and self._has_head and not self._is_framed and exc is None:
            self._is_complete = True  # a body without a length ends with its connection
        is_heard = self._is_busy and self._is_heard
        self.fail(PeerError("the answer broke off") if is_heard else _Stale("the connection was closed"))

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # Called by the parser.

    def on_message_begin(self) -> None:
        if self._is_complete:
            raise PeerError("a second answer came")

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        self._is_framed = self._is_framed or name in (b"content-length", b"transfer-encoding")
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()
        if self._status < 200:
            self._headers = []
            return
        self._has_head = True
        self._is_complete = self._is_head
        self._wake()

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)
        self._buffered += len(body)
        if self._buffered > READ_AHEAD_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._wake()

    def on_message_complete(self) -> None:
        self._is_complete = self._has_head
        self._may_be_kept = self._is_complete and not self._is_head and self._parser.should_keep_alive()
        self._wake()


class Pool:
    """Connections to one place; the idle ones are kept for a while."""

    def __init__(self, host: str, port: int, *, is_https: bool, limit: int, connect_timeout_s: float) -> None:
        self._host, self._port, self._connect_timeout_s = host, port, connect_timeout_s
        self._ssl = ssl.create_default_context() if is_https else None
        self._room = asyncio.Semaphore(limit)
        self._idle: deque[Connection] = deque()

    @asynccontextmanager
    async def exchange(
        self, head: bytes, *, is_head: bool = False, body: AsyncIterator[bytes] | None = None, may_repeat: bool = False
    ) -> AsyncIterator[Connection]:
        """A connection on which `head` was sent and the head of the answer has come.

        `body` is sent while the answer is read. A request that `may_repeat` is sent again when a kept connection turns
        out to be closed. Raises PeerError, and whatever `body` raises.
        """
        async with self._room:
            connection, sending = await self._answered(head, is_head, body, may_repeat)
            try:
                yield connection
            finally:
                is_sent = sending is None or sending.done()
                if sending is not None:
                    sending.cancel()
                if not is_sent:
                    connection.fail(PeerError("the answer was complete before the request"))
                if connection.end():
                    connection.idle_since = asyncio.get_running_loop().time()
                    self._idle.append(connection)

    async def close(self) -> None:
        while self._idle:
            self._idle.pop().fail(PeerError("the gateway stops"))

    async def _answered(
        self, head: bytes, is_head: bool, body: AsyncIterator[bytes] | None, may_repeat: bool
    ) -> tuple[Connection, asyncio.Task[None] | None]:
        while True:
            kept = self._kept()
            connection = kept or await self._connect()
            sending = None
            try:
                connection.begin(is_head=is_head)
                await connection.write(head)
                if body is not None:
                    sending = asyncio.create_task(_send(connection, body))
                await connection.head()
            except _Stale:
                if kept is None or not may_repeat:
                    raise
            except BaseException as error:
                if sending is not None:
                    sending.cancel()
                connection.fail(error if isinstance(error, Exception) else PeerError("given up"))
                raise
            else:
                return connection, sending

    def _kept(self) -> Connection | None:
        oldest = asyncio.get_running_loop().time() - KEEP_S
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open and connection.idle_since > oldest:
                return connection
            connection.fail(PeerError("idle for too long"))
        return None

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                _, connection = await loop.create_connection(Connection, self._host, self._port, ssl=self._ssl)
        except (OSError, TimeoutError) as error:
            raise PeerError("no connection") from error
        return connection


async def _send(connection: Connection, body: AsyncIterator[bytes]) -> None:
    try:
        async for chunk in body:
            await connection.write(chunk)
    except Exception as error:
        connection.fail(error)
