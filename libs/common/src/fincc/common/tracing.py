"""One trace from bill to screen: through HTTP, through the bus, and through work that waits in a table.

Only the standard interface of OpenTelemetry is used here; what becomes of spans is decided in `telemetry.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from opentelemetry import context, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})

_tracer = trace.get_tracer("fincc")
_wire = TraceContextTextMapPropagator()


def trace_headers() -> dict[str, str]:
    """The headers that continue the current trace on the other side; empty outside of any."""
    headers: dict[str, str] = {}
    _wire.inject(headers)
    return headers


def traceparent() -> str | None:
    """The current trace as one text, to be stored with work that waits."""
    return trace_headers().get(HEADER)


def continued(headers: Mapping[str, str]) -> context.Context | None:
    """The context of whoever sent these headers, None when they name none."""
    return _wire.extract(headers) if HEADER in headers else None


@contextmanager
def span(
    name: str,
    headers: Mapping[str, str] = NO_HEADERS,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str] | None = None,
) -> Iterator[Span]:
    """A span that continues the trace of `headers`; without any it starts a trace of its own, or is part of the current."""
    with _tracer.start_as_current_span(name, continued(headers), kind, attributes) as opened:
        yield opened


@contextmanager
def resumed(stored: str | None) -> Iterator[None]:
    """What is done inside belongs to the trace that was stored with the work, if one was."""
    if stored is None:
        yield
        return
    token = context.attach(_wire.extract({HEADER: stored}))
    try:
        yield
    finally:
        context.detach(token)


@contextmanager
def publishing(topic: str, producer: str, message_id: str) -> Iterator[dict[str, str]]:
    """The span of one message on its way out; its reader's span continues it. Yields the headers that go with it."""
    with _tracer.start_as_current_span(
        f"{producer}.publish_{topic.replace('-', '_')}",
        kind=SpanKind.PRODUCER,
        attributes={"messaging.destination.name": topic, "messaging.message.id": message_id},
    ):
        yield trace_headers()


def failed(opened: Span, error: BaseException) -> None:
    """Say in the trace what was caught."""
    opened.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {str(error)[:200]}"))
