"""What the gateway does with the messages it reads."""

from __future__ import annotations

from collections.abc import Callable

from fincc.common.bus.base import Done, Message
from fincc.common.documents import CATALOG
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.service import Consumer
from fincc.gateway.usecases.places import Places


class Consumers:
    """The handler of the one topic: the hierarchy, which says what lies below the place of a role."""

    def __init__(self, places: Places, on_change: Callable[[], None]) -> None:
        self._places, self._on_change = places, on_change

    def table(self) -> tuple[Consumer, ...]:
        return (Consumer(CATALOG, self.on_catalog),)

    async def on_catalog(self, message: Message) -> Done:
        await self._places.receive(message.envelope.document)
        self._on_change()
        return Done.COMMIT

    async def replay(self, topic: str, key: str, envelope: Envelope) -> None:
        """Hand a dead letter to its handler again, here and now."""
        await self.on_catalog(Message(topic, key, envelope))
