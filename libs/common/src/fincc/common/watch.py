"""What one process knows of one of its services: measured every few seconds, and written down where others can read it.

Processes of a service differ: some answer, some read the bus. Each keeps a row in the service's own schema, so that any
of them can say how all of them are.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from time import monotonic
from typing import Any

from sqlalchemy import text

from fincc.common import workers
from fincc.common.bus.base import Bus
from fincc.common.clock import Clock
from fincc.common.db import Database, ReadSession
from fincc.common.service import Job, Service
from fincc.common.signals import BUILD, DEAD_LETTERS, JOBS, LAG, OUTBOX, OUTBOX_AGE, READY, Series
from fincc.common.topology import ServiceSpec, get_service

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0


@dataclass
class JobState:
    """Timed work as it went last; see `workers.TimedWork`."""

    name: str
    every_s: float
    started_at: datetime | None = None
    ended_at: datetime | None = None
    took_s: float | None = None
    ok: bool | None = None
    error: str | None = None
    failed_at: datetime | None = None


class Watch:
    """`instance` names the process, `roles` what it was started for, `jobs` what is to be repeated here."""

    def __init__(
        self, service: Service, database: Database, bus: Bus, clock: Clock, instance: str, roles: tuple[str, ...]
    ) -> None:
        self.service, self._database, self._bus, self._clock = service, database, bus, clock
        self._instance, self._roles, self._started_at = instance, roles, clock.now()
        self._spec, self._version = get_service(service.name), version(f"fincc-{service.name}")
        watching = Job("watch", LOOK_EVERY_S, self.look)
        self.jobs = (*(job for job in service.jobs if job.role in roles), watching)
        self._states = {job.name: JobState(job.name, job.every_s) for job in self.jobs}
        self._lag, self._dead = Series(LAG), Series(DEAD_LETTERS)
        BUILD.labels(service.name, self._version).set(1)

    async def run(self, job: Job) -> None:
        """One turn of timed work. A failure is logged and remembered; it never stops the process."""
        state, started = self._states[job.name], monotonic()
        state.started_at = self._clock.now()
        try:
            await job.run()
        except Exception as error:
            state.ok, state.failed_at = False, self._clock.now()
            # The first line: what follows may quote the values of a statement.
            state.error = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            log.exception("job failed", extra={"service": self.service.name, "job": job.name})
        else:
            state.ok = True
        state.ended_at, state.took_s = self._clock.now(), round(monotonic() - started, 3)
        JOBS.labels(self.service.name, job.name, "ok" if state.ok else "failed").inc()

    async def look(self) -> None:
        name, reasons = self.service.name, list(self.service.unready())
        READY.labels(name).set(0 if reasons else 1)
        lag = self._bus.lag(name) if "worker" in self._roles else {}
        self._lag.show({(name, topic): messages for topic, messages in lag.items() if messages is not None})
        async with self._database.write() as session:
            waiting = await self._waiting(session)
            report = {"reasons": reasons, "lag": lag, **waiting, "jobs": [asdict(s) for s in self._states.values()]}
            now = self._clock.now()
            await workers.put(session, self._instance, self._version, self._roles, self._started_at, now, report)

    async def _waiting(self, session: ReadSession) -> dict[str, Any]:
        dead = await _dead_letters(session, self._spec) if self._spec.consumes else None
        if dead is not None:
            self._dead.show({(self._spec.name, topic): count for topic, count in dead.items()})
        outbox = None
        if self._spec.produces:
            row = await session.first(
                text("select count(*) as waiting, extract(epoch from now() - min(created_at)) as oldest_s from outbox")
            )
            assert row is not None
            outbox = int(row["waiting"])
            OUTBOX.labels(self._spec.name).set(outbox)
            OUTBOX_AGE.labels(self._spec.name).set(row["oldest_s"] or 0)
        return {"dead_letters": None if dead is None else sum(dead.values()), "outbox": outbox}


async def _dead_letters(session: ReadSession, spec: ServiceSpec) -> dict[str, int]:
    """Topic → letters that wait, of each topic that the service reads or has read."""
    rows = await session.all(
        text("select topic, count(*) as waiting from dead_letters where replayed_at is null group by topic")
    )
    return {**dict.fromkeys(spec.consumes, 0), **{row["topic"]: int(row["waiting"]) for row in rows}}
