"""Lists of findings as bytes, made once for all who ask the same while nothing changes."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from hashlib import blake2b

ROOM = 16 * 2**20  # bytes
LIFETIME_S = 60.0
"""What another process changes has another key, but for two that change something at the same moment."""


@dataclass(frozen=True)
class Answer:
    body: bytes
    etag: str


class KeptAnswers:
    """The key says all that an answer is made from. Those used longest ago make room."""

    def __init__(self, room: int = ROOM, now_s: Callable[[], float] = time.monotonic) -> None:
        self._room, self._now_s = room, now_s
        self._held: OrderedDict[Hashable, tuple[float, Answer]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Answer]] = {}
        self._size, self._changes = 0, 0

    def forget(self) -> None:
        """Something was changed in this process; what is being made now is not kept."""
        self._held.clear()
        self._making.clear()
        self._size = 0
        self._changes += 1

    async def get(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> Answer:
        until, held = self._held.get(key, (0.0, None))
        if held is not None and until > self._now_s():
            self._held.move_to_end(key)
            return held
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self._make(key, make))
            making.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(making)

    def _made(self, key: Hashable, done: asyncio.Task[Answer]) -> None:
        if self._making.get(key) is done:
            del self._making[key]
        if not done.cancelled():
            done.exception()  # each waiting request has raised it

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> Answer:
        changes = self._changes
        body = await make()
        answer = Answer(body, f'"{blake2b(body, digest_size=12).hexdigest()}"')
        if changes == self._changes:
            self._hold(key, answer)
        return answer

    def _hold(self, key: Hashable, answer: Answer) -> None:
        if len(answer.body) > self._room // 4:
            return
        _, before = self._held.pop(key, (0.0, None))
        self._size += len(answer.body) - (len(before.body) if before is not None else 0)
        self._held[key] = self._now_s() + LIFETIME_S, answer
        while self._size > self._room:
            _, (_, oldest) = self._held.popitem(last=False)
            self._size -= len(oldest.body)
