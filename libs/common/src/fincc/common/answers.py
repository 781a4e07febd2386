"""Answers as bytes: made once for all who ask the same at the same time, and kept while there is room."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


@dataclass(frozen=True)
class Answer:
    body: bytes
    etag: str

    @staticmethod
    def of(body: bytes) -> Answer:
        return Answer(body, f'"{blake2b(body, digest_size=12).hexdigest()}"')


class AnswerCache(Generic[Key]):
    """So many bytes of answers; those used longest ago make room. None of more than `largest` bytes is kept, which would
    push out most of the others."""

    def __init__(self, room: int, largest: int) -> None:
        self._room, self._largest, self._size = room, largest, 0
        self._held: OrderedDict[Key, Answer] = OrderedDict()

    def find(self, key: Key) -> Answer | None:
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
        return held

    def hold(self, key: Key, answer: Answer) -> None:
        if key in self._held or len(answer.body) > self._largest:
            return
        self._held[key] = answer
        self._size += len(answer.body)
        while self._size > self._room:
            _, oldest = self._held.popitem(last=False)
            self._size -= len(oldest.body)

    def clear(self) -> None:
        self._held.clear()
        self._size = 0


class Once(Generic[Key, Made]):
    """One making for all who ask for the same meanwhile, which goes on when the first of them goes away."""

    def __init__(self) -> None:
        self._making: dict[Key, asyncio.Task[Made]] = {}

    async def get(self, key: Key, make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(make())
            making.add_done_callback(lambda done: self._made(key, done))
        return await asyncio.shield(making)

    def forget(self, key: Key) -> None:
        """Who asks from now on has it made anew."""
        self._making.pop(key, None)

    def forget_all(self) -> None:
        self._making.clear()

    def _made(self, key: Key, done: asyncio.Task[Made]) -> None:
        if self._making.get(key) is done:
            del self._making[key]
        if not done.cancelled():
            done.exception()  # each who waits has raised it; nobody else has to hear of it
