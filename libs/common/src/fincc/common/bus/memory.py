"""The bus of one process: a queue per (group, topic), at-least-once towards the publisher through `flush`.

It keeps no log. A crash loses what was not flushed, and the publisher repeats it because it saves its token only after `flush`;
owners of documents publish their current ones again at start.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import Counter
from dataclasses import dataclass, field

from fincc.common.bus.base import MAX_MESSAGE_BYTES, DeadLetter, Handler, Message, OnRevoked, TooLarge
from fincc.common.bus.delivery import Delivery
from fincc.common.events.envelope_pb2 import Envelope

ROOM = 16  # cost messages under way in the whole process before a publisher outside a handler waits

_in_handler: contextvars.ContextVar[bool] = contextvars.ContextVar("in_handler", default=False)


@dataclass
class _Subscription:
    topic: str
    delivery: Delivery
    queue: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)


class MemoryBus:
    """See `Bus`. Back-pressure: a handler never waits for room, so the bound is on all messages under way, not on each queue."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._subscriptions: list[_Subscription] = []
        self._pending: Counter[str] = Counter()
        self._total = 0
        self._changed = asyncio.Condition()

    def subscribe(
        self, topic: str, group: str, handler: Handler, *, on_dead: DeadLetter, on_revoked: OnRevoked | None = None
    ) -> None:
        subscription = _Subscription(topic, Delivery(group, handler, on_dead))
        self._subscriptions.append(subscription)

    async def publish(self, topic: str, key: str, envelope: Envelope) -> None:
        size = envelope.ByteSize()
        if size > MAX_MESSAGE_BYTES:
            raise TooLarge(f"{topic}: a message of {size} bytes, the limit is {MAX_MESSAGE_BYTES}")
        targets = [s for s in self._subscriptions if s.topic == topic]
        message = Message(topic, key, envelope)
        async with self._changed:
            if not _in_handler.get():
                await self._changed.wait_for(lambda: self._total < self._room)
            self._pending[key] += len(targets)
            self._total += len(targets)
        for subscription in targets:
            subscription.queue.put_nowait(message)

    async def flush(self, key: str) -> None:
        if _in_handler.get():
            raise RuntimeError("flush inside a handler would wait for itself")
        async with self._changed:
            await self._changed.wait_for(lambda: self._pending[key] == 0)
            del self._pending[key]

    async def start(self) -> None:
        return None

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for subscription in self._subscriptions:
                group.create_task(
                    self._consume(subscription), name=f"{subscription.delivery.group}:{subscription.topic}"
                )

    async def _consume(self, subscription: _Subscription) -> None:
        _in_handler.set(True)
        while True:
            message = await subscription.queue.get()
            await subscription.delivery.deliver(message)
            async with self._changed:
                self._pending[message.key] -= 1
                self._total -= 1
                self._changed.notify_all()

    async def stop(self) -> None:
        return None

    def unready(self, group: str) -> list[str]:
        return [s.delivery.reason for s in self._subscriptions if s.delivery.group == group and s.delivery.reason]
