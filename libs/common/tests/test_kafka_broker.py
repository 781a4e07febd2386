"""The broker that tests run against: real, and able to crash and come back with what it was given."""

import asyncio
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from fincc.common.testing.kafka_broker import KafkaBroker


async def create_topic(bootstrap: str) -> str:
    topic = f"test-{uuid4().hex}"
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 2, 1)])
    await admin.close()
    return topic


async def produce(bootstrap: str, topic: str, values: list[bytes]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, key=b"one")


async def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=uuid4().hex, auto_offset_reset="earliest", enable_auto_commit=False
    )
    values: list[bytes] = []
    async with asyncio.timeout(60), consumer:
        while len(values) < count:
            values.append((await consumer.getone()).value)
    return values


async def test_what_is_produced_is_consumed_in_order(kafka_bootstrap: str) -> None:
    topic = await create_topic(kafka_bootstrap)
    sent = [f"message {number}".encode() for number in range(50)]
    await produce(kafka_bootstrap, topic, sent)
    assert await consume(kafka_bootstrap, topic, 50) == sent


async def test_a_killed_broker_comes_back_at_its_address_with_its_messages(kafka_broker: KafkaBroker) -> None:
    topic = await create_topic(kafka_broker.bootstrap)
    await produce(kafka_broker.bootstrap, topic, [b"before"])
    address, first_pid = kafka_broker.bootstrap, kafka_broker.pid
    kafka_broker.kill()
    assert kafka_broker.pid is None
    assert await asyncio.to_thread(kafka_broker.restart) == address
    assert kafka_broker.pid != first_pid
    await produce(address, topic, [b"after"])
    assert await consume(address, topic, 2) == [b"before", b"after"]
