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

    COMMIT = "commit"  # its effect is stored, and so is that of every held message of the same key
    HOLD = "hold"  # its effect is in memory only: after a crash or a revoke it is delivered again


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
    """At-least-once delivery, ordered per key. Errors of store and broker are retried for ever (`delivery.py`)."""

    async def publish(self, topic: str, key: str, envelope: Envelope) -> None:
        """Hand a message over; safe after `flush`. Waits for room.

        Inside a handler it never waits for room but for the broker's answer, so that it is safe when it returns. The
        envelope may be changed or reused afterwards. Raises `TooLarge` above 950 kB and `BusStopped`.
        """

    async def flush(self, key: str) -> None:
        """Return when everything published so far under `key` is safe: acknowledged by the broker or, in one process,
        handled by every group, together with what handlers published under the same key in turn.

        Raises RuntimeError inside a handler, which would wait for itself, and `BusStopped`.
        """

    def subscribe(
        self, topic: str, group: str, handler: Handler, *, on_dead: DeadLetter, on_revoked: OnRevoked | None = None
    ) -> None:
        """Register before `start`. Raises ValueError when the group reads the topic already."""

    async def start(self) -> None:
        """Make ready to publish; never waits for a broker."""

    async def run(self) -> None:
        """Deliver until cancelled."""

    async def stop(self) -> None:
        """Give up what waits, after `run` has ended."""

    def unready(self, group: str) -> list[str]:
        """Why this group does not make progress; empty when it does."""

    def lag(self, group: str) -> dict[str, int | None]:
        """Topic → messages that this process has to take for the group and has not finished with; None: not known."""


class TooLarge(Exception):
    """A message above the limit of the topics: the publisher has to split it."""


class BusStopped(Exception):
    """The bus has ended; what was not flushed before has to be published again after the next start."""


def check_size(topic: str, size: int) -> None:
    """Raises `TooLarge` for a message of `size` bytes above the limit."""
    if size > MAX_MESSAGE_BYTES:
        raise TooLarge(f"{topic}: a message of {size} bytes, the limit is {MAX_MESSAGE_BYTES}")
