"""Publishing to Kafka: in order per key, repeated until the broker has it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from fincc.common.bus.base import BusStopped
from fincc.common.bus.kafka.connection import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    MAX_RECORD_BYTES,
    BrokerWatch,
    client_options,
    explain,
)
from fincc.common.settings import CommonSettings

log = logging.getLogger(__name__)

WINDOW = 2  # messages of one key under way before its publisher waits
SILENT_S = 5.0  # unacknowledged for so long makes the process unready
STOP_TIMEOUT_S = 5.0
POLL_S = 0.2


def producer_options(settings: CommonSettings) -> dict[str, Any]:
    return {
        **client_options(settings),
        "enable.idempotence": True,
        "acks": "all",
        "partitioner": "murmur2_random",  # Java's: a key stays where other clients put it
        "linger.ms": 0,
        "message.max.bytes": MAX_RECORD_BYTES,
        "queue.buffering.max.kbytes": 64 << 10,
        "message.timeout.ms": 0,  # none: what was handed over is repeated until the broker has it
        "topic.metadata.propagation.max.ms": 5000,
    }


@dataclass(eq=False)
class _Record:
    topic: str
    key: str
    value: bytes
    headers: list[tuple[str, str | bytes | None]]
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
        self._watch = BrokerWatch()
        self._options = {**producer_options(settings), **self._watch.options()}
        self._lanes: dict[str, deque[asyncio.Task[None]]] = {}
        self._unacknowledged: set[_Record] = set()
        self._producer: _Producer | None = None
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

    def connect(self) -> _Producer:
        """The producer; it connects by itself as soon as there is a broker that answers."""
        if self._producer is None:
            self._producer = _Producer(self._options)
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
            self._producer.end()
            await asyncio.to_thread(self._producer.join, STOP_TIMEOUT_S)

    def reasons(self) -> list[str]:
        """Why messages do not go out; empty when they do."""
        if self._watch.unreachable is not None:
            return [f"cannot publish at {self._brokers}: {self._watch.unreachable}"]
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
        producer = self.connect()
        try:
            await producer.send(record)
        except Exception as error:  # whatever it is, the message must not be lost, nor overtaken by the next one
            record.reason = f"{record.topic}: not published yet: {explain(error)}"
            log.warning("a message was not published; trying again", extra={"key": record.key, "reason": record.reason})
            is_fatal = isinstance(error, KafkaException) and error.args[0].fatal()
            if is_fatal and producer is self._producer:  # the broker would refuse all that it sends from now on
                self._producer = None
                producer.end()
            return False
        return True

    def _leave(self, key: str, task: asyncio.Task[None]) -> None:
        lane = self._lanes[key]
        lane.remove(task)
        if not lane:
            del self._lanes[key]


class _Producer(threading.Thread):
    """librdkafka's producer, and the thread on which it tells what became of messages."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(name="publisher", daemon=True)
        self._loop = asyncio.get_running_loop()
        self._producer = Producer(options)
        self._has_ended = False
        self.start()

    def send(self, record: _Record) -> asyncio.Future[None]:
        """Done when the broker has the message. Raises KafkaException, BufferError without room."""
        answer: asyncio.Future[None] = self._loop.create_future()

        def settle(error: KafkaError | None) -> None:
            if answer.done():
                return
            if error is None:
                answer.set_result(None)
            else:
                answer.set_exception(KafkaException(error))

        def on_delivery(error: KafkaError | None, _message: Message) -> None:
            self._loop.call_soon_threadsafe(settle, error)

        self._producer.produce(
            record.topic, record.value, record.key.encode(), headers=record.headers, on_delivery=on_delivery
        )
        return answer

    def end(self) -> None:
        """Soon; what is still under way fails."""
        self._has_ended = True

    def run(self) -> None:
        while not self._has_ended:
            self._producer.poll(POLL_S)
        self._producer.purge()
        self._producer.close()
