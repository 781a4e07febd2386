"""The other services as ASGI apps, whether they run in this process or in another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from fincc.gateway.errors import ServiceDown
from fincc.gateway.http1 import Connection, PeerError, Pool

_REPEATABLE = frozenset({"GET", "HEAD"})
_OF_THE_CONNECTION = frozenset({b"transfer-encoding", b"connection", b"keep-alive", b"date", b"server"})


class HttpPeer:
    """An ASGI app that forwards to a service in another process, piece by piece in both directions."""

    def __init__(self, name: str, url: str, connections: int, connect_timeout_s: float) -> None:
        parts = urlsplit(url)
        is_https = parts.scheme == "https"
        port = parts.port or (443 if is_https else 80)
        self._name, self._host = name, parts.netloc.encode()
        self._prefix = parts.path.rstrip("/").encode()
        self._pool = Pool(
            parts.hostname or "", port, is_https=is_https, limit=connections, connect_timeout_s=connect_timeout_s
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_chunked, has_body = _framing(scope)
        exchange = self._pool.exchange(
            self._head(scope),
            is_head=scope["method"] == "HEAD",
            body=_body(receive, is_chunked) if has_body else None,
            may_repeat=scope["method"] in _REPEATABLE and not has_body,
        )
        is_answered = False
        try:
            async with exchange as connection:
                is_answered = True
                await _pass_on(connection, receive, send)
        except PeerError as error:
            if is_answered:
                raise
            raise ServiceDown(self._name, str(error)) from error

    def _head(self, scope: Scope) -> bytes:
        target = self._prefix + (scope.get("raw_path") or quote(scope["path"]).encode())
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        lines = [scope["method"].encode() + b" " + target + b" HTTP/1.1", b"host: " + self._host]
        lines += [name + b": " + value for name, value in scope["headers"] if name not in (b"host", b"expect")]
        head = b"\r\n".join([*lines, b"", b""])
        if head.count(b"\n") != len(lines) + 1 or head.count(b"\r") != len(lines) + 1:
            raise PeerError("a header has a line break")
        return head

    async def close(self) -> None:
        await self._pool.close()


async def _pass_on(connection: Connection, receive: Receive, send: Send) -> None:
    """The answer, until it ends or the one who asked is gone."""
    status, headers = await connection.head()
    kept = [(name, value) for name, value in headers if name not in _OF_THE_CONNECTION]
    await send({"type": "http.response.start", "status": status, "headers": kept})
    gone: asyncio.Task[None] | None = None
    try:
        is_last = False
        while not is_last and (gone is None or not gone.done()):
            data, is_last = await connection.read()
            await send({"type": "http.response.body", "body": data, "more_body": not is_last})
            if gone is None and not is_last:
                gone = asyncio.create_task(_until_gone(receive))
    finally:
        if gone is not None:
            gone.cancel()


class Peers:
    """Finds a service: its app when it runs in this process, else the way to its address."""

    def __init__(
        self,
        in_process: Callable[[str], ASGIApp | None],
        url_of: Callable[[str], str],
        connections: int,
        connect_timeout_s: float,
    ) -> None:
        self._in_process, self._url_of = in_process, url_of
        self._connections, self._connect_timeout_s = connections, connect_timeout_s
        self._remote: dict[str, HttpPeer] = {}

    def get(self, name: str) -> ASGIApp:
        app = self._in_process(name)
        if app is not None:
            return app
        if name not in self._remote:
            self._remote[name] = HttpPeer(name, self._url_of(name), self._connections, self._connect_timeout_s)
        return self._remote[name]

    async def get_json(self, name: str, path: str, timeout_s: float) -> tuple[int, Any]:
        """(status, body) of a small document of a service. Raises ServiceDown."""
        transport = httpx.ASGITransport(self.get(name))
        try:
            async with asyncio.timeout(timeout_s), httpx.AsyncClient(transport=transport) as client:
                response = await client.get(f"http://{name}{path}")
                return response.status_code, response.json()
        except TimeoutError as error:
            raise ServiceDown(name, f"no answer within {timeout_s:g} s") from error
        except ServiceDown:
            raise
        except Exception as error:  # of a service in this process, which has logged it
            raise ServiceDown(name, type(error).__name__) from error

    async def close(self) -> None:
        for peer in self._remote.values():
            await peer.close()


def _framing(scope: Scope) -> tuple[bool, bool]:
    """Whether the body is chunked, and whether there is one."""
    is_chunked = any(name == b"transfer-encoding" for name, _ in scope["headers"])
    return is_chunked, is_chunked or any(name == b"content-length" and v != b"0" for name, v in scope["headers"])


async def _body(receive: Receive, is_chunked: bool) -> AsyncIterator[bytes]:
    """The body as it is written to the connection."""
    has_more = True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        data, has_more = message.get("body", b""), message.get("more_body", False)
        if data:
            yield b"%x\r\n%b\r\n" % (len(data), data) if is_chunked else data
    if is_chunked:
        yield b"0\r\n\r\n"


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
