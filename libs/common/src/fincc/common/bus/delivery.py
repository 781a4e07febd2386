"""How one message is delivered to one handler: which errors are waited out, which end in the dead-letter table."""

from __future__ import annotations

import asyncio
import logging
import random

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from fincc.common.bus.base import DeadLetter, Done, Handler, Message

log = logging.getLogger(__name__)

ATTEMPTS = 3
FIRST_WAIT_S, LONGEST_WAIT_S = 0.2, 15.0

_TRANSIENT = (
    asyncpg.exceptions.PostgresConnectionError,
    asyncpg.exceptions.TransactionRollbackError,  # serialization failure, deadlock
    asyncpg.exceptions.InsufficientResourcesError,  # disk full, out of memory, too many connections
    asyncpg.exceptions.OperatorInterventionError,  # shutdown, cancelled by administrator
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.ConnectionDoesNotExistError,
    asyncpg.exceptions.InterfaceError,
)
_DISK_FULL = 28


class TransientError(Exception):
    """Raised by our own code for what will pass: retried for ever."""


def is_transient(error: BaseException) -> bool:
    """Errors of the store or the broker: the same message can succeed later, so it must not become a dead letter."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(
            seen, (*_TRANSIENT, TransientError, InterfaceError, OperationalError, ConnectionError, TimeoutError)
        ):
            return True
        if isinstance(seen, DBAPIError) and seen.connection_invalidated:
            return True
        if isinstance(seen, OSError) and seen.errno == _DISK_FULL:
            return True
        seen = seen.__cause__ or getattr(seen, "orig", None)
    return False


class Delivery:
    """Delivers to one handler; `reason` says why it is waiting, None when it is not."""

    def __init__(self, group: str, handler: Handler, on_dead: DeadLetter) -> None:
        self.group, self._handler, self._on_dead = group, handler, on_dead
        self.reason: str | None = None

    async def deliver(self, message: Message) -> Done:
        """Run the handler until it succeeds or the message is a dead letter. Only cancellation escapes."""
        failures, wait_s = 0, FIRST_WAIT_S
        while True:
            try:
                done = await self._handler(message)
            except Exception as error:
                if is_transient(error):
                    self.reason = f"{message.topic}: waiting for the store: {type(error).__name__}: {str(error)[:200]}"
                else:
                    failures += 1
                    self.reason = (
                        f"{message.topic}: attempt {failures} failed: {type(error).__name__}: {str(error)[:200]}"
                    )
                log.warning(
                    "handler failed",
                    extra={"group": self.group, "topic": message.topic, "key": message.key},
                    exc_info=failures == 1,
                )
                if failures >= ATTEMPTS and await self._bury(message, error):
                    self.reason = None
                    return Done.COMMIT
                await asyncio.sleep(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
            else:
                self.reason = None
                return done

    async def _bury(self, message: Message, error: BaseException) -> bool:
        try:
            await self._on_dead(message, error)
        except Exception:
            log.exception("the dead letter could not be stored; trying again", extra={"group": self.group})
            return False
        return True
