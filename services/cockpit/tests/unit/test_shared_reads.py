"""Many questions that need the same from the database, with fewer connections than there are questions."""

import asyncio
from datetime import date
from typing import Any

import pytest

from fincc.cockpit.domain.cube import Cube
from fincc.cockpit.repository import costs, cubes
from fincc.cockpit.usecases.cubes import CubeShelf
from fincc.cockpit.usecases.totals import RunningTotals

DAY = date(2026, 11, 1)
CONNECTIONS, QUESTIONS = 2, 6


class Session:
    """Takes one of a few connections when it is opened, and keeps it until it is closed."""

    def __init__(self, pool: asyncio.Semaphore) -> None:
        self._pool, self.is_open = pool, False

    async def open(self) -> None:
        if not self.is_open:
            await self._pool.acquire()
            self.is_open = True

    def close(self) -> None:
        if self.is_open:
            self._pool.release()


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """What was read from the database; every reading needs a connection."""
    done: list[str] = []

    def reading(name, result):
        async def read(session, *arguments):
            if arguments[-1] == []:  # days, of which none is wanted any more
                return {}
            await session.open()
            await asyncio.sleep(0)
            done.append(name)
            return result

        return read

    monkeypatch.setattr(costs, "read_totals", reading("totals", {DAY: {"cards": 7}}))
    monkeypatch.setattr(cubes, "count_rows", reading("sizes", {1: 1}))
    monkeypatch.setattr(cubes, "read_rows", reading("rows", []))
    return done


async def ask_all(find) -> list[Any]:
    """The first to ask has no connection yet; those who come right after hold all there are, and wait for it to read."""
    pool = asyncio.Semaphore(CONNECTIONS)
    sessions = [Session(pool) for _ in range(QUESTIONS)]
    for session in sessions[1 : 1 + CONNECTIONS]:
        await session.open()

    async def one(session: Session) -> Any:
        try:
            return await find(session)
        finally:
            session.close()

    async with asyncio.timeout(5):
        return list(await asyncio.gather(*map(one, sessions)))


async def test_running_totals_are_read_once_and_nobody_waits_for_a_connection_with_the_others_waiting_for_them(reads):
    totals = RunningTotals({"USD": [DAY]})
    found = await ask_all(lambda session: totals.at(session, "BilledCost", "USD", [DAY]))
    assert (found, reads) == ([{DAY: {"cards": 7}}] * QUESTIONS, ["totals"])


async def test_cubes_are_read_once_and_nobody_waits_for_a_connection_with_the_others_waiting_for_them(reads):
    shelf = CubeShelf(2**20)
    found = await ask_all(lambda session: shelf.find(session, [1], "USD", "BilledCost"))
    assert (len(found), reads) == (QUESTIONS, ["sizes", "rows"])
    assert all(isinstance(cube, Cube) for cubes_found in found for cube in cubes_found)
