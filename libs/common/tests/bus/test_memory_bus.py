"""The bus of one process: the contract, and what only it promises."""

import asyncio

import pytest

from fincc.common.bus.base import Bus, BusStopped, Done, Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.testing.bus_contract import NEXT_TOPIC, TOPIC, BusContract, Place, Recorder, envelope, running, until

pytestmark = pytest.mark.slow


class OneProcess:
    def bus(self) -> Bus:
        return MemoryBus()

    async def await_stored(self, bus: Bus, key: str) -> None:
        return None


class TestMemoryBus(BusContract):
    @pytest.fixture
    def place(self) -> Place:
        return OneProcess()


class Gate:
    """A handler that lets messages pass one by one."""

    def __init__(self) -> None:
        self.passing = asyncio.Semaphore(0)
        self.passed: list[str] = []

    async def __call__(self, message: Message) -> Done:
        await self.passing.acquire()
        self.passed.append(message.envelope.id)
        return Done.COMMIT


async def bury_nothing(message: Message, error: BaseException) -> None:
    raise AssertionError(f"{message.envelope.id} became a dead letter: {error}")


async def publish_all(bus: Bus, names: list[str], key: str = "k") -> None:
    for name in names:
        await bus.publish(TOPIC, key, envelope(name))


async def settle() -> None:
    """Let every task run until it waits for something."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_publisher_waits_while_the_bus_is_full_and_goes_on_when_a_message_was_handled():
    bus, gate = MemoryBus(room=3), Gate()
    bus.subscribe(TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        publishing = asyncio.create_task(publish_all(bus, ["1", "2", "3", "4", "5"]))
        await settle()
        assert not publishing.done()
        gate.passing.release()
        await settle()
        assert not publishing.done(), "room for the fourth, not for the fifth"
        gate.passing.release()
        await asyncio.wait_for(publishing, 1)
        for _ in range(3):
            gate.passing.release()
        await bus.flush("k")
    assert gate.passed == ["1", "2", "3", "4", "5"]


async def test_a_handler_never_waits_for_room():
    bus, reader = MemoryBus(room=1), Recorder()

    async def multiply(message: Message) -> Done:
        for number in range(50):
            await bus.publish(NEXT_TOPIC, message.key, envelope(f"{number}"))
        return Done.COMMIT

    bus.subscribe(TOPIC, "middle", multiply, on_dead=bury_nothing)
    reader.listen(bus, NEXT_TOPIC)
    async with running(bus), asyncio.timeout(2):
        await bus.publish(TOPIC, "k", envelope("m"))
        await bus.flush("k")
    assert len(reader.ids) == 50


async def test_publishers_are_let_in_in_the_order_they_came():
    bus, gate = MemoryBus(room=1), Gate()
    bus.subscribe(TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        publishers = []
        for name in "abcdef":
            publishers.append(asyncio.create_task(bus.publish(TOPIC, name, envelope(name))))
            await asyncio.sleep(0)
        for _ in publishers:
            await settle()
            late = asyncio.create_task(bus.publish("budgets", "k", envelope("a topic nobody reads needs no room")))
            gate.passing.release()
            await late
        await asyncio.wait_for(asyncio.gather(*publishers), 1)
        await bus.flush("f")
    assert gate.passed == list("abcdef")


@pytest.mark.parametrize("steps", range(8))
async def test_room_is_never_lost_whenever_a_publisher_is_cancelled(steps: int):
    bus, gate = MemoryBus(room=1), Gate()
    bus.subscribe(TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("first"))
        cancelled = asyncio.create_task(bus.publish(TOPIC, "k", envelope("cancelled")))
        gate.passing.release()
        for _ in range(steps):
            await asyncio.sleep(0)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        for _ in range(10):
            gate.passing.release()
        async with asyncio.timeout(1):
            await publish_all(bus, ["a", "b", "c"])
            await bus.flush("k")
    assert gate.passed[-3:] == ["a", "b", "c"]


async def test_flush_waits_for_every_group_and_for_what_handlers_publish_under_the_key():
    bus, gate, quick = MemoryBus(), Gate(), Recorder()

    async def forward(message: Message) -> Done:
        await bus.publish(NEXT_TOPIC, message.key, message.envelope)
        return Done.COMMIT

    quick.listen(bus, TOPIC, "quick")
    bus.subscribe(TOPIC, "middle", forward, on_dead=bury_nothing)
    bus.subscribe(NEXT_TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("m"))
        flushing = asyncio.create_task(bus.flush("k"))
        await quick.received(1)
        await settle()
        assert not flushing.done()
        gate.passing.release()
        await asyncio.wait_for(flushing, 1)
    assert gate.passed == ["m"]


async def test_flush_does_not_wait_for_other_keys():
    bus, gate = MemoryBus(), Gate()
    bus.subscribe(TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        await bus.publish(TOPIC, "mine", envelope("mine"))
        await bus.publish(TOPIC, "theirs", envelope("theirs"))
        gate.passing.release()
        await asyncio.wait_for(bus.flush("mine"), 1)
    assert gate.passed == ["mine"]


async def test_flush_returns_although_more_is_published_under_the_key_meanwhile():
    bus, gate = MemoryBus(), Gate()
    bus.subscribe(TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("before"))
        flushing = asyncio.create_task(bus.flush("k"))
        await settle()
        gate.passing.release()
        await until(lambda: gate.passed == ["before"], "the first message")
        await bus.publish(TOPIC, "k", envelope("after"))
        await asyncio.wait_for(flushing, 1)
    assert gate.passed == ["before"]


async def test_a_dead_letter_counts_as_handled_for_flush():
    bus = MemoryBus()
    reader = Recorder(failing=lambda _m: ValueError("poison"))
    reader.listen(bus)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("m"))
        await bus.flush("k")
        assert reader.dead == [("m", "poison")]


async def test_who_waits_when_the_bus_ends_is_told_so():
    bus, gate = MemoryBus(room=1), Gate()
    bus.subscribe(TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("m"))
        publishing = asyncio.create_task(bus.publish(TOPIC, "k", envelope("more")))
        flushing = asyncio.create_task(bus.flush("k"))
        await settle()
    for waiting in (publishing, flushing):
        with pytest.raises(BusStopped):
            await asyncio.wait_for(waiting, 1)
    with pytest.raises(BusStopped):
        await bus.flush("k")


async def test_a_cancelled_flush_harms_nobody():
    bus, gate = MemoryBus(), Gate()
    bus.subscribe(TOPIC, "slow", gate, on_dead=bury_nothing)
    async with running(bus):
        await bus.publish(TOPIC, "k", envelope("m"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bus.flush("k"), 0.01)
        gate.passing.release()
        await asyncio.wait_for(bus.flush("k"), 1)


async def test_nothing_is_remembered_of_keys_that_were_handled():
    bus, reader = MemoryBus(), Recorder()
    reader.listen(bus)
    async with running(bus):
        for number in range(100):
            await bus.publish(TOPIC, f"key {number}", envelope("m"))
            await bus.publish("budgets", f"key {number}", envelope("nobody reads this"))
        await reader.received(100)
        await settle()
        assert bus._pending == {}
        assert bus._total == 0
        assert bus._flushing == {}


async def test_a_full_queue_of_quick_messages_lets_other_tasks_run():
    bus, reader = MemoryBus(room=1000), Recorder()
    reader.listen(bus)
    turns: list[int] = []

    async def somebody_else() -> None:
        while len(reader.messages) < 500:
            turns.append(len(reader.messages))
            await asyncio.sleep(0)

    await publish_all(bus, ["m"] * 500)
    async with running(bus):
        await asyncio.wait_for(somebody_else(), 5)
    assert len(turns) > 100
