"""Answers as bytes, built once per revision, question and scope."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, NamedTuple

import orjson

from fincc.cockpit.domain.csv_text import to_csv
from fincc.cockpit.domain.query import Check, Query
from fincc.cockpit.repository import state
from fincc.cockpit.repository.pinned import Moved, Pinned
from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.context import AnswerContext, load_context
from fincc.common.answers import Answer, AnswerCache, Once
from fincc.common.clock import Clock, today
from fincc.common.db import Database, ReadSession
from fincc.common.documents import DocumentShelf

REVISION_AGE_S = 0.05
JSON, CSV = "json", "csv"
_NEVER = float("-inf")

Build = Callable[[ReadSession, AnswerContext], Awaitable[dict[str, Any]]]


Built = tuple[AnswerContext, dict[str, Any]]


class Question(NamedTuple):
    """What an answer is the same for: to whom may all the same be shown, and how."""

    kind: str
    query: Query | Check
    scope: frozenset[str] | None
    form: str


Key = tuple[int, date, Question]
"""Revision and day that the answer to a question is of."""


class Answers:
    """The cache. Which revision is current is asked of the database at most every 50 ms, by one request for all."""

    def __init__(self, database: Database, clock: Clock, shelf: DocumentShelf, settings: CockpitSettings) -> None:
        self._database, self._clock, self._shelf = database, clock, shelf
        self._late_after_days = settings.late_after_days
        room = settings.cache_mib * 2**20
        self._kept: AnswerCache[Key] = AnswerCache(room, largest=room // 8)
        self._once: Once[Key, Answer] = Once()
        self._context: AnswerContext | None = None
        self._loading = asyncio.Lock()
        self._revision, self._asked_at, self._changes = -1, _NEVER, 0
        self._asking: asyncio.Task[None] | None = None

    def forget_revision(self) -> None:
        """Something was committed in this process: the next request looks."""
        self._changes += 1
        self._asked_at = _NEVER

    async def find(self, question: Question) -> Answer | None:
        """The answer if it was built already and still holds."""
        return self._kept.find((await self._current(), today(self._clock), question))

    async def get(self, question: Question, build: Build) -> Answer:
        held = await self.find(question)
        if held is not None:
            return held
        day = today(self._clock)
        return await self._once.get((self._revision, day, question), lambda: self._build(day, question, build))

    async def _build(self, day: date, question: Question, build: Build) -> Answer:
        context, content = await self._from_memory(day, build) or await self._from_database(build)
        body = await asyncio.to_thread(to_csv, content) if question.form == CSV else orjson.dumps(content)
        answer = Answer.of(body)
        self._kept.hold((context.state.revision, day, question), answer)
        return answer

    async def _from_memory(self, day: date, build: Build) -> Built | None:
        """What is in memory for the revision that is known to be current; the database is opened for the rest of it."""
        context, revision = self._context, self._revision
        if context is None or context.state.revision != revision or context.today != day:
            return None
        try:
            async with Pinned(self._database, revision) as session:
                return context, await build(session, context)
        except Moved:
            return None

    async def _from_database(self, build: Build) -> Built:
        async with self._database.read() as session:
            context = await self.context(session)
            return context, await build(session, context)

    async def context(self, session: ReadSession) -> AnswerContext:
        """The context of the revision that this session sees; who needs the same one meanwhile waits for it."""
        current, day = await state.get_state(session), today(self._clock)
        async with self._loading:
            known = self._context
            if known is not None and known.state.revision == current.revision and known.today == day:
                return known
            made = await load_context(session, current, self._shelf, day, self._late_after_days)
            if known is None or known.state.revision <= current.revision:
                self._context = made
        return made

    async def _current(self) -> int:
        """Known to be right within the last 50 ms. While requests come, it is asked for before they have to wait for it."""
        arrived = time.monotonic()
        if self._asked_at < arrived - REVISION_AGE_S / 2:
            self._ask_once()
        while self._asked_at < arrived - REVISION_AGE_S:
            await asyncio.shield(self._ask_once())
        return self._revision

    def _ask_once(self) -> asyncio.Task[None]:
        """One asking for all who want to know."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(self._asked)
        return self._asking

    async def _ask(self) -> None:
        changes, asked_at = self._changes, time.monotonic()
        self._revision = await state.current_revision(self._database)
        if changes == self._changes:
            self._asked_at = asked_at

    @staticmethod
    def _asked(done: asyncio.Task[None]) -> None:
        if not done.cancelled():
            done.exception()  # each waiting request has raised it
