"""How one message is delivered to one handler: which errors are waited out, which end in the dead-letter table."""

from __future__ import annotations

import asyncio
import errno
import logging
import random
import socket
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from time import perf_counter

import asyncpg
from opentelemetry.trace import Span, SpanKind
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from fincc.common import tracing
from fincc.common.bus.base import DeadLetter, Done, Handler, Message
from fincc.common.signals import MESSAGES

log = logging.getLogger(__name__)

ATTEMPTS = 3
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 15.0

inside_handler: ContextVar[bool] = ContextVar("inside_handler", default=False)
"""Whether this task runs on behalf of a handler: it then never waits for room and never flushes."""

_TRANSIENT = (
    asyncpg.exceptions.PostgresConnectionError,
    asyncpg.exceptions.TransactionRollbackError,  # serialization failure, deadlock
    asyncpg.exceptions.InsufficientResourcesError,  # disk full, out of memory, too many connections
    asyncpg.exceptions.OperatorInterventionError,  # shutdown, cancelled by administrator or time limit
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.ConnectionDoesNotExistError,
    asyncpg.exceptions.InvalidAuthorizationSpecificationError,  # a password being changed says nothing of the message
    asyncpg.exceptions.InvalidCatalogNameError,
    asyncpg.exceptions.InternalClientError,  # a question was put while the server's farewell was being read
)
_TRANSIENT_ERRNO = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM),
        *(errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL),
    }
)


class TransientError(Exception):
    """Raised by our own code for what will pass: retried for ever."""


def is_transient(error: BaseException) -> bool:
    """Errors of the store or the broker: the same message can succeed later, so it must not become a dead letter."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(
            seen, (*_TRANSIENT, TransientError, OperationalError, NoFreeConnection, ConnectionError, TimeoutError)
        ):
            return True
        if isinstance(seen, DBAPIError) and seen.connection_invalidated:
            return True
        if isinstance(seen, asyncpg.exceptions.InterfaceError) and not isinstance(seen, ValueError):
            return True  # used while closing; with ValueError it is asyncpg's refusal of a value
        if isinstance(seen, OSError) and _is_machine_or_network(seen):
            return True
        seen = seen.__cause__ or getattr(seen, "orig", None)
    return False


def _is_machine_or_network(error: OSError) -> bool:
    """Not every OSError is: pyarrow raises it, without a number, for bytes it cannot decode."""
    if isinstance(error, socket.gaierror) or error.errno in _TRANSIENT_ERRNO:
        return True
    return str(error).startswith("Multiple exceptions:")  # asyncio, when each address of a host refused


class Delivery:
    """Delivers the messages of one topic to one handler; several may be under way, of different partitions."""

    def __init__(self, group: str, topic: str, handler: Handler, on_dead: DeadLetter) -> None:
        self.group, self.topic = group, topic
        self._handler, self._on_dead = handler, on_dead
        self._span = f"{group}.on_{topic.replace('-', '_')}"
        self._handled = MESSAGES.labels(group, topic, "handled")
        self._died = MESSAGES.labels(group, topic, "dead")
        self._waiting: dict[int, str] = {}

    def reasons(self) -> list[str]:
        """Why messages are being waited for; empty when none is."""
        return list(self._waiting.values())

    async def deliver(self, message: Message) -> Done:
        """Run the handler until it succeeds or the message is a dead letter, which may be committed as any other: it is
        stored, and a snapshot it belonged to is published again as a whole. Only cancellation escapes."""
        return await self._until_settled(message, lambda: self._handler(message))

    async def refuse(self, message: Message, error: Exception) -> Done:
        """Make a dead letter of what no handler can read."""

        async def fail() -> Done:
            raise error

        return await self._until_settled(message, fail, failures=ATTEMPTS - 1)

    async def _until_settled(self, message: Message, attempt: Callable[[], Awaitable[Done]], failures: int = 0) -> Done:
        mark, wait_s, started = id(message), FIRST_WAIT_S, perf_counter()
        inside = inside_handler.set(True)
        try:
            with self._following(message) as span:
                while True:
                    try:
                        done = await attempt()
                        self._handled.observe(perf_counter() - started)
                        return done
                    except Exception as error:
                        failures += not is_transient(error)
                        self._waiting[mark] = self._explain(error)
                        if isinstance(error, TransientError):  # part of how services wait for each other
                            log.info("a message waits: %s", error, extra=self._about(message))
                        else:
                            log.warning("a handler failed", extra=self._about(message), exc_info=failures <= 1)
                        if failures >= ATTEMPTS and await self._bury(message, error):
                            tracing.failed(span, error)
                            self._died.observe(perf_counter() - started)
                            return Done.COMMIT
                    await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))
                    wait_s = min(wait_s * 2, LONGEST_WAIT_S)
        finally:
            self._waiting.pop(mark, None)
            inside_handler.reset(inside)

    def _following(self, message: Message) -> AbstractContextManager[Span]:
        """The reader's span, which continues the one its message was published in."""
        about = {"messaging.destination.name": message.topic, "messaging.message.id": message.envelope.id}
        return tracing.span(self._span, message.headers, SpanKind.CONSUMER, about)

    def _explain(self, error: Exception) -> str:
        what = "waiting for the store" if is_transient(error) else "trying again"
        return f"{self.topic}: {what}: {type(error).__name__}: {str(error)[:200]}"

    def _about(self, message: Message) -> dict[str, str]:
        return {"group": self.group, "topic": message.topic, "key": message.key, "envelope_id": message.envelope.id}

    async def _bury(self, message: Message, error: Exception) -> bool:
        try:
            await self._on_dead(message, error)
        except Exception as unstored:
            self._waiting[id(message)] = self._explain(unstored)
            log.exception("the dead letter could not be stored; trying again", extra=self._about(message))
            return False
        log.error("a message became a dead letter", extra=self._about(message), exc_info=error)
        return True
