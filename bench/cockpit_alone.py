"""A cockpit with a database of its own and without a bus: messages are handed to its handlers one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fincc.cockpit.app import create_service
from fincc.common.auth import SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.bus.base import Done, Handler, Message
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import SystemClock
from fincc.common.db import Database
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.objects import ObjectStore
from fincc.common.service import Resources
from fincc.common.settings import CommonSettings

TOPIC = "enriched-cost"


@dataclass
class Cockpit:
    database: Database
    resources: Resources
    handler: Handler

    def restart(self) -> None:
        """What was in memory is gone; database and files stay."""
        self.handler = _handler(self.resources)

    async def deliver(self, message: Message) -> Done:
        return await self.handler(message)

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        async with self.database.read() as session:
            return list(await (await session.driver()).fetch(statement, *arguments))


@asynccontextmanager
async def cockpit(dsn: str, folder: Path) -> AsyncIterator[Cockpit]:
    """`dsn` has the cockpit's schema."""
    database = Database(dsn, "cockpit")
    private, public = new_key_pair()
    resources = Resources(
        CommonSettings(data_dir=folder), database, ObjectStore(str(folder / "objects"), "cockpit"), MemoryBus(),
        SystemClock(), SubjectVerifier(public), SubjectSigner(private),
    )  # fmt: skip
    try:
        yield Cockpit(database, resources, _handler(resources))
    finally:
        await database.close()


def _handler(resources: Resources) -> Handler:
    service = create_service(resources)
    return next(c.handler for c in service.consumers if c.topic == TOPIC)


def message(envelope: Envelope) -> Message:
    snapshot = envelope.cost.snapshot
    return Message(TOPIC, f"{snapshot.source_id}|{snapshot.billing_period}", envelope)
