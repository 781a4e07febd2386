"""What a process knows of its services is measured, written down, and forgotten when it is not renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from sqlalchemy import text

from fincc.common import watch, workers
from fincc.common.bus.base import Done, Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.outbox import enqueue
from fincc.common.service import Job, Service
from fincc.common.testing.bus_contract import Recorder, envelope
from fincc.common.watch import Watch


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 25, 8, tzinfo=UTC))


async def nothing() -> None:
    return None


async def fail() -> None:
    raise RuntimeError("the disk is full\n[parameters: a password]")


def watched(database: Database, clock: FrozenClock, *roles: str, bus: MemoryBus | None = None) -> Watch:
    jobs = (Job("relay", 0.25, nothing), Job("read", 5.0, fail), Job("prepare", 1.0, nothing, "api"))
    service = Service("attribution", FastAPI(), jobs=jobs, unready=lambda: ["waiting for the store"])
    return Watch(service, database, bus or MemoryBus(), clock, "pod-1", roles or ("api", "worker"))


async def test_a_process_says_why_it_is_not_ready_and_how_its_work_went(database: Database, clock: FrozenClock):
    found = watched(database, clock)
    for job in found.jobs[:2]:
        await found.run(job)
    await found.look()
    (row,) = await workers.list_alive(database, clock.now())
    said = workers.Worker.model_validate(row)
    assert (said.instance, said.roles, said.reasons) == ("pod-1", ["api", "worker"], ["waiting for the store"])
    relay, read, *_ = said.jobs
    assert (relay.name, relay.ok, relay.error) == ("relay", True, None)
    assert (read.ok, read.error, read.failed_at) == (False, "RuntimeError: the disk is full", clock.now())
    assert REGISTRY.get_sample_value("fincc_ready", {"service": "attribution"}) == 0


async def test_a_failure_is_remembered_after_the_next_success(database: Database, clock: FrozenClock):
    found = watched(database, clock)
    failing = found.jobs[1]
    await found.run(failing)
    failed_at = clock.now()
    clock.advance(timedelta(minutes=1))
    await found.run(Job(failing.name, failing.every_s, nothing))
    await found.look()
    read = workers.Worker.model_validate((await workers.list_alive(database, clock.now()))[0]).jobs[1]
    assert (read.ok, read.error, read.failed_at) == (True, "RuntimeError: the disk is full", failed_at)


async def test_what_waits_is_counted_and_what_is_not_known_is_not_zero(database: Database, clock: FrozenClock):
    bus, reader = MemoryBus(room=1000), Recorder()

    async def handle(_message: Message) -> Done:
        return Done.COMMIT

    bus.subscribe("raw-cost", "attribution", handle, on_dead=reader.on_dead)
    await bus.publish("raw-cost", "k", envelope("m"))
    async with database.write() as session:
        await enqueue(session, "catalog", "k", envelope("event"))
        await session.execute(
            text(
                "insert into dead_letters (id, topic, key, kind, reason, attempts, envelope) "
                "values ('d', 'raw-cost', 'k', 'cost.part', 'broken', 3, '')"
            )
        )
    await watched(database, clock, bus=bus).look()
    (row,) = await workers.list_alive(database, clock.now())
    assert (row["lag"], row["outbox"], row["dead_letters"]) == ({"raw-cost": 1}, 1, 1)
    labels = {"group": "attribution", "topic": "raw-cost"}
    assert REGISTRY.get_sample_value("fincc_bus_lag_messages", labels) == 1

    bus.lag = lambda group: {"raw-cost": None}  # type: ignore[method-assign]  # as before the broker has answered
    later = watched(database, clock, bus=bus)
    later._lag._shown = {("attribution", "raw-cost")}
    await later.look()
    assert REGISTRY.get_sample_value("fincc_bus_lag_messages", labels) is None
    assert (await workers.list_alive(database, clock.now()))[0]["lag"] == {"raw-cost": None}


async def test_a_process_that_only_answers_prepares_answers_does_no_other_work_and_reads_no_topic(
    database: Database, clock: FrozenClock
):
    found = watched(database, clock, "api")
    assert [job.name for job in found.jobs] == ["prepare", "watch"]
    await found.look()
    (row,) = await workers.list_alive(database, clock.now())
    assert (row["lag"], [job["name"] for job in row["jobs"]]) == ({}, ["prepare", "watch"])


async def test_a_process_that_only_works_prepares_no_answers(database: Database, clock: FrozenClock):
    assert [job.name for job in watched(database, clock, "worker").jobs] == ["relay", "read", "watch"]


async def test_a_process_that_is_gone_is_not_shown_and_its_row_goes_after_a_day(database: Database, clock: FrozenClock):
    await watched(database, clock).look()
    clock.advance(workers.ALIVE_FOR + timedelta(seconds=1))
    assert await workers.list_alive(database, clock.now()) == []
    clock.advance(workers.KEPT_FOR)
    async with database.write() as session:
        await workers.put(session, "pod-2", "1", ("api",), clock.now(), clock.now(), {})
        assert await session.scalar(text("select count(*) from workers")) == 1


def test_it_is_measured_often_enough_to_be_seen_as_alive():
    assert workers.ALIVE_FOR.total_seconds() > watch.LOOK_EVERY_S * 3
