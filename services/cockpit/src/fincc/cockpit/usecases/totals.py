"""Running totals by team as of one revision, each day read once however many questions need it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from fincc.cockpit.domain.running_totals import Totals, places
from fincc.cockpit.repository import costs
from fincc.cockpit.repository.costs import Axis
from fincc.common.db import ReadSession

ROOM = 100_000  # amounts kept, about 15 MB


class RunningTotals:
    """`axis`: currency → the days that have running totals, ascending; the largest currency first.

    Sessions given to it must see the revision that the axis was read at.
    """

    def __init__(self, axis: Axis) -> None:
        self.axis = axis
        self._held: OrderedDict[tuple[str, str, date], Mapping[str | None, int]] = OrderedDict()
        self._amounts = 0
        self._reading: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def at(self, session: ReadSession, metric: str, currency: str, days: Sequence[date]) -> Totals:
        """The running totals at the end of each of these days."""
        place = places(self.axis.get(currency, ()), days)
        wanted = {p for p in place.values() if p is not None}
        found = self._find(metric, currency, wanted)
        if len(found) < len(wanted):
            await session.open()  # first: those who wait for us to read may hold all the connections there are
            async with self._reading[metric, currency]:  # who asks for the same days meanwhile finds them afterwards
                found |= self._find(metric, currency, wanted - found.keys())
                fresh = await costs.read_totals(session, metric, currency, sorted(wanted - found.keys()))
            self._hold(metric, currency, fresh)
            found |= fresh
        return {day: found[p] if p is not None else {} for day, p in place.items()}

    async def teams(self, session: ReadSession, metric: str, currency: str) -> list[str | None]:
        """Every team that ever had cost in this currency; None is Unattributable."""
        axis = self.axis.get(currency)
        return list((await self.at(session, metric, currency, axis[-1:]))[axis[-1]]) if axis else []

    def _find(self, metric: str, currency: str, days: set[date]) -> Totals:
        found = {day: held for day in days if (held := self._held.get((metric, currency, day))) is not None}
        for day in found:
            self._held.move_to_end((metric, currency, day))
        return found

    def _hold(self, metric: str, currency: str, totals: Totals) -> None:
        for day, amounts in totals.items():
            self._amounts += len(amounts)
            self._held[metric, currency, day] = amounts
        while self._amounts > ROOM:
            _, oldest = self._held.popitem(last=False)
            self._amounts -= len(oldest)
