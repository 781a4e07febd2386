"""What the cockpit does with each message: decode, then one use case."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable

from fincc.cockpit.usecases import documents, reconcile
from fincc.common.bus.base import Done, Message, OnRevoked
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.documents import CATALOG, OWNERSHIP
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.objects import ObjectStore
from fincc.common.service import Consumer
from fincc.common.snapshots import SnapshotCollector


class Consumers:
    """The handlers of the four topics."""

    def __init__(
        self,
        database: Database,
        objects: ObjectStore,
        clock: Clock,
        collector: SnapshotCollector,
        on_change: Callable[[], None],
    ) -> None:
        self._database, self._objects, self._clock = database, objects, clock
        self._collector, self._on_change = collector, on_change
        self._at_end: dict[str, Callable[[], bool]] = {}
        self._of_key: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def table(self) -> tuple[Consumer, ...]:
        revoked: OnRevoked = self.on_revoked
        return (
            Consumer("enriched-cost", self.on_enriched_cost, revoked),
            Consumer("ownership", self.on_ownership),
            Consumer("catalog", self.on_catalog),
            Consumer("cost-ledger", self.on_cost_ledger),
        )

    async def on_enriched_cost(self, message: Message) -> Done:
        self._at_end[message.key] = message.at_end
        async with self._of_key[message.key]:  # a replayed dead letter may come beside the bus
            return await self._collector.on_message(message)

    async def on_revoked(self) -> None:
        self._at_end.clear()
        await self._collector.on_revoked()

    async def on_ownership(self, message: Message) -> Done:
        return await self._receive(OWNERSHIP, message)

    async def on_catalog(self, message: Message) -> Done:
        return await self._receive(CATALOG, message)

    async def _receive(self, kind: str, message: Message) -> Done:
        await documents.receive(self._database, self._objects, self._clock, kind, message.envelope.document)
        self._on_change()
        return Done.COMMIT

    async def on_cost_ledger(self, message: Message) -> Done:
        await reconcile.note(self._database, self._clock, message.envelope.ledger)
        self._on_change()
        return Done.COMMIT

    async def replay(self, topic: str, key: str, envelope: Envelope) -> None:
        """Hand a dead letter to its handler again, here and now."""
        handlers = {consumer.topic: consumer.handler for consumer in self.table()}
        await handlers[topic](Message(topic, key, envelope))

    async def expire_snapshots(self) -> None:
        """Give up snapshots open for more than a day, unless the reader is still catching up."""
        if all(is_at_end() for is_at_end in self._at_end.values()):
            self._collector.expire()
