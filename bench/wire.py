"""What stands on the broker's topics: how many bytes, how large, and when it was published."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.topology import get_topic

RAW, ENRICHED = "raw-cost", "enriched-cost"


@dataclass(frozen=True)
class Topic:
    """The messages of a topic. `last_part_at` is in seconds since 1970, 0 without a part."""

    messages: int = 0
    size: int = 0
    largest: int = 0
    last_part_at: float = 0.0

    def plus(self, record: ConsumerRecord) -> Topic:
        is_part = Envelope.FromString(record.value).cost.WhichOneof("body") == "part"
        return Topic(
            self.messages + 1,
            self.size + len(record.value),
            max(self.largest, len(record.value)),
            max(self.last_part_at, record.timestamp / 1000) if is_part else self.last_part_at,
        )


def topics(bootstrap: str) -> dict[str, Topic]:
    """Both cost topics from their beginning to their end."""
    return asyncio.run(_read(bootstrap))


async def _read(bootstrap: str) -> dict[str, Topic]:
    partitions = [TopicPartition(name, i) for name in (RAW, ENRICHED) for i in range(get_topic(name).partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, max_partition_fetch_bytes=4 << 20)
    await consumer.start()
    found = {RAW: Topic(), ENRICHED: Topic()}
    try:
        ends = {p: end for p, end in (await consumer.end_offsets(partitions)).items() if end}
        consumer.assign(list(ends))
        await consumer.seek_to_beginning(*ends)
        left = set(ends)
        while left:
            for partition, records in (await consumer.getmany(timeout_ms=1000)).items():
                for record in records:
                    found[partition.topic] = found[partition.topic].plus(record)
            left = {p for p in left if await consumer.position(p) < ends[p]}
        return found
    finally:
        with suppress(asyncio.CancelledError):  # what a client without a group raises of its own task when it stops
            await consumer.stop()
