"""Cubes of sets in memory. A set never changes, so neither does its cube; those used longest ago make room."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

from fincc.cockpit.domain.cube import BYTES_A_ROW, Cube
from fincc.cockpit.repository import cubes
from fincc.common.db import ReadSession

_SIZES_KNOWN = 4096


class CubeShelf:
    """`room`: bytes."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._sizes: dict[tuple[int, str], int] = {}
        self._held: OrderedDict[tuple[int, str, str], Cube] = OrderedDict()
        self._rows = 0
        self._reading = asyncio.Lock()

    async def find(self, session: ReadSession, set_ids: Sequence[int], currency: str, metric: str) -> list[Cube] | None:
        """The cubes of all these sets; None when there is no room for all of them. The first question reads them."""
        found = [self._held.get((set_id, currency, metric)) for set_id in set_ids]
        if None not in found:
            for set_id in set_ids:
                self._held.move_to_end((set_id, currency, metric))
            return [cube for cube in found if cube is not None]
        await session.open()  # first: those who wait for us to read may hold all the connections there are
        async with self._reading:  # who asks for the same sets meanwhile finds them afterwards
            if not await self._fit(session, set_ids, currency):
                return None
            return [await self._get(session, set_id, currency, metric) for set_id in set_ids]

    async def _fit(self, session: ReadSession, set_ids: Sequence[int], currency: str) -> bool:
        unknown = [set_id for set_id in set_ids if (set_id, currency) not in self._sizes]
        if unknown:
            if len(self._sizes) > _SIZES_KNOWN:
                self._sizes.clear()
                unknown = list(set_ids)
            sizes = await cubes.count_rows(session, unknown, currency)
            self._sizes |= {(set_id, currency): rows for set_id, rows in sizes.items()}
        return sum(self._sizes[set_id, currency] for set_id in set_ids) * BYTES_A_ROW <= self._room

    async def _get(self, session: ReadSession, set_id: int, currency: str, metric: str) -> Cube:
        key = (set_id, currency, metric)
        if key not in self._held:
            rows = await cubes.read_rows(session, set_id, currency, metric)
            cube = self._held[key] = await asyncio.to_thread(cubes.to_cube, set_id, rows)
            self._rows += len(cube)
        self._held.move_to_end(key)
        while self._rows * BYTES_A_ROW > self._room:
            _, oldest = self._held.popitem(last=False)
            self._rows -= len(oldest)
        return self._held[key]
