"""Consuming from Kafka: one consumer per group, which reads all topics of that group.

Partitions are handled side by side, each in order. What may be committed is in `offsets.py`; it is sent twice a second
and before partitions are given up. A rebalance takes all partitions from every worker: handlers come to an end,
positions are committed, subscribers drop what they held, and it is delivered again to whoever reads the partition next.

Topics of documents are read like all others, with the group's offsets, so that the workers of a service share the work:
readers keep documents in their own schema, with their versions, and do not need them again from the start.

The consumer's calls block, so it is asked for one record at a time on a thread of its own, which also runs what it calls
back. It may be used by one thread at a time: the event loop commits and pauses between two questions.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Record

from fincc.common.bus.base import OnRevoked
from fincc.common.bus.delivery import Delivery
from fincc.common.bus.kafka.connection import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    UNREACHABLE,
    BrokerWatch,
    ClientThread,
    client_options,
    explain,
    instance_of,
)
from fincc.common.bus.kafka.worker import PartitionWorker
from fincc.common.settings import CommonSettings

log = logging.getLogger(__name__)

AT_ONCE = 4  # handlers of one group at the same time
POLL_S = 0.1
COMMIT_EVERY_S = 0.5
ROOM_WITHIN_S = 0.5  # else the partition is paused; briefer waits are cheaper than fetching again what pausing drops
GRACE_S = 5.0  # for a handler to end when its partition is taken away
REVOKE_S = 30.0  # for giving partitions up as a whole
LEAVE_S = 5.0  # for a last commit and for leaving
SILENT_S = 10.0  # no answer for so long: not ready
CALM_S = 60.0  # more than a few rebalances in this time are no coincidence


@dataclass(frozen=True)
class Subscription:
    delivery: Delivery
    on_revoked: OnRevoked | None


def consumer_options(settings: CommonSettings, group: str, session_timeout_s: float) -> dict[str, Any]:
    return {
        **client_options(settings),
        "group.id": group,
        # A worker that comes back within the session keeps its partitions, and the others keep theirs.
        "group.instance.id": f"{group}-{instance_of(settings)}",
        "partition.assignment.strategy": "range",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "session.timeout.ms": int(session_timeout_s * 1000),
        "heartbeat.interval.ms": min(1000, int(session_timeout_s * 1000 / 3)),
        # The consumer is asked all the time, however long handlers wait; so long a rebalance waits for a worker.
        "max.poll.interval.ms": 60_000,
        "max.partition.fetch.bytes": 2 << 20,
        "fetch.max.bytes": 8 << 20,
        "queued.max.messages.kbytes": 8 << 10,
        "fetch.queue.backoff.ms": 10,
        # One fetch at a time is under way per broker, so a partition with work may wait so long for an idle one.
        "fetch.wait.max.ms": 100,
        "check.crcs": True,
    }


class GroupReader:
    """The consumer of one group, made anew when it fails. `prefix` stands before the names of topics and group."""

    def __init__(self, settings: CommonSettings, group: str, prefix: str, session_timeout_s: float) -> None:
        self.group, self._prefix = group, prefix
        self._brokers = settings.kafka_bootstrap
        self._instance = instance_of(settings)
        self._watch = BrokerWatch()
        self._options = {
            **consumer_options(settings, prefix + group, session_timeout_s),
            **self._watch.options(),
            "on_commit": self._on_commit,
        }
        self._subscriptions: dict[str, Subscription] = {}
        self._workers: dict[tuple[str, int], PartitionWorker] = {}
        self._tasks: dict[asyncio.Task[None], PartitionWorker] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._failure: Exception | None = None
        self._joining_since: float | None = 0.0
        self._refused: str | None = None
        self._rebalances: deque[float] = deque(maxlen=5)

    def add(self, topic: str, subscription: Subscription) -> None:
        if topic in self._subscriptions:
            raise ValueError(f"{self.group} reads {topic} already")
        self._subscriptions[topic] = subscription

    async def run(self) -> None:
        """Read until cancelled."""
        self._loop = asyncio.get_running_loop()
        wait_s = FIRST_WAIT_S
        while True:
            try:
                await self._read()
            except UNREACHABLE as error:
                self._refused = explain(error)
                log.warning("reading stopped; trying again", extra={"group": self.group, "reason": self._refused})
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def reasons(self) -> list[str]:
        """Why the group makes no progress here; empty when it does."""
        waiting = [reason for s in self._subscriptions.values() for reason in s.delivery.reasons()]
        now = time.time()
        unreachable = self._watch.unreachable or self._refused
        if unreachable is not None:
            return [f"cannot read at {self._brokers}: {unreachable}", *waiting]
        if self._joining_since is not None and now - self._joining_since > SILENT_S:
            waiting.append(f"joining the group {self.group}")
        if self._watch.silent_s > SILENT_S:
            waiting.append(f"no answer from {self._brokers} for {self._watch.silent_s:.0f} s")
        if len(self._rebalances) == self._rebalances.maxlen and now - self._rebalances[0] < CALM_S:
            waiting.append(
                f"the group {self.group} was divided {len(self._rebalances)} times within a minute: is there a second "
                f"worker with the name {self._instance!r}? Give each its own FINCC_INSTANCE"
            )
        return waiting

    def lag(self) -> dict[str, int | None]:
        """Topic → messages not committed yet, over the partitions that are read here."""
        return {topic: self._watch.lag.get(self._prefix + topic) for topic in self._subscriptions}

    async def _read(self) -> None:
        self._failure = None
        commit_at = 0.0
        consumer = Consumer(self._options)
        thread = ClientThread(f"reader of {self.group}")
        try:
            topics = [self._prefix + topic for topic in self._subscriptions]
            consumer.subscribe(topics, on_assign=self._on_assign, on_revoke=self._on_revoke)
            while True:
                polled = await thread.call(_poll, consumer)
                if self._failure is not None:
                    raise self._failure
                if time.monotonic() >= commit_at:
                    _commit(consumer, _positions(self._workers.values()))
                    commit_at = time.monotonic() + COMMIT_EVERY_S
                for worker in self._workers.values():
                    if worker.is_paused and worker.has_room.is_set():
                        consumer.resume([TopicPartition(worker.topic, worker.partition)])
                        worker.is_paused = False
                if polled is not None:
                    await self._hand_over(consumer, *polled)
        finally:
            positions = await self._give_up_partitions()
            leaving = thread.call(_leave, consumer, positions)
            thread.end()
            try:
                await asyncio.wait_for(leaving, LEAVE_S)
            except UNREACHABLE as error:  # messages are delivered again, and that is all
                log.info("leaving did not succeed", extra={"group": self.group, "reason": explain(error)})

    async def _hand_over(self, consumer: Consumer, record: Record, end: int) -> None:
        error = record.error()
        if error is not None:
            if error.code() not in (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._MAX_POLL_EXCEEDED):
                raise KafkaException(error)
            self._refused = explain(error)  # until partitions are assigned
            log.warning("cannot read yet", extra={"group": self.group, "reason": self._refused})
            return
        worker = self._workers.get((cast(str, record.topic()), cast(int, record.partition())))
        if worker is None:  # given up while the record was under way; its next worker reads it again
            return
        worker.put(record, end)
        if not worker.has_room.is_set():
            try:
                await asyncio.wait_for(worker.has_room.wait(), ROOM_WITHIN_S)
            except TimeoutError:
                consumer.pause([TopicPartition(worker.topic, worker.partition)])
                worker.is_paused = True

    def _on_revoke(self, consumer: Consumer, _revoked: list[TopicPartition]) -> None:
        """On the consumer's thread, which goes on once the handlers have ended."""
        positions = asyncio.run_coroutine_threadsafe(self._give_up_partitions(), self._loop).result(REVOKE_S)
        _commit(consumer, positions)

    def _on_assign(self, _consumer: Consumer, assigned: list[TopicPartition]) -> None:
        """On the consumer's thread; the loop does this before it sees the first record."""
        self._loop.call_soon_threadsafe(self._take_partitions, assigned)

    def _on_commit(self, error: KafkaError | None, committed: list[TopicPartition]) -> None:
        """On the consumer's thread."""
        self._loop.call_soon_threadsafe(self._note_committed, error, committed)

    def _take_partitions(self, assigned: list[TopicPartition]) -> None:
        for partition in assigned:
            name = partition.topic, partition.partition
            delivery = self._subscriptions[partition.topic.removeprefix(self._prefix)].delivery
            worker = self._workers[name] = PartitionWorker(*name, delivery, self._slots)
            task = asyncio.create_task(self._work(worker), name=f"{self.group}: {name[0]} {name[1]}")
            self._tasks[task] = worker
        self._joining_since = self._refused = None
        self._rebalances.append(time.time())
        log.info("partitions assigned", extra={"group": self.group, "partitions": len(assigned)})

    async def _work(self, worker: PartitionWorker) -> None:
        try:
            await worker.run()
        except Exception as error:
            self._failure = error

    async def _give_up_partitions(self) -> list[TopicPartition]:
        """End the handlers and let subscribers drop what they hold; returns the positions to commit."""
        if self._joining_since is None:  # else it waits for its first partitions, and is not ready before
            self._joining_since = time.time()
        tasks, self._tasks, self._workers = self._tasks, {}, {}
        if not tasks:
            return []
        for task, worker in tasks.items():
            worker.is_ending = True
            if not worker.is_handling:
                task.cancel()
        _, late = await asyncio.wait(tasks, timeout=GRACE_S)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        positions = _positions(tasks.values())
        for topic, subscription in self._subscriptions.items():
            if subscription.on_revoked is not None:
                try:
                    await subscription.on_revoked()
                except Exception:
                    log.exception("dropping held messages failed", extra={"group": self.group, "topic": topic})
        return positions

    def _note_committed(self, error: KafkaError | None, committed: list[TopicPartition]) -> None:
        for partition in committed:
            failure = error or partition.error
            worker = self._workers.get((partition.topic, partition.partition))
            if failure:
                log.info("committing did not succeed", extra={"group": self.group, "reason": explain(failure)})
            elif worker is not None:
                worker.committed = partition.offset


def _poll(consumer: Consumer) -> tuple[Record, int] | None:
    """The next record and the offset after the newest of its partition. What is called back meanwhile came before."""
    record = consumer.poll(POLL_S)
    if record is None:
        return None
    if record.error() is not None:
        return record, 0
    partition = TopicPartition(cast(str, record.topic()), cast(int, record.partition()))
    return record, consumer.get_watermark_offsets(partition, cached=True)[1]


def _positions(workers: Iterable[PartitionWorker]) -> list[TopicPartition]:
    return [
        TopicPartition(worker.topic, worker.partition, position)
        for worker in workers
        if (position := worker.uncommitted()) is not None
    ]


def _commit(consumer: Consumer, positions: list[TopicPartition]) -> None:
    """Sent before anything that is said to the group afterwards; the answer comes to `on_commit`."""
    if positions:
        consumer.commit(offsets=positions, asynchronous=True)


def _leave(consumer: Consumer, positions: list[TopicPartition]) -> None:
    _commit(consumer, positions)
    consumer.close()
