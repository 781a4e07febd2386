"""A trace goes on through the bus, the outbox, and work that waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, format_trace_id, get_current_span

from fincc.common import tracing
from fincc.common.bus.base import Done, Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.db import Database
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.outbox import enqueue, relay
from fincc.common.testing.bus_contract import NEXT_TOPIC, TOPIC, Recorder, envelope, running, until

Ended = Callable[[str], list[ReadableSpan]]


def written(name: str) -> Envelope:
    made = envelope(name)
    made.producer = "writer"
    return made


async def test_a_readers_span_is_the_child_of_the_one_that_published_its_message(ended_spans: Ended):
    bus, last = MemoryBus(), Recorder()

    async def forward(message: Message) -> Done:
        await bus.publish(NEXT_TOPIC, message.key, message.envelope)
        return Done.COMMIT

    bus.subscribe(TOPIC, "middle", forward, on_dead=last.on_dead)
    last.listen(bus, NEXT_TOPIC)
    async with running(bus):
        await bus.publish(TOPIC, "k", written("m"))
        await until(lambda: bool(last.ids), "the message at the end")
    (first,) = ended_spans(f"writer.publish_{TOPIC.replace('-', '_')}")
    (middle,) = ended_spans(f"middle.on_{TOPIC.replace('-', '_')}")
    (second,) = ended_spans(f"writer.publish_{NEXT_TOPIC.replace('-', '_')}")
    assert first.parent is None
    assert middle.parent.span_id == first.context.span_id
    assert second.parent.span_id == middle.context.span_id
    assert middle.kind is SpanKind.CONSUMER
    assert middle.attributes == {"messaging.destination.name": TOPIC, "messaging.message.id": "m"}


async def test_a_dead_letter_is_a_failure_in_the_trace(ended_spans: Ended):
    bus, reader = MemoryBus(), Recorder()

    async def refuse(_message: Message) -> Done:
        raise ValueError("no such column")

    bus.subscribe(TOPIC, "readers", refuse, on_dead=reader.on_dead)
    async with running(bus):
        await bus.publish(TOPIC, "k", written("m"))
        await bus.flush("k")
    (span,) = ended_spans(f"readers.on_{TOPIC.replace('-', '_')}")
    assert span.status.description == "ValueError: no such column"


async def test_an_event_of_the_outbox_belongs_to_the_trace_of_its_transaction(database: Database, ended_spans: Ended):
    bus, reader = MemoryBus(room=1000), Recorder()
    reader.listen(bus)
    with tracing.span("request") as request:
        async with database.write() as session:
            await enqueue(session, TOPIC, "k", written("traced"))
    async with database.write() as session:
        await enqueue(session, TOPIC, "k", written("alone"))
    async with running(bus):
        assert await relay(database, bus) == 2
    first, second = ended_spans(f"writer.publish_{TOPIC.replace('-', '_')}")
    assert first.parent.span_id == request.get_span_context().span_id
    assert second.parent is None


def test_work_that_waited_goes_on_in_its_trace(ended_spans: Ended):
    with tracing.span("request") as request:
        stored = tracing.traceparent()
    with tracing.resumed(stored), tracing.span("job"):
        pass
    with tracing.resumed(None), tracing.span("job"):
        pass
    first, second = ended_spans("job")
    assert first.parent.span_id == request.get_span_context().span_id
    assert second.parent is None


def test_a_span_is_linked_once_to_each_of_those_that_wait_for_it(ended_spans: Ended):
    with tracing.span("held"):
        first = tracing.here()
    with tracing.span("held"):
        second = tracing.here()
    with tracing.span("forward"):
        tracing.link_to([first, second, tracing.here()])
        tracing.link_to([second])  # a handler that failed is run again
    (span,) = ended_spans("forward")
    assert [link.context for link in span.links] == [first, second]


def test_where_there_is_no_trace_nothing_is_linked(ended_spans: Ended):
    outside = tracing.here()
    with tracing.span("forward"):
        tracing.link_to([outside])
    tracing.link_to([outside])
    (span,) = ended_spans("forward")
    assert not span.links


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "00-xyz",
        "00-" + "g" * 32 + "-" + "1" * 16 + "-01",
        "ff-" + "1" * 32 + "-" + "1" * 16 + "-01",
        "00-" + "0" * 32 + "-" + "0" * 16 + "-01",
    ],
)
def test_a_header_that_names_no_trace_starts_a_new_one(ended_spans: Ended, sent: str):
    with tracing.span("request", {tracing.HEADER: sent}):
        pass
    (span,) = ended_spans("request")
    assert span.parent is None
    assert int(format_trace_id(span.context.trace_id), 16) != 0


def test_where_nothing_is_recorded_a_trace_has_an_id_and_what_was_sent_is_passed_on():
    assert tracing.traceparent() is None
    with tracing.span("request") as request:
        assert not request.is_recording()
        drawn = tracing.traceparent()
        with tracing.span("inside"):
            assert tracing.traceparent() == drawn
    assert drawn is not None
    assert drawn.endswith("-00"), "nobody records it, and nobody after us has to"
    sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    with tracing.span("request", {tracing.HEADER: sent}):
        assert tracing.trace_headers() == {tracing.HEADER: sent}
    assert not get_current_span().get_span_context().is_valid
