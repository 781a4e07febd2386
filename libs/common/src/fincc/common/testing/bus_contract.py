"""What every bus does. A test class inherits `BusContract` and says in `place` where buses meet."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from fincc.common.bus.base import MAX_MESSAGE_BYTES, Bus, BusStopped, Done, Message, TooLarge
from fincc.common.events.document_pb2 import Document
from fincc.common.events.envelope_pb2 import Envelope

TOPIC, NEXT_TOPIC = "raw-cost", "enriched-cost"
PATIENCE_S = 30.0


class Place(Protocol):
    """Where buses meet: this process, or a broker with topics of its own."""

    def bus(self) -> Bus: ...

    async def await_stored(self, bus: Bus, key: str) -> None:
        """Return when a reader that starts now finds all messages of `key` waiting."""


def envelope(name: str, size: int = 0) -> Envelope:
    return Envelope(id=name, producer="test", document=Document(version=1, inline=bytes(size)))


async def until(claim: Callable[[], bool], what: str) -> None:
    """Wait for a claim to become true; fails after half a minute."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not claim():  # noqa: ASYNC110 - a claim is about any state, also a broker's
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"{what}: not within {PATIENCE_S:.0f} s") from None


@dataclass
class Recorder:
    """A handler that keeps what it gets. `failing` says with what an attempt fails, `answer` what it says otherwise."""

    answer: Callable[[Message], Done] = lambda _message: Done.COMMIT
    failing: Callable[[Message], Exception | None] = lambda _message: None
    attempts: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    dead: list[tuple[str, str]] = field(default_factory=list)
    revokes: int = 0

    async def __call__(self, message: Message) -> Done:
        self.attempts.append(message.envelope.id)
        error = self.failing(message)
        if error is not None:
            raise error
        self.messages.append(message)
        return self.answer(message)

    async def on_dead(self, message: Message, error: BaseException) -> None:
        self.dead.append((message.envelope.id, str(error)))

    async def on_revoked(self) -> None:
        self.revokes += 1

    @property
    def ids(self) -> list[str]:
        return [message.envelope.id for message in self.messages]

    def listen(self, bus: Bus, topic: str = TOPIC, group: str = "readers") -> None:
        bus.subscribe(topic, group, self, on_dead=self.on_dead, on_revoked=self.on_revoked)

    async def received(self, count: int) -> None:
        await until(lambda: len(self.messages) >= count, f"{count} messages, {len(self.messages)} came")


