"""The broker that tests run against: real, and able to crash and come back with what it was given."""

import asyncio
from uuid import uuid4

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from fincc.common.testing.kafka_broker import KafkaBroker


def create_topic(bootstrap: str) -> str:
    topic = f"test-{uuid4().hex}"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 2, 1)])[topic].result(30)
    return topic


def produce(bootstrap: str, topic: str, values: list[bytes]) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    for value in values:
        producer.produce(topic, value, b"one")
    assert producer.flush(60) == 0


def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": uuid4().hex, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    records = consumer.consume(count, 60)
    consumer.close()
    return [record.value() or b"" for record in records]


async def test_what_is_produced_is_consumed_in_order(kafka_bootstrap: str) -> None:
    topic = create_topic(kafka_bootstrap)
    sent = [f"message {number}".encode() for number in range(50)]
    produce(kafka_bootstrap, topic, sent)
    assert consume(kafka_bootstrap, topic, 50) == sent


async def test_a_killed_broker_comes_back_at_its_address_with_its_messages(kafka_broker: KafkaBroker) -> None:
    topic = create_topic(kafka_broker.bootstrap)
    produce(kafka_broker.bootstrap, topic, [b"before"])
    address, first_pid = kafka_broker.bootstrap, kafka_broker.pid
    kafka_broker.kill()
    assert kafka_broker.pid is None
    assert await asyncio.to_thread(kafka_broker.restart) == address
    assert kafka_broker.pid != first_pid
    produce(address, topic, [b"after"])
    assert consume(address, topic, 2) == [b"before", b"after"]
