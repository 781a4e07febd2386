"""The bus of several processes, on a real broker: the contract, and what only it promises."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition, murmur2
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType

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

    @contextmanager
    def raw_consumer(self, group: str = "raw") -> Iterator[Consumer]:
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": group, "enable.auto.commit": False})
        try:
            yield consumer
        finally:
            consumer.close()

    def admin(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self.bootstrap})

    def committed(self, partition: int = 0) -> int:
        """The offset, below zero when there is none."""
        with self.raw_consumer(self.prefix + "readers") as consumer:
            return consumer.committed([TopicPartition(self.prefix + TOPIC, partition)], 10)[0].offset


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
    assert cluster.committed() == 1
    bus = cluster.bus()
    second.listen(bus)
    async with running(bus):
        await publish_all(bus, "seal")
        await second.received(4)
    assert second.ids == ["part 0", "part 1", "other key's", "seal"]
    assert cluster.committed() == 5


async def test_a_commit_of_one_key_does_not_release_what_another_key_holds(cluster: Cluster):
    reader = holding("a0", "b0")
    bus = cluster.bus()
    reader.listen(bus)
    async with running(bus):
        await publish_all(bus, "a0", key="a")
        await publish_all(bus, "b0", key="b")
        await publish_all(bus, "a1", key="a")
        await reader.received(3)
    assert cluster.committed() == 1


async def test_positions_are_committed_while_running(cluster: Cluster):
    reader, bus = Recorder(), cluster.bus()
    reader.listen(bus)
    async with running(bus):
        await publish_all(bus, "a", "b")
        await reader.received(2)
        await asyncio.sleep(1.5)
        assert cluster.committed() == 2


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


async def test_a_partition_whose_handler_waits_for_long_leaves_the_others_alone_and_keeps_its_order(
    wide_cluster: Cluster,
):
    bus, reader, goes_on = wide_cluster.bus(), Recorder(), asyncio.Event()
    stuck, free = (next(key for key in "abcdefgh" if murmur2(key.encode(), 4) == partition) for partition in (0, 1))

    async def wait(message: Message) -> Done:
        if message.key == stuck:
            await goes_on.wait()
        return await reader(message)

    bus.subscribe(TOPIC, "readers", wait, on_dead=reader.on_dead)
    names = [f"large {number}" for number in range(30)]
    async with running(bus):
        for name in names:
            await bus.publish(TOPIC, stuck, envelope(name, 900_000))
        await bus.flush(stuck)
        await asyncio.sleep(2)  # more of them than the reader keeps
        await publish_all(bus, "free", key=free)
        await reader.received(1)
        assert reader.ids == ["free"]
        goes_on.set()
        await reader.received(31)
    assert reader.ids == ["free", *names]


async def test_bytes_that_are_no_envelope_become_a_dead_letter_and_the_next_goes_on(cluster: Cluster):
    bus, reader = cluster.bus(), Recorder()
    reader.listen(bus)
    stranger = Producer({"bootstrap.servers": cluster.bootstrap})
    for value in (b"\xffnot an envelope", None):
        stranger.produce(cluster.prefix + TOPIC, value, b"k")
    assert stranger.flush(10) == 0
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
    with cluster.raw_consumer() as consumer:
        assert consumer.get_watermark_offsets(TopicPartition(cluster.prefix + TOPIC, 0), 10) == (0, 20)
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
    admin = cluster.admin()
    admin.create_topics([NewTopic(topic, 1, 1, config={"max.message.bytes": "1000"})])[topic].result(10)
    async with running(bus):
        for name, size in (("before", 0), ("large", 5000), ("small", 0)):
            await bus.publish("narrow", "k", envelope(name, size))
        await until(lambda: any("MSG_SIZE_TOO_LARGE" in r for r in bus.unready("readers")), "a reason")
        entry = ConfigEntry("max.message.bytes", "1000000", incremental_operation=AlterConfigOpType.SET)
        wide = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
        admin.incremental_alter_configs([wide])[wide].result(10)
        await asyncio.wait_for(bus.flush("k"), 30)
        await reader.received(3)
    assert reader.ids == ["before", "large", "small"]


async def test_a_producer_that_failed_for_good_is_replaced_and_nothing_is_lost_nor_overtaken(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    bus, reader = cluster.bus(), Recorder()
    reader.listen(bus)
    async with running(bus):
        await publish_all(bus, "before")
        failed = bus._publisher.connect()

        def refuse(_record: object) -> asyncio.Future[None]:
            raise KafkaException(KafkaError(KafkaError.INVALID_PRODUCER_EPOCH, "fenced", fatal=True))

        monkeypatch.setattr(failed, "send", refuse)
        await publish_all(bus, "first", "second")
        await reader.received(3)
        assert bus._publisher.connect() is not failed
        await until(lambda: not failed.is_alive(), "the failed one has ended")
    assert reader.ids == ["before", "first", "second"]


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
    with cluster.raw_consumer() as consumer:
        consumer.assign([TopicPartition(cluster.prefix + TOPIC, 0, OFFSET_BEGINNING)])
        record = await asyncio.to_thread(consumer.poll, 10)
    assert record.key() == b"source|2026-10"
    assert [header[0] for header in record.headers()] == ["traceparent"]
    assert record.value() == envelope("m").SerializeToString()
    await bus.stop()


async def test_a_key_is_in_the_partition_where_every_kafka_client_puts_it(wide_cluster: Cluster):
    bus, keys = wide_cluster.bus(), [f"source {number}|2026-10" for number in range(12)]
    await bus.start()
    for key in keys:
        await publish_all(bus, key, key=key)
    found: dict[str, int | None] = {}
    with wide_cluster.raw_consumer() as consumer:
        topic = wide_cluster.prefix + TOPIC
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(4)])
        while len(found) < len(keys):
            record = await asyncio.to_thread(consumer.poll, 10)
            found[record.key().decode()] = record.partition()
    assert found == {key: murmur2(key.encode(), 4) for key in keys}
    await bus.stop()
