"""What the first question after a change would have to wait for, read before anybody asks."""

from __future__ import annotations

import asyncio

from fincc.cockpit.domain.query import CostView
from fincc.cockpit.repository import state
from fincc.cockpit.usecases.answers import Answers
from fincc.cockpit.usecases.cubes import CubeShelf
from fincc.cockpit.usecases.lines import LineReader
from fincc.common.db import Database
from fincc.common.period import Days

DAYS = 60
"""What the pages of the app show when they are opened: 30 days, and the 30 before."""


class AtHand:
    """Keeps in memory, of the current revision: the context, the sums of the last days in the main currency, and the keys of
    their bills."""

    def __init__(self, database: Database, answers: Answers, cubes: CubeShelf, reader: LineReader) -> None:
        self._database, self._answers, self._cubes, self._reader = database, answers, cubes, reader
        self._revision = -1

    async def run(self) -> None:
        if await state.current_revision(self._database) == self._revision:
            return
        async with self._database.read() as session:
            context = await self._answers.context(session)
            through, view = context.fresh.data_through, CostView()
            bills = context.covering(Days.ending_at(through, DAYS)) if through is not None else []
            sets = [s.set_id for s in bills if s.set_id is not None]
            if sets:
                await self._cubes.find(session, sets, context.currency(view), view.metric)
            facts = await self._reader.facts(session, context)
        self._reader.forget_replaced(context)
        for bill in bills:
            await asyncio.to_thread(facts.prepare, bill)
        self._revision = context.state.revision
