"""The bus as services see it: publish an envelope, handle envelopes, say what may be committed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from fincc.common.events.envelope_pb2 import Envelope

MAX_MESSAGE_BYTES = 950_000


class Done(Enum):
    """What a handler says of a message it took without error."""

    COMMIT = "commit"  # its effect is stored; this and every held message of the same key may be committed
    HOLD = "hold"  # its effect is in memory only; deliver it again after a crash


@dataclass(frozen=True)
class Message:
    """A message as delivered. `key` orders: messages of one key arrive in the order they were published."""

    topic: str
    key: str
    envelope: Envelope
    headers: Mapping[str, str] = field(default_factory=dict)
    at_end: Callable[[], bool] = lambda: True
    """Whether this was the newest message of its partition when it was delivered."""


Handler = Callable[[Message], Awaitable[Done]]
OnRevoked = Callable[[], Awaitable[None]]
"""Partitions went to another worker: drop everything held in memory for this subscription."""
DeadLetter = Callable[[Message, BaseException], Awaitable[None]]


class Bus(Protocol):
    """At-least-once delivery, ordered per key. Errors of the store or the broker are retried for ever; see `delivery.py`."""

    async def publish(self, topic: str, key: str, envelope: Envelope) -> None:
        """Hand a message over. Waits for room; inside a handler it never waits. Raises `TooLarge` above 950 kB."""

    async def flush(self, key: str) -> None:
        """Return when everything published so far is safe: acknowledged by the broker or, in one process, handled by every
        group that descends from the messages of `key`. Never called inside a handler."""

    def subscribe(
        self, topic: str, group: str, handler: Handler, *, on_dead: DeadLetter, on_revoked: OnRevoked | None = None
    ) -> None:
        """Register before `start`."""

    async def start(self) -> None: ...

    async def run(self) -> None:
        """Deliver until cancelled."""

    async def stop(self) -> None: ...

    def unready(self, group: str) -> list[str]:
        """Why this group does not make progress; empty when it does."""


class TooLarge(Exception):
    """A message above the limit of the topics: the publisher has to split it."""