@asynccontextmanager
async def running(*buses: Bus) -> AsyncIterator[None]:
    """The buses deliver inside the block."""
    tasks = []
    for bus in buses:
        await bus.start()
        tasks.append(asyncio.create_task(bus.run()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for bus in buses:
            await bus.stop()


class BusContract:
    @pytest.fixture
    def place(self) -> Place:
        raise NotImplementedError

    async def test_messages_of_a_key_arrive_in_the_order_they_were_published(self, place: Place) -> None:
        bus, reader = place.bus(), Recorder()
        reader.listen(bus)
        async with running(bus):
            for number in range(30):
                for key in ("a", "b", "c"):
                    await bus.publish(TOPIC, key, envelope(f"{key}{number}"))
            await reader.received(90)
        for key in ("a", "b", "c"):
            of_key = [m.envelope.id for m in reader.messages if m.key == key]
            assert of_key == [f"{key}{number}" for number in range(30)]

    async def test_every_group_gets_every_message(self, place: Place) -> None:
        bus, one, other = place.bus(), Recorder(), Recorder()
        one.listen(bus, group="one")
        other.listen(bus, group="other")
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("m"))
            await one.received(1)
            await other.received(1)

    async def test_a_group_reads_only_its_topics(self, place: Place) -> None:
        bus, reader = place.bus(), Recorder()
        reader.listen(bus, NEXT_TOPIC)
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("elsewhere"))
            await bus.publish(NEXT_TOPIC, "k", envelope("here"))
            await reader.received(1)
        assert reader.ids == ["here"]
        assert reader.messages[0].topic == NEXT_TOPIC

    async def test_a_handler_that_fails_gets_the_message_again_before_the_next(self, place: Place) -> None:
        bus, reader = place.bus(), Recorder()
        reader.failing = lambda m: ValueError("once") if reader.attempts.count(m.envelope.id) == 1 else None
        reader.listen(bus)
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("first"))
            await bus.publish(TOPIC, "k", envelope("second"))
            await reader.received(2)
        assert reader.attempts == ["first", "first", "second", "second"]
        assert reader.dead == []

    async def test_a_poison_message_is_a_dead_letter_after_three_attempts_and_the_next_goes_on(
        self, place: Place
    ) -> None:
        bus = place.bus()
        reader = Recorder(failing=lambda m: ValueError("unreadable") if m.envelope.id == "poison" else None)
        reader.listen(bus)
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("poison"))
            await bus.publish(TOPIC, "k", envelope("next"))
            await reader.received(1)
        assert reader.attempts == ["poison"] * 3 + ["next"]
        assert reader.dead == [("poison", "unreadable")]

    async def test_a_dead_letter_that_cannot_be_stored_is_not_given_up(self, place: Place) -> None:
        bus, stored = place.bus(), Recorder()
        refused: list[str] = []

        async def on_dead(message: Message, error: BaseException) -> None:
            refused.append(message.envelope.id)
            if len(refused) == 1:
                raise ConnectionRefusedError("the store is away")
            await stored.on_dead(message, error)

        reader = Recorder(failing=lambda m: ValueError("unreadable") if m.envelope.id == "poison" else None)
        bus.subscribe(TOPIC, "readers", reader, on_dead=on_dead)
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("poison"))
            await bus.publish(TOPIC, "k", envelope("next"))
            await reader.received(1)
        assert refused == ["poison", "poison"]
        assert stored.dead == [("poison", "unreadable")]

    async def test_a_store_that_is_away_is_waited_for_and_said_and_never_makes_a_dead_letter(
        self, place: Place
    ) -> None:
        bus, reader = place.bus(), Recorder()
        is_away = True
        reader.failing = lambda _m: ConnectionRefusedError("port 5432") if is_away else None
        reader.listen(bus)
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("m"))
            await until(lambda: len(reader.attempts) > 3, "more attempts than a poison message gets")
            assert any("waiting for the store" in reason and "5432" in reason for reason in bus.unready("readers"))
            is_away = False
            await reader.received(1)
            await until(lambda: not bus.unready("readers"), "ready again")
        assert reader.dead == []

    async def test_a_message_published_twice_is_delivered_twice(self, place: Place) -> None:
        bus, reader = place.bus(), Recorder()
        reader.listen(bus)
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("same"))
            await bus.publish(TOPIC, "k", envelope("same"))
            await reader.received(2)
        assert reader.ids == ["same", "same"]

    async def test_a_publisher_may_reuse_its_envelope_and_readers_own_theirs(self, place: Place) -> None:
        bus, one, other = place.bus(), Recorder(), Recorder()
        one.listen(bus, group="one")
        other.listen(bus, group="other")
        mine = envelope("m")
        async with running(bus):
            await bus.publish(TOPIC, "k", mine)
            mine.id = "changed by its publisher"
            await one.received(1)
            one.messages[0].envelope.id = "changed by another reader"
            await other.received(1)
        assert other.attempts == ["m"]
        assert other.ids == ["m"]

    async def test_what_a_handler_publishes_arrives_and_continues_the_trace(self, place: Place) -> None:
        bus, last = place.bus(), Recorder()

        async def forward(message: Message) -> Done:
            await bus.publish(NEXT_TOPIC, message.key, message.envelope)
            return Done.COMMIT

        bus.subscribe(TOPIC, "middle", forward, on_dead=last.on_dead)
        last.listen(bus, NEXT_TOPIC)
        tracer = TracerProvider().get_tracer("test")
        async with running(bus):
            with tracer.start_as_current_span("ingest") as span:
                await bus.publish(TOPIC, "k", envelope("m"))
            await last.received(1)
        version, trace_id, _, _ = last.messages[0].headers["traceparent"].split("-")
        assert (version, trace_id) == ("00", trace.format_trace_id(span.get_span_context().trace_id))

    async def test_only_the_newest_message_is_at_the_end_of_its_partition(self, place: Place) -> None:
        bus = place.bus()
        ends: list[bool] = []

        async def look(message: Message) -> Done:
            ends.append(message.at_end())
            return Done.COMMIT

        bus.subscribe(TOPIC, "readers", look, on_dead=Recorder().on_dead)
        await bus.start()
        for name in ("first", "second", "third"):
            await bus.publish(TOPIC, "k", envelope(name))
        await place.await_stored(bus, "k")
        async with running(bus):
            await until(lambda: len(ends) == 3, "three messages")
        assert ends == [False, False, True]

    async def test_a_message_of_the_greatest_size_arrives_and_a_greater_one_is_refused(self, place: Place) -> None:
        bus, reader = place.bus(), Recorder()
        reader.listen(bus)
        overhead = envelope("big", MAX_MESSAGE_BYTES).ByteSize() - MAX_MESSAGE_BYTES
        async with running(bus):
            with pytest.raises(TooLarge, match="950001 bytes, the limit is 950000"):
                await bus.publish(TOPIC, "k", envelope("big", MAX_MESSAGE_BYTES - overhead + 1))
            await bus.publish(TOPIC, "k", envelope("big", MAX_MESSAGE_BYTES - overhead))
            await reader.received(1)
        assert reader.messages[0].envelope.ByteSize() == MAX_MESSAGE_BYTES

    async def test_flushing_a_key_without_messages_returns_at_once(self, place: Place) -> None:
        bus = place.bus()
        async with running(bus), asyncio.timeout(1):
            await bus.flush("nothing")

    async def test_a_flush_inside_a_handler_is_refused(self, place: Place) -> None:
        bus, reader = place.bus(), Recorder()

        async def flush(message: Message) -> Done:
            await bus.flush(message.key)
            return Done.COMMIT

        bus.subscribe(TOPIC, "readers", flush, on_dead=reader.on_dead)
        async with running(bus):
            await bus.publish(TOPIC, "k", envelope("m"))
            await until(lambda: bool(reader.dead), "a dead letter")
        assert "wait for itself" in reader.dead[0][1]

    async def test_a_bus_that_has_stopped_takes_nothing(self, place: Place) -> None:
        bus = place.bus()
        async with running(bus):
            pass
        with pytest.raises(BusStopped):
            await bus.publish(TOPIC, "k", envelope("m"))

    async def test_a_group_reads_a_topic_once(self, place: Place) -> None:
        bus, reader = place.bus(), Recorder()
        reader.listen(bus)
        with pytest.raises(ValueError, match="readers reads raw-cost already"):
            reader.listen(bus)
