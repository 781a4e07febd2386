"""The other services as ASGI apps, whether they run in this process or in another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp
import httpx
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from yarl import URL

from fincc.gateway.errors import NotText, ServiceDown

KEEP_S = 3.0  # below the 5 s after which the other side closes an idle connection
_NOT_SENT = frozenset({b"host", b"expect", b"transfer-encoding"})
_OF_THE_CONNECTION = frozenset({b"transfer-encoding", b"connection", b"keep-alive", b"date", b"server"})


class _Answer(aiohttp.ClientResponse):
    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        """What came before the request could be answered is not the answer to it, but closes the connection."""
        if connection.protocol is not None and connection.protocol.should_close:
            raise aiohttp.ServerDisconnectedError("bytes came that nobody asked for")
        return await super().start(connection)


def open_session(connections: int, connect_timeout_s: float) -> aiohttp.ClientSession:
    """Kept connections, so many to each service; what is sent and received is left as it is. Needs a running loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, limit_per_host=connections, keepalive_timeout=KEEP_S),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout_s),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        response_class=_Answer,
        auto_decompress=False,
        trust_env=False,
    )


class HttpPeer:
    """An ASGI app that forwards to a service in another process, piece by piece in both directions."""

    def __init__(self, name: str, url: str, session: aiohttp.ClientSession) -> None:
        self._name, self._base, self._session = name, URL(url), session
        self._prefix = self._base.raw_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises ServiceDown before the answer has begun, and aiohttp.ClientError when it breaks off."""
        headers = [(_text(name), _text(value)) for name, value in scope["headers"] if name not in _NOT_SENT]
        body = _Body(receive, scope)
        answer: aiohttp.ClientResponse | None = None
        try:
            answer = await self._session.request(
                scope["method"],
                self._url(scope),
                headers=headers,
                data=None if body.is_sent else body,
                allow_redirects=False,
            )
            await _pass_on(answer, body, receive, send)
        except aiohttp.ClientError as error:
            if body.error is not None:
                raise body.error from error
            if answer is not None:
                raise
            is_reached = not isinstance(error, aiohttp.ClientConnectorError | aiohttp.ServerTimeoutError)
            raise ServiceDown(self._name, "it broke off" if is_reached else "no connection") from error
        finally:
            if answer is not None:
                answer.close()

    def _url(self, scope: Scope) -> URL:
        """The path and query of the client, byte for byte."""
        return URL.build(
            scheme=self._base.scheme,
            authority=self._base.raw_authority,
            path=self._prefix + _text(scope["raw_path"]),
            query_string=_text(scope["query_string"]),
            encoded=True,
        )


class _Body:
    """The body of a request while it is sent; `error` says why it broke off."""

    def __init__(self, receive: Receive, scope: Scope) -> None:
        self._receive = receive
        self.error: Exception | None = None
        self.is_sent = not any(
            name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
            for name, value in scope["headers"]
        )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        has_more = True
        try:
            while has_more:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                has_more = message.get("more_body", False)
                if data := message.get("body", b""):
                    yield data
        except Exception as error:
            self.error = error
            raise
        self.is_sent = True


async def _pass_on(answer: aiohttp.ClientResponse, body: _Body, receive: Receive, send: Send) -> None:
    """The answer, until it ends or the one who asked is gone."""
    headers = [(name.lower(), value) for name, value in answer.raw_headers]
    kept = [(name, value) for name, value in headers if name not in _OF_THE_CONNECTION]
    await send({"type": "http.response.start", "status": answer.status, "headers": kept})
    gone: asyncio.Task[None] | None = None
    try:
        is_last = False
        while not is_last and (gone is None or not gone.done()):
            data = await answer.content.readany()
            is_last = answer.content.at_eof()
            await send({"type": "http.response.body", "body": data, "more_body": not is_last})
            if gone is None and body.is_sent and not is_last:
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
        self._session: aiohttp.ClientSession | None = None
        self._remote: dict[str, HttpPeer] = {}

    def get(self, name: str) -> ASGIApp:
        app = self._in_process(name)
        if app is not None:
            return app
        if name not in self._remote:
            self._session = self._session or open_session(self._connections, self._connect_timeout_s)
            self._remote[name] = HttpPeer(name, self._url_of(name), self._session)
        return self._remote[name]

    async def get_json(
        self,
        name: str,
        path: str,
        timeout_s: float,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """(status, body) of a small document of a service. Raises ServiceDown."""
        transport = httpx.ASGITransport(self.get(name))
        try:
            async with asyncio.timeout(timeout_s), httpx.AsyncClient(transport=transport) as client:
                response = await client.get(f"http://{name}{path}", params=params, headers=headers)
                return response.status_code, response.json()
        except TimeoutError as error:
            raise ServiceDown(name, f"no answer within {timeout_s:g} s") from error
        except ServiceDown:
            raise
        except Exception as error:  # of a service in this process, which has logged it
            raise ServiceDown(name, type(error).__name__) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _text(data: bytes) -> str:
    """Written to the connection as the same bytes."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotText from error


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
