"""How often a session, a token or a network address may ask; refuses the rest before any work is done."""

from __future__ import annotations

import time
from functools import lru_cache
from ipaddress import IPv6Address

from starlette.types import ASGIApp, Receive, Scope, Send

from fincc.common.problem import answer_to
from fincc.gateway.domain.buckets import Buckets
from fincc.gateway.errors import TooManyRequests
from fincc.gateway.settings import GatewaySettings

_NEVER_REFUSED = frozenset({"/healthz", "/readyz", "/metrics"})


def per_credential(settings: GatewaySettings) -> Buckets | None:
    return _buckets(settings.requests_per_s, settings.requests_burst_s)


def per_address(settings: GatewaySettings) -> Buckets | None:
    return _buckets(settings.requests_per_s_per_address, settings.requests_burst_s)


def _buckets(rate: float, burst_s: float) -> Buckets | None:
    return Buckets(max(1.0, rate * burst_s), 1 / rate) if rate else None


class AddressLimit:
    """The outermost middleware but for the one that adds headers. Probes are never refused."""

    def __init__(self, app: ASGIApp, buckets: Buckets) -> None:
        self._app, self._buckets = app, buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if scope["type"] == "http" and client is not None and scope["path"] not in _NEVER_REFUSED:
            wait_s = self._buckets.take(network_of(client[0]), time.monotonic())
            if wait_s > 0:
                refusal = TooManyRequests("network address", wait_s)
                await answer_to(refusal, scope["path"])(scope, receive, send)
                return
        await self._app(scope, receive, send)


@lru_cache(4096)
def network_of(address: str) -> str:
    """The address itself; of IPv6 the /64 network, of which one machine can use any address."""
    if ":" not in address:
        return address
    try:
        return str(IPv6Address(int(IPv6Address(address.partition("%")[0])) >> 64 << 64))
    except ValueError:
        return address
