"""Lists of findings as bytes, made once for all who ask the same while nothing changes."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Hashable

from fincc.common.answers import Answer, AnswerCache, Once

ROOM = 16 * 2**20  # bytes
LIFETIME_S = 60.0
"""What another process changes has another key, but for two that change something at the same moment."""

Key = tuple[int, Hashable]
"""Which lifetime since the start it is, and all that an answer is made from."""


class KeptAnswers:
    def __init__(self, room: int = ROOM, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s, self._changes = now_s, 0
        self._kept: AnswerCache[Key] = AnswerCache(room, largest=room // 4)
        self._once: Once[Key, Answer] = Once()

    def forget(self) -> None:
        """Something was changed in this process; what is being made now is not kept."""
        self._kept.clear()
        self._once.forget_all()
        self._changes += 1

    async def get(self, made_from: Hashable, make: Callable[[], Awaitable[bytes]]) -> Answer:
        key = (int(self._now_s() // LIFETIME_S), made_from)
        return self._kept.find(key) or await self._once.get(key, lambda: self._make(key, make))

    async def _make(self, key: Key, make: Callable[[], Awaitable[bytes]]) -> Answer:
        changes = self._changes
        answer = Answer.of(await make())
        if changes == self._changes:
            self._kept.hold(key, answer)
        return answer
