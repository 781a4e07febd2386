"""One partition: its records as messages, one after the other, to one handler."""

from __future__ import annotations

import asyncio
import time

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from google.protobuf.message import DecodeError

from fincc.common.bus.base import Message
from fincc.common.bus.delivery import Delivery
from fincc.common.bus.kafka.offsets import Offsets
from fincc.common.events.envelope_pb2 import Envelope

POLL_MS = 1000


class Unreadable(Exception):
    """Bytes on a topic that are no envelope."""


class PartitionWorker:
    """Runs until cancelled, or until its handler returns once `is_ending` is set."""

    def __init__(
        self, consumer: AIOKafkaConsumer, partition: TopicPartition, delivery: Delivery, slots: asyncio.Semaphore
    ) -> None:
        self.partition, self.offsets = partition, Offsets()
        self.committed: int | None = None
        self.is_handling = self.is_ending = False
        self._consumer, self._delivery, self._slots = consumer, delivery, slots
        self._waiting_since: float | None = None

    async def run(self) -> None:
        while True:
            self._waiting_since = time.time()
            batch = await self._consumer.getmany(self.partition, timeout_ms=POLL_MS)
            self._waiting_since = None
            for record in batch.get(self.partition, ()):
                async with self._slots:
                    self.is_handling = True
                    await self._handle(record)
                    self.is_handling = False
                if self.is_ending:
                    return

    def silent_s(self) -> float:
        """Seconds for which the broker has not answered a fetch of this partition; 0 while it is not asked."""
        if self._waiting_since is None or self.partition not in self._consumer.assignment():
            return 0.0
        answered = (self._consumer.last_poll_timestamp(self.partition) or 0) / 1000
        return time.time() - max(answered, self._waiting_since)

    def uncommitted(self) -> int | None:
        """The position to commit, None when the broker has it already."""
        position = self.offsets.position
        return None if position == self.committed else position

    async def _handle(self, record: ConsumerRecord) -> None:
        key = (record.key or b"").decode(errors="replace")
        if record.value is None:  # a tombstone: somebody removed the key by hand
            self.offsets.pass_over(record.offset)
            return
        try:
            envelope = Envelope.FromString(record.value)
        except DecodeError as error:
            await self._refuse(record, key, error)
            self.offsets.pass_over(record.offset)
            return
        headers = {name: value.decode(errors="replace") for name, value in record.headers}
        message = Message(self._delivery.topic, key, envelope, headers, lambda: self._is_newest(record.offset))
        self.offsets.settle(record.offset, key, await self._delivery.deliver(message))

    async def _refuse(self, record: ConsumerRecord, key: str, error: DecodeError) -> None:
        where = f"{record.topic} partition {record.partition} offset {record.offset}"
        stand_in = Envelope(id=where, producer="unreadable")
        reason = Unreadable(f"{len(record.value)} bytes at {where} are no envelope: {error}")
        await self._delivery.refuse(Message(self._delivery.topic, key, stand_in), reason)

    def _is_newest(self, offset: int) -> bool:
        if self.partition not in self._consumer.assignment():
            return False
        end = self._consumer.highwater(self.partition)
        return end is not None and offset + 1 >= end
