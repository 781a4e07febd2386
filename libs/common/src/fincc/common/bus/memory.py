"""The bus of one process: a queue per (group, topic), at-least-once towards the publisher through `flush`.

It keeps no log. A crash loses what was not flushed, and the publisher repeats it because it saves its token only after
`flush`; owners of documents publish their current ones again at start.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from fincc.common.bus.base import BusStopped, DeadLetter, Handler, Message, OnRevoked, check_size
from fincc.common.bus.delivery import Delivery, inside_handler
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.tracing import publishing

ROOM = 16  # deliveries under way in the whole process before a publisher outside a handler waits

Waiter = asyncio.Future[None]


@dataclass
class _Subscription:
    topic: str
    delivery: Delivery
    queue: asyncio.Queue[Message] = field(default_factory=asyncio.Queue)
    is_handling: bool = False

    @property
    def unfinished(self) -> int:
        return self.queue.qsize() + self.is_handling


class MemoryBus:
    """See `Bus`. A handler never waits for room, so the bound is on all deliveries under way and not on each queue.

    Partitions are never revoked here: `Done.HOLD` needs no book-keeping, since a crash ends the publisher as well.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._subscriptions: list[_Subscription] = []
        self._pending: dict[str, int] = {}  # deliveries under way by key; a key without any is not in it
        self._total = 0
        self._publishers: deque[tuple[Waiter, int]] = deque()  # first come, first served
        self._flushing: dict[str, list[Waiter]] = {}
        self._has_stopped = False

    def subscribe(
        self, topic: str, group: str, handler: Handler, *, on_dead: DeadLetter, on_revoked: OnRevoked | None = None
    ) -> None:
        if any(s.topic == topic and s.delivery.group == group for s in self._subscriptions):
            raise ValueError(f"{group} reads {topic} already")
        self._subscriptions.append(_Subscription(topic, Delivery(group, topic, handler, on_dead)))

    async def publish(self, topic: str, key: str, envelope: Envelope) -> None:
        check_size(topic, envelope.ByteSize())
        self._check_running()
        with publishing(topic, envelope.producer, envelope.id) as headers:
            await self._hand_over(topic, key, envelope, headers)

    async def _hand_over(self, topic: str, key: str, envelope: Envelope, headers: dict[str, str]) -> None:
        targets = [s for s in self._subscriptions if s.topic == topic]
        await self._take_room(len(targets))
        if targets:
            self._pending[key] = self._pending.get(key, 0) + len(targets)
        for subscription in targets:
            # A copy for each reader: nobody sees what others, or the publisher, do to theirs.
            own = Envelope()
            own.CopyFrom(envelope)
            subscription.queue.put_nowait(Message(topic, key, own, headers, subscription.queue.empty))

    async def flush(self, key: str) -> None:
        if inside_handler.get():
            raise RuntimeError("flush inside a handler would wait for itself")
        self._check_running()
        if key in self._pending:
            waiter: Waiter = asyncio.get_running_loop().create_future()
            self._flushing.setdefault(key, []).append(waiter)
            await waiter

    async def start(self) -> None:
        return None

    async def run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for subscription in self._subscriptions:
                    name = f"{subscription.delivery.group}:{subscription.topic}"
                    group.create_task(self._consume(subscription), name=name)
                group.create_task(asyncio.Event().wait(), name="bus without an end")
        finally:
            await self.stop()

    async def stop(self) -> None:
        self._has_stopped = True
        for waiter in [w for w, _ in self._publishers] + [w for ws in self._flushing.values() for w in ws]:
            if not waiter.done():
                waiter.set_exception(BusStopped("the bus stopped while waiting for it"))
        self._publishers.clear()
        self._flushing.clear()

    def unready(self, group: str) -> list[str]:
        return [reason for s in self._subscriptions if s.delivery.group == group for reason in s.delivery.reasons()]

    def lag(self, group: str) -> dict[str, int | None]:
        return {s.topic: s.unfinished for s in self._subscriptions if s.delivery.group == group}

    def _check_running(self) -> None:
        if self._has_stopped:
            raise BusStopped("the bus has stopped")

    async def _take_room(self, deliveries: int) -> None:
        """Count the deliveries in, waiting for room unless a handler asks."""
        if inside_handler.get() or not deliveries or self._total < self._room:
            self._total += deliveries
            return
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._publishers.append((waiter, deliveries))
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and waiter.exception() is None:  # let in, and gone since
                self._give_room(deliveries)
            raise

    def _give_room(self, deliveries: int) -> None:
        self._total -= deliveries
        while self._publishers and self._total < self._room:
            waiter, wanted = self._publishers.popleft()
            if not waiter.done():
                self._total += wanted
                waiter.set_result(None)

    async def _consume(self, subscription: _Subscription) -> None:
        while True:
            message = await subscription.queue.get()
            subscription.is_handling = True
            await subscription.delivery.deliver(message)
            subscription.is_handling = False
            self._settle(message.key)
            await asyncio.sleep(0)  # a full queue of quick messages must not keep the others from running

    def _settle(self, key: str) -> None:
        self._give_room(1)
        self._pending[key] -= 1
        if not self._pending[key]:
            del self._pending[key]
            for waiter in self._flushing.pop(key, ()):
                if not waiter.done():
                    waiter.set_result(None)
