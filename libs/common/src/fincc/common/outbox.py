"""The transactional outbox: an event row in the transaction of the change it tells, relayed to the bus afterwards."""

from __future__ import annotations

from sqlalchemy import text

from fincc.common.bus.base import Bus
from fincc.common.db import Database, WriteSession
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.service import Job
from fincc.common.tracing import resumed, traceparent

BATCH = 100


async def enqueue(session: WriteSession, topic: str, key: str, envelope: Envelope) -> None:
    await session.execute(
        text("insert into outbox (topic, key, envelope, traceparent) values (:topic, :key, :envelope, :traceparent)"),
        {"topic": topic, "key": key, "envelope": envelope.SerializeToString(), "traceparent": traceparent()},
    )


async def relay(database: Database, bus: Bus) -> int:
    """Publish what waits, oldest first; a row is deleted only after the bus has it. Returns how many went out.

    One relay works at a time, so that the order holds with any number of workers.
    """
    async with database.write() as session:
        if not await session.scalar(text("select pg_try_advisory_xact_lock(hashtext('outbox ' || current_schema()))")):
            return 0
        rows = await session.all(
            text("select id, topic, key, envelope, traceparent from outbox order by id limit :n"), {"n": BATCH}
        )
        for row in rows:
            with resumed(row["traceparent"]):
                await bus.publish(row["topic"], row["key"], Envelope.FromString(row["envelope"]))
        for key in {row["key"] for row in rows}:
            await bus.flush(key)
        if rows:
            await session.execute(text("delete from outbox where id = any(:ids)"), {"ids": [r["id"] for r in rows]})
    return len(rows)


def relay_job(database: Database, bus: Bus, every_s: float = 0.25) -> Job:
    async def run() -> None:
        while await relay(database, bus) == BATCH:
            pass

    return Job("outbox relay", every_s, run)
