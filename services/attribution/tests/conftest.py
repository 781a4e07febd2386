"""Attribution on real PostgreSQL, with a bus whose outgoing messages a reader keeps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fincc.attribution.settings import AttributionSettings
from fincc.attribution.tables import metadata, state
from fincc.attribution.usecases.context import Context
from fincc.common.bus.base import Done, Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import FrozenClock
from fincc.common.events.cost_pb2 import CostMessage
from fincc.common.objects import ObjectStore
from fincc.common.testing.database import emptied, fresh_database


@pytest.fixture(scope="session")
def attribution_dsn(postgres_dsn: str) -> Iterator[str]:
    with fresh_database(postgres_dsn, "attribution") as dsn:
        yield dsn


@dataclass
class Reader:
    """What leaves attribution."""

    enriched: list[CostMessage] = field(default_factory=list)
    others: list[Message] = field(default_factory=list)

    async def on_cost(self, message: Message) -> Done:
        self.enriched.append(message.envelope.cost)
        return Done.COMMIT

    async def on_other(self, message: Message) -> Done:
        self.others.append(message)
        return Done.COMMIT


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
async def context(attribution_dsn: str, tmp_path: Path, reader: Reader) -> AsyncIterator[Context]:
    async def on_dead(message: Message, error: BaseException) -> None:
        raise AssertionError(f"unexpected dead letter: {error}")

    bus = MemoryBus()
    bus.subscribe("enriched-cost", "reader", reader.on_cost, on_dead=on_dead)
    for topic in ("catalog", "ownership", "cost-ledger"):
        bus.subscribe(topic, "reader", reader.on_other, on_dead=on_dead)
    running = asyncio.create_task(bus.run())
    async with emptied(attribution_dsn, "attribution", metadata) as database:
        async with database.write() as session:
            await session.execute(state.insert().values())
        objects = ObjectStore(str(tmp_path / "objects"), "attribution")
        clock = FrozenClock(datetime(2026, 11, 24, 12, tzinfo=UTC))
        yield Context(database, bus, objects, clock, AttributionSettings())
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
