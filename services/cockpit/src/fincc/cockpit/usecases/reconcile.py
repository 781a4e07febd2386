"""Keeping and judging the ledger."""

from __future__ import annotations

from fincc.cockpit.repository import ledger, state
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.events.ledger_pb2 import LedgerRow


async def note(database: Database, clock: Clock, row: LedgerRow) -> None:
    """Store what another hop says; answers name what is pending, so they are built anew."""
    async with database.write() as session:
        await state.lock_state(session)
        if await ledger.put(session, ledger.from_wire(row)):
            await state.bump(session, clock.now(), refreshed=False)
