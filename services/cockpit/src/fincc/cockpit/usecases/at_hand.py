"""What the first question after a change would have to wait for, read before anybody asks."""

from __future__ import annotations

from fincc.cockpit.domain.query import CostView
from fincc.cockpit.repository import state
from fincc.cockpit.usecases.answers import Answers
from fincc.cockpit.usecases.cubes import CubeShelf
from fincc.common.db import Database
from fincc.common.period import Days

DAYS = 60
"""What the pages of the app show when they are opened: 30 days, and the 30 before."""


class AtHand:
    """Keeps the context, and the sums of the last days in the main currency, of the current revision in memory."""

    def __init__(self, database: Database, answers: Answers, cubes: CubeShelf) -> None:
        self._database, self._answers, self._cubes = database, answers, cubes
        self._revision = -1

    async def run(self) -> None:
        if await state.current_revision(self._database) == self._revision:
            return
        async with self._database.read() as session:
            context = await self._answers.context(session)
            through, view = context.fresh.data_through, CostView()
            if through is not None:
                days = Days.ending_at(through, DAYS)
                sets = [s.set_id for s in context.covering(days) if s.set_id is not None]
                await self._cubes.find(session, sets, context.currency(view), view.metric)
        self._revision = context.state.revision
