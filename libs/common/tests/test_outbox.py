"""Events leave with the transaction that made them, in order, and stay until the bus has them."""

import asyncio

import pytest
from sqlalchemy import text

from fincc.common.bus.base import Bus, BusStopped, Done, Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.db import Database
from fincc.common.outbox import BATCH, enqueue, relay, relay_job
from fincc.common.testing.bus_contract import TOPIC, Recorder, envelope, running


async def enqueue_all(database: Database, *names: str) -> None:
    async with database.write() as session:
        for name in names:
            await enqueue(session, TOPIC, "k", envelope(name))


async def waiting(database: Database) -> int:
    async with database.read() as session:
        return int(await session.scalar(text("select count(*) from outbox")))


def bus_with(reader: Recorder) -> Bus:
    bus = MemoryBus(room=1000)
    reader.listen(bus)
    return bus


async def test_events_arrive_in_the_order_they_were_written_and_are_gone_from_the_outbox(database: Database):
    reader = Recorder()
    bus = bus_with(reader)
    await enqueue_all(database, "a", "b")
    await enqueue_all(database, "c")
    async with running(bus):
        assert await relay(database, bus) == 3
    assert reader.ids == ["a", "b", "c"]
    assert reader.messages[0].envelope == envelope("a")
    assert (reader.messages[0].topic, reader.messages[0].key) == (TOPIC, "k")
    assert await waiting(database) == 0


async def test_the_event_of_a_transaction_that_failed_never_leaves(database: Database):
    async def fail() -> None:
        async with database.write() as session:
            await enqueue(session, TOPIC, "k", envelope("never"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await relay(database, MemoryBus()) == 0


async def test_an_event_stays_until_the_bus_has_it(database: Database):
    is_stored = asyncio.Event()

    async def slow(message: Message) -> Done:
        await is_stored.wait()
        return Done.COMMIT

    bus = MemoryBus()
    bus.subscribe(TOPIC, "readers", slow, on_dead=Recorder().on_dead)
    await enqueue_all(database, "a")
    async with running(bus):
        relaying = asyncio.create_task(relay(database, bus))
        await asyncio.sleep(0.2)
        assert await waiting(database) == 1
        is_stored.set()
        await relaying
    assert await waiting(database) == 0


async def test_events_of_a_bus_that_ended_stay_for_the_next_start(database: Database):
    bus = bus_with(Recorder())
    async with running(bus):
        pass
    await enqueue_all(database, "a")
    with pytest.raises(BusStopped):
        await relay(database, bus)
    assert await waiting(database) == 1


async def test_two_relays_at_once_send_each_event_once_and_in_order(database: Database):
    names = [f"{number:03}" for number in range(BATCH + 50)]
    await enqueue_all(database, *names)
    reader = Recorder()
    bus = bus_with(reader)

    async def until_empty() -> None:
        while await waiting(database):
            await relay(database, bus)

    async with running(bus):
        await asyncio.gather(until_empty(), until_empty(), until_empty())
    assert reader.ids == names


async def test_the_job_empties_an_outbox_of_several_batches_in_one_turn(database: Database):
    await enqueue_all(database, *(f"{number}" for number in range(2 * BATCH + 1)))
    reader = Recorder()
    bus = bus_with(reader)
    async with running(bus):
        await relay_job(database, bus).run()
    assert len(reader.ids) == 2 * BATCH + 1
    assert await waiting(database) == 0
