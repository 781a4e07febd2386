"""From `/api/<service>/v1/*` to the service: checks who asks, and passes bytes on in both directions as they come."""

from __future__ import annotations

import asyncio
import logging
from time import perf_counter

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from fincc.common.auth import HEADER
from fincc.common.problem import BodyTooLarge
from fincc.common.signals import CHECKS
from fincc.common.tracing import trace_headers
from fincc.gateway.errors import ServiceTimeout
from fincc.gateway.identity import Identities, SignedSubjects, seen_from
from fincc.gateway.peers import Peers
from fincc.gateway.settings import GatewaySettings

log = logging.getLogger(__name__)

ADVICE = "send less, or raise FINCC_GATEWAY_MAX_BODY_MIB"

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
CREDENTIALS = frozenset({b"cookie", b"authorization", b"x-csrf-token"})
CLAIMS = frozenset({b"forwarded", b"x-real-ip", b"traceparent"})
"""Who a client says it is; the trace context is written anew."""
_DROPPED = HOP_BY_HOP | CREDENTIALS | CLAIMS
_FRAMING = frozenset({b"content-length"})
"""A body goes on whatever the connection header says of its length."""
_SUBJECT = HEADER.encode()
_CHECKS = {kind: CHECKS.labels(kind) for kind in ("session", "token")}
_PASSED_ON = (
    *("type", "asgi", "http_version", "method", "scheme"),
    *("path", "raw_path", "query_string", "client", "server"),
)


class Proxy:
    """The ASGI app of one service's routes."""

    def __init__(
        self,
        service: str,
        peers: Peers,
        identities: Identities,
        subjects: SignedSubjects,
        settings: GatewaySettings,
    ) -> None:
        self._service, self._peers, self._identities, self._subjects = service, peers, identities, subjects
        self._max_body_bytes, self._timeout_s = settings.max_body_bytes, settings.peer_timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = perf_counter()
        identity = await self._identities.identify(scope["headers"], scope["method"])
        subject = self._subjects.of(seen_from(scope, identity.subject))
        _CHECKS[identity.kind].observe(perf_counter() - begun)
        exchange = _Exchange(receive, send, self._max_body_bytes, self._timeout_s)
        exchange.check_length(scope)
        inner = {key: scope[key] for key in _PASSED_ON if key in scope}
        inner["root_path"] = ""
        inner["headers"] = forwarded(scope["headers"], subject)
        await self._exchange(exchange, inner)

    async def _exchange(self, exchange: _Exchange, scope: Scope) -> None:
        try:
            async with asyncio.timeout(self._timeout_s) as exchange.limit:
                await self._peers.get(self._service)(scope, exchange.receive, exchange.send)
        except TimeoutError as error:
            if exchange.limit is not None and exchange.limit.expired() and not exchange.started:
                raise ServiceTimeout(self._service, self._timeout_s) from error
            raise
        except ClientDisconnect:
            return
        except Exception:
            # An app in this process answers an unexpected error itself and raises it again.
            if not exchange.finished and not exchange.is_refused:
                raise
        if exchange.is_refused:
            raise BodyTooLarge(self._max_body_bytes, ADVICE)


class _Exchange:
    """One request under way: counts its body, and knows how far the answer got."""

    def __init__(self, receive: Receive, send: Send, max_body_bytes: int, timeout_s: float) -> None:
        self._receive, self._send = receive, send
        self._max_body_bytes, self._timeout_s = max_body_bytes, timeout_s
        self._received = 0
        self.limit: asyncio.Timeout | None = None
        self._is_too_large = self.started = self.finished = False

    @property
    def is_refused(self) -> bool:
        """Too large, and nothing of the answer was sent: what the service makes of a broken body does not matter."""
        return self._is_too_large and not self.started

    def check_length(self, scope: Scope) -> None:
        for name, value in scope["headers"]:
            if name == b"content-length" and value.isdigit() and int(value) > self._max_body_bytes:
                raise BodyTooLarge(self._max_body_bytes, ADVICE)

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > self._max_body_bytes:
                self._is_too_large = True
                raise BodyTooLarge(self._max_body_bytes, ADVICE)
            self._more_time()
        return message

    async def send(self, message: Message) -> None:
        if self.is_refused:
            return
        if message["type"] == "http.response.start":
            self.started = True
        elif not message.get("more_body"):
            self.finished = True
        self._wait_until(None)  # a slow reader is not a slow service
        await self._send(message)
        self._more_time()

    def _more_time(self) -> None:
        self._wait_until(asyncio.get_running_loop().time() + self._timeout_s)

    def _wait_until(self, when: float | None) -> None:
        if self.limit is not None and not self.limit.expired():
            self.limit.reschedule(when)


def forwarded(headers: list[tuple[bytes, bytes]], subject: bytes) -> list[tuple[bytes, bytes]]:
    """The headers a service gets: without those of the connection, credentials, and claims of identity.

    A body of unknown length stays one: its framing is written anew and goes before any length the client named.
    """
    dropped, is_chunked = _DROPPED, False
    for name, value in headers:
        if name == b"connection":
            dropped = dropped | {part.strip().lower() for part in value.split(b",")} - _FRAMING
        elif name == b"transfer-encoding":
            dropped, is_chunked = dropped | {b"content-length"}, True
    kept = [
        (name, value)
        for name, value in headers
        if name not in dropped and not name.startswith((b"x-fincc-", b"x-forwarded-"))
    ]
    kept.append((_SUBJECT, subject))
    if is_chunked:
        kept.append((b"transfer-encoding", b"chunked"))
    kept.extend((k.encode(), v.encode()) for k, v in trace_headers().items())
    return kept
