"""A context on real PostgreSQL with a bus whose messages a reader keeps, and a bill on paper to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fincc.common.auth import Subject
from fincc.common.bus.base import Done, Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import FrozenClock
from fincc.common.events.cost_pb2 import CostMessage
from fincc.common.events.metric_pb2 import MetricMessage
from fincc.common.keyring import Keyring, new_key
from fincc.common.objects import ObjectStore
from fincc.common.testing.database import emptied, fresh_database
from fincc.ingestion.settings import IngestionSettings
from fincc.ingestion.tables import metadata
from fincc.ingestion.usecases.context import Context

ANN = Subject("usr_ann", "Ann")


@pytest.fixture(scope="session")
def ingestion_dsn(postgres_dsn: str) -> Iterator[str]:
    with fresh_database(postgres_dsn, "ingestion") as dsn:
        yield dsn


@dataclass
class Reader:
    """Keeps what arrives on raw-cost."""

    messages: list[CostMessage] = field(default_factory=list)

    async def handle(self, message: Message) -> Done:
        self.messages.append(message.envelope.cost)
        return Done.COMMIT

    def kinds(self) -> list[str]:
        return [m.WhichOneof("body") or "" for m in self.messages]


@pytest.fixture
def reader() -> Reader:
    return Reader()


@dataclass
class MetricReader:
    """Keeps what arrives on metrics."""

    messages: list[MetricMessage] = field(default_factory=list)

    async def handle(self, message: Message) -> Done:
        self.messages.append(message.envelope.metric)
        return Done.COMMIT


@pytest.fixture
def metric_reader() -> MetricReader:
    return MetricReader()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(datetime(2026, 11, 24, 12, tzinfo=UTC))


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.parse(new_key())


@pytest.fixture
async def context(
    ingestion_dsn: str,
    tmp_path: Path,
    reader: Reader,
    metric_reader: MetricReader,
    clock: FrozenClock,
    keyring: Keyring,
) -> AsyncIterator[Context]:
    async def on_dead(message: Message, error: BaseException) -> None:
        raise AssertionError(f"unexpected dead letter: {error}")

    bus = MemoryBus()
    bus.subscribe("raw-cost", "reader", reader.handle, on_dead=on_dead)
    bus.subscribe("metrics", "reader", metric_reader.handle, on_dead=on_dead)
    running = asyncio.create_task(bus.run())
    async with emptied(ingestion_dsn, "ingestion", metadata) as database:
        objects = ObjectStore(str(tmp_path / "objects"), "ingestion")
        yield Context(database, bus, objects, clock, IngestionSettings(part_rows=100), keyring, "worker-1")
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
