"""Timed work: write down when sessions and tokens were used, delete what has ended, or was replaced."""

from __future__ import annotations

from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.service import Job
from fincc.gateway.identity import Identities
from fincc.gateway.settings import GatewaySettings
from fincc.gateway.usecases import sessions
from fincc.gateway.usecases.places import Places

RECORD_EVERY_S = 10.0
SWEEP_EVERY_S = 3600.0


class Housekeeping:
    """Because it writes every few seconds, it also knows whether the database answers."""

    def __init__(
        self, database: Database, clock: Clock, settings: GatewaySettings, identities: Identities, places: Places
    ) -> None:
        self._database, self._clock, self._settings = database, clock, settings
        self._identities, self._places = identities, places
        self._reasons: list[str] = []

    def reasons(self) -> list[str]:
        """Why the gateway is not ready."""
        return self._reasons

    def jobs(self) -> tuple[Job, ...]:
        return (Job("record use", RECORD_EVERY_S, self.record_use), Job("sweep", SWEEP_EVERY_S, self.sweep))

    async def record_use(self) -> None:
        used = self._identities.take_used()
        try:
            await sessions.record_use(self._database, used)
        except Exception as error:
            self._identities.used = {**used, **self._identities.used}
            self._reasons = [f"the gateway's database does not answer: {type(error).__name__}"]
            raise
        self._reasons = []

    async def sweep(self) -> None:
        settings = self._settings
        await sessions.sweep(self._database, self._clock, settings.session_idle, settings.session_lifetime)
        await self._places.clean_up()
