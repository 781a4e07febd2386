"""Consuming from Kafka: one consumer per group, which reads all topics of that group.

Partitions are handled side by side, each in order. What may be committed is in `offsets.py`; it is sent twice a second
and before partitions are given up. A rebalance takes all partitions from every worker: handlers come to an end,
positions are committed, subscribers drop what they held, and it is delivered again to whoever reads the partition next.

Topics of documents are read like all others, with the group's offsets, so that the workers of a service share the work:
readers keep documents in their own schema, with their versions, and do not need them again from the start.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

from fincc.common.bus.base import OnRevoked
from fincc.common.bus.delivery import Delivery
from fincc.common.bus.kafka.connection import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    UNREACHABLE,
    client_options,
    explain,
    instance_of,
)
from fincc.common.bus.kafka.worker import PartitionWorker
from fincc.common.settings import CommonSettings

log = logging.getLogger(__name__)

AT_ONCE = 4  # handlers of one group at the same time
COMMIT_EVERY_MS = 500
GRACE_S = 5.0  # for a handler to end when its partition is taken away
BROKER_TIMEOUT_S = 5.0  # for a last commit and for leaving
SILENT_S = 10.0  # no answer to a fetch for so long: not ready
GIVE_UP_S = 120.0  # then the consumer is made anew
CALM_S = 60.0  # more than a few rebalances in this time are no coincidence
_NO_PARTITION = TopicPartition("", -1)


@dataclass(frozen=True)
class Subscription:
    delivery: Delivery
    on_revoked: OnRevoked | None


def consumer_options(settings: CommonSettings, group: str, session_timeout_s: float) -> dict[str, Any]:
    return {
        **client_options(settings),
        "group_id": group,
        # A worker that comes back within the session keeps its partitions, and the others keep theirs.
        "group_instance_id": f"{group}-{instance_of(settings)}",
        "partition_assignment_strategy": (RangePartitionAssignor,),
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "session_timeout_ms": int(session_timeout_s * 1000),
        "rebalance_timeout_ms": 30_000,
        "heartbeat_interval_ms": min(1000, int(session_timeout_s * 1000 / 3)),
        # Handlers may wait for the store as long as it takes; heartbeats alone say that the worker lives.
        "max_poll_interval_ms": 2**31 - 1,
        "max_partition_fetch_bytes": 2 << 20,
        "fetch_max_bytes": 8 << 20,
        # One fetch at a time is under way per broker, so a partition with work may wait so long for an idle one.
        "fetch_max_wait_ms": 100,
    }


class GroupReader(ConsumerRebalanceListener):
    """The consumer of one group, made anew when it fails. `prefix` stands before the names of topics and group."""

    def __init__(self, settings: CommonSettings, group: str, prefix: str, session_timeout_s: float) -> None:
        self.group, self._prefix = group, prefix
        self._brokers = settings.kafka_bootstrap
        self._instance = instance_of(settings)
        self._options = consumer_options(settings, prefix + group, session_timeout_s)
        self._subscriptions: dict[str, Subscription] = {}
        self._workers: dict[asyncio.Task[None], PartitionWorker] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._consumer: AIOKafkaConsumer | None = None
        self._failure: Exception | None = None
        self._joining_since: float | None = 0.0
        self._unreachable: str | None = None
        self._rebalances: deque[float] = deque(maxlen=5)

    def add(self, topic: str, subscription: Subscription) -> None:
        if topic in self._subscriptions:
            raise ValueError(f"{self.group} reads {topic} already")
        self._subscriptions[topic] = subscription

    async def run(self) -> None:
        """Read until cancelled."""
        wait_s = FIRST_WAIT_S
        while True:
            try:
                await self._read()
            except UNREACHABLE as error:
                self._unreachable = f"cannot read at {self._brokers}: {explain(error)}"
                log.warning("reading stopped; trying again", extra={"group": self.group, "reason": self._unreachable})
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def reasons(self) -> list[str]:
        """Why the group makes no progress here; empty when it does."""
        waiting = [reason for s in self._subscriptions.values() for reason in s.delivery.reasons()]
        now = time.time()
        if self._unreachable is not None:
            return [self._unreachable, *waiting]
        if self._joining_since is not None and now - self._joining_since > SILENT_S:
            waiting.append(f"joining the group {self.group}")
        silent_s = max((worker.silent_s() for worker in self._workers.values()), default=0.0)
        if silent_s > SILENT_S:
            waiting.append(f"no answer from {self._brokers} for {silent_s:.0f} s")
        if len(self._rebalances) == self._rebalances.maxlen and now - self._rebalances[0] < CALM_S:
            waiting.append(
                f"the group {self.group} was divided {len(self._rebalances)} times within a minute: is there a second "
                f"worker with the name {self._instance!r}? Give each its own FINCC_INSTANCE"
            )
        return waiting

    async def _read(self) -> None:
        self._failure = None
        consumer = self._consumer = AIOKafkaConsumer(**self._options)
        consumer.subscribe([self._prefix + topic for topic in self._subscriptions], listener=self)
        try:
            await consumer.start()
            while True:
                # Fetches nothing; it raises what went wrong between the group and this worker.
                await consumer.getmany(_NO_PARTITION, timeout_ms=COMMIT_EVERY_MS)
                if self._failure is not None:
                    raise self._failure
                if any(worker.silent_s() > GIVE_UP_S for worker in self._workers.values()):
                    raise TimeoutError(f"no answer for {GIVE_UP_S:.0f} s")
                await self._commit(list(self._workers.values()))
        finally:
            await self._give_up_partitions()
            await self._in_time(consumer.stop(), "leaving the group")

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if self._joining_since is None:  # else it waits for its first partitions, and is not ready before
            self._joining_since = time.time()
        await self._give_up_partitions()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        assert self._consumer is not None
        for partition in assigned:
            delivery = self._subscriptions[partition.topic.removeprefix(self._prefix)].delivery
            worker = PartitionWorker(self._consumer, partition, delivery, self._slots)
            name = f"{self.group}: {partition.topic} {partition.partition}"
            self._workers[asyncio.create_task(self._work(worker), name=name)] = worker
        self._joining_since = self._unreachable = None
        self._rebalances.append(time.time())
        log.info("partitions assigned", extra={"group": self.group, "partitions": len(assigned)})

    async def _work(self, worker: PartitionWorker) -> None:
        try:
            await worker.run()
        except Exception as error:
            self._failure = error

    async def _give_up_partitions(self) -> None:
        """End the handlers, commit what is settled, and let subscribers drop what they hold."""
        if not self._workers:
            return
        for task, worker in self._workers.items():
            worker.is_ending = True
            if not worker.is_handling:
                task.cancel()
        _, late = await asyncio.wait(self._workers, timeout=GRACE_S)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        workers = list(self._workers.values())
        self._workers.clear()
        await self._commit(workers)
        for topic, subscription in self._subscriptions.items():
            if subscription.on_revoked is not None:
                try:
                    await subscription.on_revoked()
                except Exception:
                    log.exception("dropping held messages failed", extra={"group": self.group, "topic": topic})

    async def _commit(self, workers: list[PartitionWorker]) -> None:
        positions = {w.partition: position for w in workers if (position := w.uncommitted()) is not None}
        if not positions or self._consumer is None:
            return
        if await self._in_time(self._consumer.commit(positions), "committing"):
            for worker in workers:
                worker.committed = positions.get(worker.partition, worker.committed)

    async def _in_time(self, work: Coroutine[Any, Any, None], what: str) -> bool:
        """Whether the broker did it; if not, messages are delivered again, and that is all."""
        try:
            await asyncio.wait_for(work, BROKER_TIMEOUT_S)
        except UNREACHABLE as error:
            log.info("%s did not succeed", what, extra={"group": self.group, "reason": explain(error)})
            return False
        return True
