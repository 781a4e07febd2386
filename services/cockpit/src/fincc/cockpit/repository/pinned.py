"""A view of the database at a known revision."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from fincc.cockpit.repository.state import get_state
from fincc.common.db import Database, ReadSession


class Moved(Exception):
    """The database is at another revision by now."""


class Pinned(ReadSession):
    """A view of the database at one revision, opened only when something is read. Raises Moved then, unless it is there."""

    def __init__(self, database: Database, revision: int) -> None:
        self._database, self._revision = database, revision
        self._opened: ReadSession | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def open(self) -> AsyncConnection:
        if self._opened is None:
            opened = await self._stack.enter_async_context(self._database.read())
            if (await get_state(opened)).revision != self._revision:
                raise Moved
            self._opened = opened
        return await self._opened.open()
