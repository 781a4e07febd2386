"""What stands on the broker's topics: how many bytes, how large, and when it was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition
from confluent_kafka import Message as Record

from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.topology import get_topic

RAW, ENRICHED = "raw-cost", "enriched-cost"
TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Topic:
    """The messages of a topic. `last_part_at` is in seconds since 1970, 0 without a part."""

    messages: int = 0
    size: int = 0
    largest: int = 0
    last_part_at: float = 0.0

    def plus(self, record: Record) -> Topic:
        value = record.value() or b""
        is_part = Envelope.FromString(value).cost.WhichOneof("body") == "part"
        return Topic(
            self.messages + 1,
            self.size + len(value),
            max(self.largest, len(value)),
            max(self.last_part_at, record.timestamp()[1] / 1000) if is_part else self.last_part_at,
        )


def topics(bootstrap: str) -> dict[str, Topic]:
    """Both cost topics from their beginning to their end."""
    found = {RAW: Topic(), ENRICHED: Topic()}
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench", "enable.auto.commit": False})
    try:
        partitions = [
            TopicPartition(name, number, OFFSET_BEGINNING)
            for name in found
            for number in range(get_topic(name).partitions)
        ]
        ends = {(p.topic, p.partition): consumer.get_watermark_offsets(p, TIMEOUT_S)[1] for p in partitions}
        left = {place for place, end in ends.items() if end}
        consumer.assign([p for p in partitions if (p.topic, p.partition) in left])
        while left:
            record = consumer.poll(TIMEOUT_S)
            if record is None:
                raise TimeoutError(f"the broker gave nothing more of {left}")
            error = record.error()
            if error is not None:
                raise KafkaException(error)
            topic, partition, offset = (
                cast(Any, part) for part in (record.topic(), record.partition(), record.offset())
            )
            found[topic] = found[topic].plus(record)
            if offset + 1 >= ends[topic, partition]:
                left.discard((topic, partition))
        return found
    finally:
        consumer.close()
