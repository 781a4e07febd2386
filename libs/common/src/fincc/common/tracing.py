"""One trace from bill to screen: through HTTP, through the bus, and through work that waits in a table.

Where nothing is exported no span is made, which costs tens of microseconds each; the trace's id still goes through logs,
problems and headers. What becomes of spans is decided in `telemetry.py`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import Token
from types import MappingProxyType

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags, Tracer

HEADER = "traceparent"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})

_tracer: Tracer | None = None


def record_with(tracer: Tracer) -> None:
    """From now on spans are made, by this tracer."""
    global _tracer
    _tracer = tracer


def traceparent() -> str | None:
    """The current trace as one text (W3C Trace Context), to be sent or stored with work; None outside of any."""
    current = trace.get_current_span().get_span_context()
    if not current.is_valid:
        return None
    return f"00-{current.trace_id:032x}-{current.span_id:016x}-{current.trace_flags:02x}"


def trace_headers() -> dict[str, str]:
    """The headers that continue the current trace on the other side; empty outside of any."""
    sent = traceparent()
    return {} if sent is None else {HEADER: sent}


def span(
    name: str,
    headers: Mapping[str, str] = NO_HEADERS,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, str] | None = None,
) -> AbstractContextManager[Span]:
    """A span that continues the trace of `headers`, else the current one; outside of any it starts one."""
    sent = _parse(headers.get(HEADER))
    if _tracer is None:
        return _Unrecorded(sent)
    return _tracer.start_as_current_span(name, None if sent is None else _context_of(sent), kind, attributes)


@contextmanager
def resumed(stored: str | None) -> Iterator[None]:
    """What is done inside belongs to the trace that was stored with the work, if one was."""
    sent = _parse(stored)
    if sent is None:
        yield
        return
    token = context.attach(_context_of(sent))
    try:
        yield
    finally:
        context.detach(token)


@contextmanager
def publishing(topic: str, producer: str, message_id: str) -> Iterator[dict[str, str]]:
    """The span of one message on its way out; its reader's span continues it. Yields the headers that go with it."""
    about = {"messaging.destination.name": topic, "messaging.message.id": message_id}
    with span(f"{producer}.publish_{topic.replace('-', '_')}", NO_HEADERS, SpanKind.PRODUCER, about):
        yield trace_headers()


def here() -> SpanContext:
    """Of the current span, to be kept with what has to wait; not valid outside of any."""
    return trace.get_current_span().get_span_context()


def link_to(held: Iterable[SpanContext]) -> None:
    """The current span goes on with work that other spans, perhaps of other traces, had to leave: say so, once each."""
    current = trace.get_current_span()
    if not current.is_recording():
        return
    known = {current.get_span_context().span_id, *(link.context.span_id for link in getattr(current, "links", ()))}
    for waiting in held:
        if waiting.is_valid and waiting.span_id not in known:
            current.add_link(waiting)


def failed(opened: Span, error: BaseException) -> None:
    """Say in the trace what was caught."""
    opened.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {str(error)[:200]}"))


class _Unrecorded:
    """In place of a span: who is called by somebody passes on what they sent, others draw a trace id."""

    def __init__(self, sent: SpanContext | None) -> None:
        self._sent = sent
        self._token: Token[Context] | None = None

    def __enter__(self) -> Span:
        current = trace.get_current_span()
        if self._sent is None and current.get_span_context().is_valid:
            return current
        drawn = self._sent or SpanContext(random.getrandbits(128) or 1, random.getrandbits(64) or 1, is_remote=False)
        opened = NonRecordingSpan(drawn)
        self._token = context.attach(trace.set_span_in_context(opened))
        return opened

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            context.detach(self._token)


def _context_of(sent: SpanContext) -> Context:
    return trace.set_span_in_context(NonRecordingSpan(sent))


def _parse(sent: str | None) -> SpanContext | None:
    """Of a `traceparent`; None for what is none. A newer version may have more after what is known of it."""
    parts = (sent or "").split("-")
    if len(parts) < 4 or [len(part) for part in parts[:4]] != [2, 32, 16, 2] or parts[0] == "ff":
        return None
    try:
        trace_id, span_id, flags = (int(part, 16) for part in parts[1:4])
    except ValueError:
        return None
    found = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags & TraceFlags.SAMPLED))
    return found if found.is_valid else None
