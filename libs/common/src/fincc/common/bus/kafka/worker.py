"""One partition: its records as messages, one after the other, to one handler."""

from __future__ import annotations

import asyncio
from typing import cast

from confluent_kafka import Message as Record
from google.protobuf.message import DecodeError

from fincc.common.bus.base import Message
from fincc.common.bus.delivery import Delivery
from fincc.common.bus.kafka.offsets import Offsets
from fincc.common.events.envelope_pb2 import Envelope

QUEUED_BYTES = 2 << 20


class Unreadable(Exception):
    """Bytes on a topic that are no envelope."""


class PartitionWorker:
    """Runs until cancelled, or until its handler returns once `is_ending` is set."""

    def __init__(self, topic: str, partition: int, delivery: Delivery, slots: asyncio.Semaphore) -> None:
        self.topic, self.partition, self.offsets = topic, partition, Offsets()
        self.committed: int | None = None
        self.is_handling = self.is_ending = self.is_paused = False
        self.has_room = asyncio.Event()
        self.has_room.set()
        self._delivery, self._slots = delivery, slots
        self._queue: asyncio.Queue[Record] = asyncio.Queue()
        self._queued_bytes = self._end = 0

    def put(self, record: Record, end: int) -> None:
        """Queue a record, whether there is room or not. `end` is the offset after the partition's newest one."""
        self._end = end
        self._queue.put_nowait(record)
        self._count(len(record))

    async def run(self) -> None:
        while True:
            record = await self._queue.get()
            self._count(-len(record))
            async with self._slots:
                self.is_handling = True
                await self._handle(record)
                self.is_handling = False
            if self.is_ending:
                return

    def uncommitted(self) -> int | None:
        """The position to commit, None when the broker has it already."""
        position = self.offsets.position
        return None if position == self.committed else position

    def _count(self, size: int) -> None:
        self._queued_bytes += size
        if self._queued_bytes < QUEUED_BYTES:
            self.has_room.set()
        else:
            self.has_room.clear()

    async def _handle(self, record: Record) -> None:
        offset, key = cast(int, record.offset()), (record.key() or b"").decode(errors="replace")
        value = record.value()
        if value is None:  # a tombstone: somebody removed the key by hand
            self.offsets.pass_over(offset)
            return
        try:
            envelope = Envelope.FromString(value)
        except DecodeError as error:
            await self._refuse(offset, key, len(value), error)
            self.offsets.pass_over(offset)
            return
        pairs = cast("list[tuple[str, bytes]]", record.headers() or [])
        headers = {name: text.decode(errors="replace") for name, text in pairs}
        message = Message(self._delivery.topic, key, envelope, headers, lambda: self._is_newest(offset))
        self.offsets.settle(offset, key, await self._delivery.deliver(message))

    async def _refuse(self, offset: int, key: str, size: int, error: DecodeError) -> None:
        where = f"{self.topic} partition {self.partition} offset {offset}"
        stand_in = Envelope(id=where, producer="unreadable")
        reason = Unreadable(f"{size} bytes at {where} are no envelope: {error}")
        await self._delivery.refuse(Message(self._delivery.topic, key, stand_in), reason)

    def _is_newest(self, offset: int) -> bool:
        return not self.is_ending and offset + 1 >= self._end
