"""13: the query behind cost by team with its change, on the database that holds the bill."""

from __future__ import annotations

import asyncio
import time
from datetime import date, timedelta

from bench.measure import median, percentile
from bench.results import Measurement
from bench.session import Session, say

from fincc.cockpit.domain.running_totals import places
from fincc.cockpit.domain.windows import team_window
from fincc.cockpit.repository.costs import load_axis, read_totals
from fincc.common.db import Database

NAME = "cost by team, 30 days, with change: SQL"
TIMES = 300
LAST = date(2026, 10, 31)


def measure(session: Session) -> list[Measurement]:
    dsn = session.live_server.dsn
    assert dsn is not None
    say("asking the database for cost by team")
    with session.finder_at_work():
        plain, series = asyncio.run(_ask(dsn, False)), asyncio.run(_ask(dsn, True))
    note = f"median of {TIMES} windows with driver and round trip, p99 {percentile(plain, 0.99):.2f} ms"
    daily = "the same with the 30 daily points of each team that the page draws"
    return [
        Measurement(13, NAME, median(plain), "ms", 1, note=note),
        Measurement(13, f"{NAME}, daily", median(series), "ms", None, note=daily),
    ]


async def _ask(dsn: str, with_series: bool) -> list[float]:
    """Milliseconds of each."""
    database, took = Database(dsn, "cockpit", 1), []
    try:
        async with database.read() as read:
            axis = await load_axis(read)
            for number in range(TIMES):
                window = team_window(LAST - timedelta(days=number % 20), 30, "days")
                points_at = window.boundaries()
                days = [*(points_at if with_series else (points_at[0], points_at[-1])), *window.previous_boundaries()]
                begun = time.perf_counter()
                at = places(axis["USD"], days)
                totals = await read_totals(read, "BilledCost", "USD", sorted({d for d in at.values() if d}))
                took.append((time.perf_counter() - begun) * 1000)
                assert totals[at[window.days.last] or LAST]
    finally:
        await database.close()
    return took
