"""One span and one measurement for each request: rate, errors and duration by route."""

from __future__ import annotations

from time import perf_counter
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from opentelemetry.trace import SpanKind
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fincc.common import tracing
from fincc.common.signals import REQUESTS

NOT_OBSERVED = frozenset({"/healthz", "/readyz", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE, GONE = "none", "gone"
CLASSES = {n: f"{n}xx" for n in range(1, 6)}

_TRACEPARENT = tracing.HEADER.encode()


class Observed:
    """The outermost layer of an app; pure ASGI, so that streaming stays streaming. A series is looked up once."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app, self._service = app, service
        self._templates: dict[Any, str] = {}
        self._known: dict[tuple[str, Any, str], Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in NOT_OBSERVED:
            await self._app(scope, receive, send)
            return
        started, status = perf_counter(), 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        sent = next((value for name, value in scope["headers"] if name == _TRACEPARENT), None)
        headers = {tracing.HEADER: sent.decode("latin-1")} if sent is not None else tracing.NO_HEADERS
        method = scope["method"] if scope["method"] in METHODS else "other"
        with tracing.span(f"{self._service}.{method}", headers, SpanKind.SERVER) as span:
            try:
                await self._app(scope, receive, send_on)
            finally:
                self._series(scope, method, status).observe(perf_counter() - started)
                if span.is_recording():
                    route = self._template(scope.get("endpoint"))
                    span.update_name(f"{self._service}.{method} {route}")
                    span.set_attributes(
                        {"http.request.method": method, "http.route": route, "http.response.status_code": status}
                    )

    def _series(self, scope: Scope, method: str, status: int) -> Histogram:
        endpoint, kind = scope.get("endpoint"), CLASSES.get(status // 100, GONE)
        known: Histogram | None = self._known.get((method, endpoint, kind))
        if known is None:
            if not self._templates:
                self._templates = templates(scope["app"])
            known = REQUESTS.labels(self._service, method, self._template(endpoint), kind)
            self._known[method, endpoint, kind] = known
        return known

    def _template(self, endpoint: Any) -> str:
        return self._templates.get(endpoint, NO_ROUTE)


def templates(app: FastAPI) -> dict[Any, str]:
    """What answers → the path it answers for, with the names of its parameters in place of their values."""
    return {
        route.endpoint: str(route.path_format or route.path)
        for route in iter_route_contexts(app.routes)
        if getattr(route, "endpoint", None) is not None
    }
