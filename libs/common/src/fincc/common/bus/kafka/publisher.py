"""Publishing to Kafka: in order per key, repeated until the broker has it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass, field

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError

from fincc.common.bus.base import BusStopped
from fincc.common.bus.kafka.connection import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    MAX_RECORD_BYTES,
    UNREACHABLE,
    client_options,
    explain,
)
from fincc.common.settings import CommonSettings

log = logging.getLogger(__name__)

WINDOW = 4  # messages of one key under way before its publisher waits
SILENT_S = 5.0  # unacknowledged for so long makes the process unready
STOP_TIMEOUT_S = 5.0
# Raised before anything was handed to the broker: the producer is as good as before.
_NOT_SENT = (UnknownTopicOrPartitionError, TopicAuthorizationFailedError, KafkaTimeoutError)


@dataclass(eq=False)
class _Record:
    topic: str
    key: str
    value: bytes
    headers: list[tuple[str, bytes]]
    since: float = field(default_factory=time.monotonic)
    reason: str | None = None

    def why(self) -> str | None:
        age_s = time.monotonic() - self.since
        if self.reason is None and age_s > SILENT_S:
            return f"{self.topic}: the broker has not acknowledged a message for {age_s:.0f} s"
        return self.reason


class Publisher:
    """An idempotent producer with a lane for each key, in which one message at a time is under way."""

    def __init__(self, settings: CommonSettings) -> None:
        self._brokers = settings.kafka_bootstrap
        self._options = client_options(settings)
        self._lanes: dict[str, deque[asyncio.Task[None]]] = {}
        self._unacknowledged: set[_Record] = set()
        self._producer: AIOKafkaProducer | None = None
        self._connecting = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()
        self._unreachable: str | None = None
        self._has_stopped = False

    async def publish(self, topic: str, key: str, value: bytes, headers: dict[str, str], *, acknowledged: bool) -> None:
        """Returns when the message is in its lane or, with `acknowledged`, when the broker has it."""
        if self._has_stopped:
            raise BusStopped("the bus has stopped")
        lane = self._lanes.setdefault(key, deque())
        while not acknowledged and len(lane) >= WINDOW:
            await asyncio.wait([lane[0]])
            lane = self._lanes.setdefault(key, deque())
        record = _Record(topic, key, value, [(name, text.encode()) for name, text in headers.items()])
        task = asyncio.create_task(self._send(record, lane[-1] if lane else None), name=f"publish {topic} {key}")
        lane.append(task)
        task.add_done_callback(lambda _: self._leave(key, task))
        if acknowledged:
            await task

    async def flush(self, key: str) -> None:
        """Returns when everything of this key is acknowledged. Raises BusStopped when it was given up."""
        tasks = list(self._lanes.get(key, ()))
        if tasks:
            await asyncio.wait(tasks)
        if self._has_stopped or any(task.cancelled() for task in tasks):
            raise BusStopped("the bus stopped before the broker had everything")

    async def connect(self) -> AIOKafkaProducer:
        """The producer, as soon as there is a broker that answers."""
        async with self._connecting:
            wait_s = FIRST_WAIT_S
            while self._producer is None:
                candidate = AIOKafkaProducer(
                    enable_idempotence=True,
                    acks="all",
                    max_request_size=MAX_RECORD_BYTES,
                    request_timeout_ms=20_000,
                    linger_ms=0,
                    **self._options,
                )
                try:
                    await candidate.start()
                except BaseException as error:
                    await candidate.stop()
                    if not isinstance(error, UNREACHABLE):
                        raise
                    self._unreachable = f"cannot publish at {self._brokers}: {explain(error)}"
                    log.warning("cannot publish", extra={"reason": self._unreachable})
                    await asyncio.sleep(wait_s)
                    wait_s = min(wait_s * 2, LONGEST_WAIT_S)
                else:
                    self._producer, self._unreachable = candidate, None
            return self._producer

    async def stop(self) -> None:
        """Wait a little for what is under way, then give it up and say how much it was."""
        self._has_stopped = True
        tasks = [task for lane in self._lanes.values() for task in lane]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=STOP_TIMEOUT_S)
            if late:
                log.warning("messages were not acknowledged when the bus stopped", extra={"messages": len(late)})
                for task in late:
                    task.cancel()
                await asyncio.wait(late)
        if self._producer is not None:
            self._retire(self._producer)
        if self._retiring:
            _, late = await asyncio.wait(self._retiring, timeout=STOP_TIMEOUT_S)
            for task in late:
                task.cancel()

    def reasons(self) -> list[str]:
        """Why messages do not go out; empty when they do."""
        if self._unreachable is not None:
            return [self._unreachable]
        return sorted({reason for record in self._unacknowledged if (reason := record.why()) is not None})

    async def _send(self, record: _Record, previous: asyncio.Task[None] | None) -> None:
        if previous is not None:
            await asyncio.wait([previous])
        self._unacknowledged.add(record)
        try:
            wait_s = FIRST_WAIT_S
            while not await self._attempt(record):
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
        finally:
            self._unacknowledged.remove(record)

    async def _attempt(self, record: _Record) -> bool:
        producer = None
        try:
            producer = await self.connect()
            acknowledgement = await producer.send(
                record.topic, record.value, record.key.encode(), headers=record.headers
            )
            await acknowledgement
        except Exception as error:  # whatever it is, the message must not be lost, nor overtaken by the next one
            record.reason = f"{record.topic}: not published yet: {explain(error)}"
            log.warning("a message was not published; trying again", extra={"key": record.key, "reason": record.reason})
            # A failed batch leaves a hole in the sequence numbers, and the broker would refuse all that follows.
            if producer is not None and producer is self._producer and not isinstance(error, _NOT_SENT):
                self._producer = None
                self._retire(producer)
            return False
        return True

    def _retire(self, producer: AIOKafkaProducer) -> None:
        """Close it once what other lanes gave it has come to an end."""

        async def close() -> None:
            await producer.stop()

        task = asyncio.create_task(close(), name="close a producer")
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    def _leave(self, key: str, task: asyncio.Task[None]) -> None:
        lane = self._lanes[key]
        lane.remove(task)
        if not lane:
            del self._lanes[key]
