"""The `Bus` over Kafka."""

from __future__ import annotations

import asyncio

from fincc.common.bus.base import DeadLetter, Handler, OnRevoked, check_size
from fincc.common.bus.delivery import Delivery, inside_handler
from fincc.common.bus.kafka.publisher import Publisher
from fincc.common.bus.kafka.reader import GroupReader, Subscription
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.settings import CommonSettings
from fincc.common.tracing import publishing

SESSION_TIMEOUT_S = 30.0


class KafkaBus:
    """See `Bus`. `topic_prefix` stands before the names of topics and groups, so that several installations may share
    brokers; a worker that is gone for `session_timeout_s` loses its partitions to the others."""

    def __init__(
        self, settings: CommonSettings, *, topic_prefix: str = "", session_timeout_s: float = SESSION_TIMEOUT_S
    ) -> None:
        self._settings, self._prefix, self._session_timeout_s = settings, topic_prefix, session_timeout_s
        self._publisher = Publisher(settings)
        self._readers: dict[str, GroupReader] = {}

    def subscribe(
        self, topic: str, group: str, handler: Handler, *, on_dead: DeadLetter, on_revoked: OnRevoked | None = None
    ) -> None:
        if group not in self._readers:
            self._readers[group] = GroupReader(self._settings, group, self._prefix, self._session_timeout_s)
        self._readers[group].add(topic, Subscription(Delivery(group, topic, handler, on_dead), on_revoked))

    async def publish(self, topic: str, key: str, envelope: Envelope) -> None:
        value = envelope.SerializeToString()
        check_size(topic, len(value))
        with publishing(topic, envelope.producer, envelope.id) as headers:
            await self._publisher.publish(self._prefix + topic, key, value, headers, acknowledged=inside_handler.get())

    async def flush(self, key: str) -> None:
        if inside_handler.get():
            raise RuntimeError("flush inside a handler would wait for itself")
        await self._publisher.flush(key)

    async def start(self) -> None:
        return None

    async def run(self) -> None:
        self._publisher.connect()  # before the first message, so that readiness says early when there is no broker
        async with asyncio.TaskGroup() as group:
            for reader in self._readers.values():
                group.create_task(reader.run(), name=f"reader of {reader.group}")
            await asyncio.Event().wait()

    async def stop(self) -> None:
        await self._publisher.stop()

    def unready(self, group: str) -> list[str]:
        reader = self._readers.get(group)
        return self._publisher.reasons() + (reader.reasons() if reader is not None else [])

    def lag(self, group: str) -> dict[str, int | None]:
        reader = self._readers.get(group)
        return reader.lag() if reader is not None else {}
