"""The other services as ASGI apps, whether they run in this process or in another."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, urlsplit

import httpcore
import httpx
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from fincc.gateway.errors import ServiceDown

KEEPALIVE_S = 3  # below the 5 s after which the other side closes an idle connection
_REPEATABLE = frozenset({b"GET", b"HEAD"})
_OF_THE_CONNECTION = frozenset({b"transfer-encoding", b"connection", b"keep-alive", b"date", b"server"})


class HttpPeer:
    """An ASGI app that forwards to a service in another process, chunk by chunk in both directions."""

    def __init__(self, name: str, url: str, pool: httpcore.AsyncConnectionPool, connect_timeout_s: float) -> None:
        parts = urlsplit(url)
        self._name, self._pool = name, pool
        self._origin = (parts.scheme.encode(), (parts.hostname or "").encode(), parts.port)
        self._prefix = parts.path.rstrip("/").encode()
        self._host = parts.netloc.encode()
        self._timeouts = {"timeout": {"connect": connect_timeout_s, "pool": connect_timeout_s}}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(scope, receive)
        try:
            headers = [(k.lower(), v) for k, v in response.headers if k.lower() not in _OF_THE_CONNECTION]
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await self._pass_on(response, receive, send)
        finally:
            await response.aclose()

    async def _answer(self, scope: Scope, receive: Receive) -> httpcore.Response:
        """The response, its body not read yet. A connection that the other side was just closing is replaced once."""
        request = self._request(scope, receive)
        may_repeat = request.method in _REPEATABLE and not _has_body(scope)
        while True:
            try:
                return await self._pool.handle_async_request(request)
            except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError) as error:
                if not may_repeat:
                    raise ServiceDown(self._name, _reason(error)) from error
                may_repeat = False
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
                raise ServiceDown(self._name, _reason(error)) from error

    def _request(self, scope: Scope, receive: Receive) -> httpcore.Request:
        target = self._prefix + (scope.get("raw_path") or quote(scope["path"]).encode())
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        headers = [(k, v) for k, v in scope["headers"] if k not in (b"host", b"expect")]
        headers.append((b"host", self._host))
        content = _body(receive) if _has_body(scope) else None
        scheme, host, port = self._origin
        url = httpcore.URL(scheme=scheme, host=host, port=port, target=target)
        return httpcore.Request(scope["method"], url, headers=headers, content=content, extensions=self._timeouts)

    async def _pass_on(self, response: httpcore.Response, receive: Receive, send: Send) -> None:
        """The body, until it ends or the one who asked is gone."""
        gone: asyncio.Task[None] | None = None
        try:
            async for chunk in response.aiter_stream():
                if gone is not None and gone.done():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                gone = gone or asyncio.create_task(_until_gone(receive))
            await send({"type": "http.response.body", "body": b"", "more_body": False})
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
        self._in_process, self._url_of, self._connect_timeout_s = in_process, url_of, connect_timeout_s
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=KEEPALIVE_S
        )
        self._remote: dict[str, HttpPeer] = {}

    def get(self, name: str) -> ASGIApp:
        app = self._in_process(name)
        if app is not None:
            return app
        if name not in self._remote:
            self._remote[name] = HttpPeer(name, self._url_of(name), self._pool, self._connect_timeout_s)
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
        except (httpcore.NetworkError, httpcore.ProtocolError, json.JSONDecodeError) as error:
            raise ServiceDown(name, _reason(error)) from error

    async def close(self) -> None:
        await self._pool.aclose()


def _has_body(scope: Scope) -> bool:
    return any(k == b"transfer-encoding" or (k == b"content-length" and v != b"0") for k, v in scope["headers"])


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _reason(error: Exception) -> str:
    is_unreachable = isinstance(error, (httpcore.ConnectError, httpcore.ConnectTimeout))
    return "no connection" if is_unreachable else type(error).__name__
