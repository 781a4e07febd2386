"""The bus of several processes, on a real broker: the contract, and what only it promises."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from fincc.common.bus.base import Bus, Done, Message
from fincc.common.bus.kafka import KafkaBus, create_topics
from fincc.common.settings import CommonSettings
from fincc.common.testing.bus_contract import NEXT_TOPIC, TOPIC, BusContract, Recorder, envelope, running, until
from fincc.common.topology import TopicSpec

HOUR_MS = 3_600_000


class Cluster:
    """Topics of its own on the broker; `worker` is a bus as a second process would have it."""

    def __init__(self, bootstrap: str, partitions: int) -> None:
        self.bootstrap, self.prefix = bootstrap, f"{uuid.uuid4().hex[:12]}."
        self.topics = tuple(TopicSpec(name, "document", partitions, HOUR_MS) for name in (TOPIC, NEXT_TOPIC))

    def settings(self, instance: str = "worker") -> CommonSettings:
        return CommonSettings.model_validate({"kafka_bootstrap": self.bootstrap, "instance": instance})

    def bus(self) -> KafkaBus:
        return self.worker("worker")

    async def await_stored(self, bus: Bus, key: str) -> None:
        await bus.flush(key)

    def worker(self, instance: str, session_timeout_s: float = 30.0) -> KafkaBus:
        return KafkaBus(self.settings(instance), topic_prefix=self.prefix, session_timeout_s=session_timeout_s)

    async def create(self) -> "Cluster":
        await create_topics(self.settings(), topic_prefix=self.prefix, topics=self.topics)
        return self

    @asynccontextmanager
    async def raw_consumer(self, group: str | None = None) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=group, auto_offset_reset="earliest")
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        client = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await client.start()
        try:
            yield client
        finally:
            await client.close()

    async def committed(self, partition: int = 0) -> int | None:
        async with self.raw_consumer(self.prefix + "readers") as consumer:
            topic_partition = TopicPartition(self.prefix + TOPIC, partition)
            consumer.assign([topic_partition])
            return await consumer.committed(topic_partition)


@pytest.fixture
async def cluster(kafka_bootstrap: str) -> Cluster:
    return await Cluster(kafka_bootstrap, partitions=1).create()


@pytest.fixture
async def wide_cluster(kafka_bootstrap: str) -> Cluster:
    return await Cluster(kafka_bootstrap, partitions=4).create()


class TestKafkaBus(BusContract):
    @pytest.fixture
    async def place(self, kafka_bootstrap: str) -> Cluster:
        return await Cluster(kafka_bootstrap, partitions=3).create()


def holding(*names: str) -> Recorder:
    """Holds the messages of these names, commits the others."""
    return Recorder(answer=lambda m: Done.HOLD if m.envelope.id in names else Done.COMMIT)


async def publish_all(bus: KafkaBus, *names: str, key: str = "k") -> None:
    for name in names:
        await bus.publish(TOPIC, key, envelope(name))
    await bus.flush(key)


async def test_what_was_committed_is_not_delivered_to_the_next_run(cluster: Cluster):
    first, second = Recorder(), Recorder()
    bus = cluster.bus()
    first.listen(bus)
    async with running(bus):
        await publish_all(bus, "a", "b")
        await first.received(2)
    bus = cluster.bus()
    second.listen(bus)
    async with running(bus):
        await publish_all(bus, "c")
        await second.received(1)
    assert second.ids == ["c"]


async def test_held_messages_are_delivered_again_after_a_restart_with_all_that_follows(cluster: Cluster):
    first, second = holding("part 0", "part 1"), holding("part 0", "part 1")
    bus = cluster.bus()
    first.listen(bus)
    async with running(bus):
        await publish_all(bus, "old seal", "part 0", "part 1")
        await first.received(3)
        await publish_all(bus, "other key's", key="other")
        await first.received(4)
    assert await cluster.committed() == 1
    bus = cluster.bus()
    second.listen(bus)
    async with running(bus):
        await publish_all(bus, "seal")
        await second.received(4)
    assert second.ids == ["part 0", "part 1", "other key's", "seal"]
    assert await cluster.committed() == 5


async def test_a_commit_of_one_key_does_not_release_what_another_key_holds(cluster: Cluster):
    reader = holding("a0", "b0")
    bus = cluster.bus()
    reader.listen(bus)
    async with running(bus):
        await publish_all(bus, "a0", key="a")
        await publish_all(bus, "b0", key="b")
        await publish_all(bus, "a1", key="a")
        await reader.received(3)
    assert await cluster.committed() == 1


async def test_positions_are_committed_while_running(cluster: Cluster):
    reader, bus = Recorder(), cluster.bus()
    reader.listen(bus)
    async with running(bus):
        await publish_all(bus, "a", "b")
        await reader.received(2)
        await asyncio.sleep(1.5)
        assert await cluster.committed() == 2


async def test_a_handler_that_was_cut_off_gets_its_message_again(cluster: Cluster):
    started = asyncio.Event()

    async def never_ends(message: Message) -> Done:
        started.set()
        await asyncio.Event().wait()
        return Done.COMMIT

    bus, after = cluster.bus(), Recorder()
    bus.subscribe(TOPIC, "readers", never_ends, on_dead=after.on_dead)
    async with running(bus):
        await publish_all(bus, "m")
        await started.wait()
    bus = cluster.bus()
    after.listen(bus)
    async with running(bus):
        await after.received(1)
    assert after.ids == ["m"]
    assert after.dead == []


async def test_two_workers_share_the_partitions(wide_cluster: Cluster):
    one, other = Recorder(), Recorder()
    first, second = wide_cluster.worker("one"), wide_cluster.worker("other")
    one.listen(first)
    other.listen(second)
    async with running(first, second):
        await until(lambda: not (first.unready("readers") or second.unready("readers")), "both joined")
        for number in range(40):
            await first.publish(TOPIC, f"key {number}", envelope(f"{number}"))
        await until(lambda: len(set(one.ids) | set(other.ids)) == 40, "all forty")
        assert set(one.ids) != set()
        assert set(other.ids) != set()


async def test_a_worker_that_joins_late_makes_held_messages_come_again_and_every_worker_drops_its_own(
    wide_cluster: Cluster,
):
    keys = [f"key {number}" for number in range(12)]
    one, other = holding(*keys), holding(*keys)
    first, second = wide_cluster.worker("one"), wide_cluster.worker("other")
    one.listen(first)
    other.listen(second)
    async with running(first):
        for key in keys:
            await first.publish(TOPIC, key, envelope(key))
        await one.received(12)
        assert one.revokes == 0
        one.messages.clear()
        async with running(second):
            await until(lambda: sorted(one.ids + other.ids) == sorted(keys), "all twelve again, each once")
            assert one.revokes == 1
            assert one.ids
            assert other.ids


async def test_a_handler_at_work_may_finish_when_its_partition_is_taken_away(cluster: Cluster):
    one, other = Recorder(), Recorder()
    first, second = cluster.worker("one"), cluster.worker("other")
    started = asyncio.Event()

    async def slow(message: Message) -> Done:
        started.set()
        await asyncio.sleep(3)
        return await one(message)

    first.subscribe(TOPIC, "readers", slow, on_dead=one.on_dead, on_revoked=one.on_revoked)
    other.listen(second)
    async with running(first):
        await publish_all(first, "m")
        await started.wait()
        async with running(second):
            await until(lambda: not second.unready("readers"), "joined")
            assert one.revokes == 1
            assert one.ids == ["m"]
            await publish_all(second, "next")
            await until(lambda: "next" in one.ids + other.ids, "the next message")
    assert sorted(one.ids + other.ids) == ["m", "next"]


async def test_a_worker_that_comes_back_in_time_leaves_the_others_alone(wide_cluster: Cluster):
    one, other = Recorder(), Recorder()
    first, second = wide_cluster.worker("one"), wide_cluster.worker("other")
    one.listen(first)
    other.listen(second)
    async with running(first):
        async with running(second):
            await until(lambda: not (first.unready("readers") or second.unready("readers")), "both joined")
        revokes_before = one.revokes
        again = wide_cluster.worker("other")
        other.listen(again)
        async with running(again):
            for number in range(40):
                await first.publish(TOPIC, f"key {number}", envelope(f"{number}"))
            await until(lambda: len(set(one.ids) | set(other.ids)) == 40, "all forty")
        assert one.revokes == revokes_before


async def test_a_handler_may_wait_longer_than_the_session_without_losing_its_partition(cluster: Cluster):
    bus = cluster.worker("patient", session_timeout_s=6.0)
    reader = Recorder()

    async def slow(message: Message) -> Done:
        if message.envelope.id == "slow":
            await asyncio.sleep(9)
        return await reader(message)

    bus.subscribe(TOPIC, "readers", slow, on_dead=reader.on_dead, on_revoked=reader.on_revoked)
    async with running(bus):
        await publish_all(bus, "slow", "next")
        await reader.received(2)
    assert reader.ids == ["slow", "next"]
    assert reader.revokes == 1, "only the one at the end"


async def test_partitions_are_handled_side_by_side(wide_cluster: Cluster):
    bus, reader = wide_cluster.bus(), Recorder()
    at_once, most = 0, 0

    async def watch(message: Message) -> Done:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.2)
        at_once -= 1
        return await reader(message)

    bus.subscribe(TOPIC, "readers", watch, on_dead=reader.on_dead)
    async with running(bus):
        for number in range(40):
            await bus.publish(TOPIC, f"key {number}", envelope(f"{number}"))
        await reader.received(40)
    assert 2 <= most <= 4


async def test_bytes_that_are_no_envelope_become_a_dead_letter_and_the_next_goes_on(cluster: Cluster):
    bus, reader = cluster.bus(), Recorder()
    reader.listen(bus)
    stranger = AIOKafkaProducer(bootstrap_servers=cluster.bootstrap)
    await stranger.start()
    await stranger.send_and_wait(cluster.prefix + TOPIC, b"\xffnot an envelope", key=b"k")
    await stranger.send_and_wait(cluster.prefix + TOPIC, None, key=b"k")
    await stranger.stop()
    async with running(bus):
        await publish_all(bus, "next")
        await reader.received(1)
    ((name, reason),) = reader.dead
    assert name == f"{cluster.prefix}raw-cost partition 0 offset 0"
    assert "16 bytes" in reason
    assert reader.ids == ["next"]


async def test_flush_returns_when_the_broker_has_everything(cluster: Cluster):
    bus = cluster.bus()
    await bus.start()
    for number in range(20):
        await bus.publish(TOPIC, "k", envelope(f"{number}", 100_000))
    await bus.flush("k")
    async with cluster.raw_consumer() as consumer:
        partition = TopicPartition(cluster.prefix + TOPIC, 0)
        assert await consumer.end_offsets([partition]) == {partition: 20}
    await bus.stop()


async def test_a_publisher_may_be_only_a_few_messages_of_a_key_ahead_of_the_broker(cluster: Cluster):
    bus = cluster.bus()
    publisher = bus._publisher
    await publisher._connecting.acquire()  # no connection, so nothing is acknowledged
    publishing = asyncio.create_task(publish_all(bus, *"abcdefgh"))
    await asyncio.sleep(0.2)
    assert sum(len(lane) for lane in publisher._lanes.values()) == 4
    publisher._connecting.release()
    await asyncio.wait_for(publishing, 20)
    assert publisher._lanes == {}
    await bus.stop()


async def test_publishing_to_a_topic_that_is_missing_is_said_and_waited_for(cluster: Cluster):
    bus = cluster.bus()
    async with running(bus):
        await bus.publish("late", "k", envelope("m"))
        publishing = asyncio.create_task(bus.flush("k"))
        await until(lambda: any("late" in reason for reason in bus.unready("readers")), "a reason")
        assert not publishing.done()
        await create_topics(
            cluster.settings(), topic_prefix=cluster.prefix, topics=(TopicSpec("late", "document", 1, None),)
        )
        await asyncio.wait_for(publishing, 30)
        assert bus.unready("readers") == []


async def test_a_message_the_broker_refuses_is_said_and_not_overtaken_by_the_next(cluster: Cluster):
    bus, reader, topic = cluster.bus(), Recorder(), cluster.prefix + "narrow"
    reader.listen(bus, "narrow")
    async with cluster.admin() as admin:
        await admin.create_topics([NewTopic(topic, 1, 1, topic_configs={"max.message.bytes": "1000"})])
        async with running(bus):
            for name, size in (("before", 0), ("large", 5000), ("small", 0)):
                await bus.publish("narrow", "k", envelope(name, size))
            await until(lambda: any("MessageSizeTooLarge" in r for r in bus.unready("readers")), "a reason")
            wide = {"max.message.bytes": "1000000"}
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, wide)])
            await asyncio.wait_for(bus.flush("k"), 30)
            await reader.received(3)
    assert reader.ids == ["before", "large", "small"]


async def test_two_workers_of_one_name_are_told_to_take_different_names(cluster: Cluster):
    first, second = cluster.worker("twin"), cluster.worker("twin")
    Recorder().listen(first)
    Recorder().listen(second)
    async with running(first, second):
        await until(
            lambda: any("FINCC_INSTANCE" in r for r in first.unready("readers") + second.unready("readers")), "advice"
        )


async def test_the_key_and_the_trace_are_readable_by_any_kafka_client(cluster: Cluster):
    from opentelemetry.sdk.trace import TracerProvider

    bus = cluster.bus()
    await bus.start()
    with TracerProvider().get_tracer("test").start_as_current_span("ingest"):
        await bus.publish(TOPIC, "source|2026-10", envelope("m"))
    await bus.flush("source|2026-10")
    async with cluster.raw_consumer() as consumer:
        consumer.assign([TopicPartition(cluster.prefix + TOPIC, 0)])
        record = await asyncio.wait_for(consumer.getone(), 10)
    assert record.key == b"source|2026-10"
    assert [name for name, _ in record.headers] == ["traceparent"]
    assert record.value == envelope("m").SerializeToString()
    await bus.stop()
