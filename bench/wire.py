"""What stands on the broker's topics: how many bytes, how large, and when it was published."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.topology import get_topic

RAW, ENRICHED = "raw-cost", "enriched-cost"
Positions = dict[tuple[str, int], int]


@dataclass(frozen=True)
class Topic:
    """The messages of a topic since some positions. `last_part_at` is in seconds since 1970, 0 without a part."""

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


def positions(bootstrap: str) -> Positions:
    """Where both cost topics end now."""
    return asyncio.run(_positions(bootstrap))


def since(bootstrap: str, begun: Positions) -> dict[str, Topic]:
    """Both cost topics from these positions to their ends."""
    return asyncio.run(_since(bootstrap, begun))


async def _positions(bootstrap: str) -> Positions:
    partitions = [TopicPartition(name, i) for name in (RAW, ENRICHED) for i in range(get_topic(name).partitions)]
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        return {(tp.topic, tp.partition): end for tp, end in (await consumer.end_offsets(partitions)).items()}
    finally:
        await consumer.stop()


async def _since(bootstrap: str, begun: Positions) -> dict[str, Topic]:
    ends = {TopicPartition(*at): end for at, end in (await _positions(bootstrap)).items() if end > begun.get(at, 0)}
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, max_partition_fetch_bytes=4 << 20)
    await consumer.start()
    found = {RAW: Topic(), ENRICHED: Topic()}
    try:
        consumer.assign(list(ends))
        for partition in ends:
            consumer.seek(partition, begun.get((partition.topic, partition.partition), 0))
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
