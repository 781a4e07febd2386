"""What compliance does with the messages it reads."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from fincc.common.bus.base import Done, Message
from fincc.common.documents import CATALOG, OWNERSHIP
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.service import Consumer
from fincc.common.snapshots import SnapshotCollector
from fincc.compliance.usecases import documents
from fincc.compliance.usecases.context import Context


class Consumers:
    """The handlers of the three topics."""

    def __init__(self, context: Context, collector: SnapshotCollector) -> None:
        self._context, self._collector = context, collector
        self._of_key: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def table(self) -> tuple[Consumer, ...]:
        return (
            Consumer("enriched-cost", self.on_enriched_cost, self._collector.on_revoked),
            Consumer(OWNERSHIP, self.on_ownership),
            Consumer(CATALOG, self.on_catalog),
        )

    async def on_enriched_cost(self, message: Message) -> Done:
        async with self._of_key[message.key]:  # a replayed dead letter may come beside the bus
            return await self._collector.on_message(message)

    async def on_ownership(self, message: Message) -> Done:
        await documents.receive(self._context, OWNERSHIP, message.envelope.document)
        return Done.COMMIT

    async def on_catalog(self, message: Message) -> Done:
        await documents.receive(self._context, CATALOG, message.envelope.document)
        return Done.COMMIT

    async def replay(self, topic: str, key: str, envelope: Envelope) -> None:
        """Hand a dead letter to its handler again, here and now."""
        handlers = {consumer.topic: consumer.handler for consumer in self.table()}
        await handlers[topic](Message(topic, key, envelope))

    def is_busy(self) -> bool:
        """Whether a bill is coming in."""
        return bool(self._collector.open_keys())
