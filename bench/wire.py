"""What stands on the broker's topics: how many bytes, how large, and when it was published."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from fincc.common.events.envelope_pb2 import Envelope

RAW, ENRICHED = "raw-cost", "enriched-cost"
Positions = dict[tuple[str, int], int]


@dataclass(frozen=True)
class Topic:
    """The messages of a topic since some positions. `last_part_at` is in seconds since 1970, 0 without a part."""

    messages: int = 0
    size: int = 0
    largest: int = 0
    last_part_at: float = 0.0


def positions(bootstrap: str) -> Positions:
    """Where both cost topics end now; a topic that does not exist yet begins at 0."""
    return asyncio.run(_positions(bootstrap))


def since(bootstrap: str, begun: Positions) -> dict[str, Topic]:
    """Both cost topics from these positions to their ends."""
    return asyncio.run(_since(bootstrap, begun))


async def _positions(bootstrap: str) -> Positions:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        known = await consumer.topics()
        partitions = [
            TopicPartition(t, p) for t in (RAW, ENRICHED) if t in known for p in consumer.partitions_for_topic(t) or ()
        ]
        ends = await consumer.end_offsets(partitions) if partitions else {}
        return {(tp.topic, tp.partition): end for tp, end in ends.items()}
    finally:
        await consumer.stop()


async def _since(bootstrap: str, begun: Positions) -> dict[str, Topic]:
    ends = await _positions(bootstrap)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, max_partition_fetch_bytes=4 << 20)
    await consumer.start()
    found = {RAW: Topic(), ENRICHED: Topic()}
    try:
        for (name, number), end in ends.items():
            start = begun.get((name, number), 0)
            if start < end:
                found[name] = await _read(consumer, TopicPartition(name, number), start, end, found[name])
        return found
    finally:
        await consumer.stop()


async def _read(consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int, before: Topic) -> Topic:
    consumer.assign([partition])
    consumer.seek(partition, start)
    messages, size, largest, last = before.messages, before.size, before.largest, before.last_part_at
    while start < end:
        for record in (await consumer.getmany(partition, timeout_ms=1000)).get(partition, ()):
            start = record.offset + 1
            messages, size, largest = messages + 1, size + len(record.value), max(largest, len(record.value))
            if Envelope.FromString(record.value).cost.WhichOneof("body") == "part":
                last = max(last, record.timestamp / 1000)
        start = max(start, await consumer.position(partition))
    return Topic(messages, size, largest, last)
