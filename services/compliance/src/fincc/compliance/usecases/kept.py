"""Answers about findings as bytes, made once for all who ask the same and kept while nothing changes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable

from fincc.common.answers import Answer, AnswerCache, Once

ROOM = 32 * 2**20  # bytes; a page of a list has about 100 kB


class KeptAnswers:
    """By all that an answer is made from, which is said by who asks."""

    def __init__(self, room: int = ROOM) -> None:
        self._changes = 0
        self._kept: AnswerCache[Hashable] = AnswerCache(room, largest=room // 4)
        self._once: Once[Hashable, Answer] = Once()

    def forget(self) -> None:
        """Something was changed in this process; what is being made now is not kept."""
        self._kept.clear()
        self._once.forget_all()
        self._changes += 1

    async def get(self, made_from: Hashable, make: Callable[[], Awaitable[bytes]]) -> Answer:
        return self._kept.find(made_from) or await self._once.get(made_from, lambda: self._make(made_from, make))

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> Answer:
        changes = self._changes
        answer = Answer.of(await make())
        if changes == self._changes:
            self._kept.hold(key, answer)
        return answer
