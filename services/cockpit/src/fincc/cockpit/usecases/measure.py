"""Measuring what operators watch, for metrics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from fincc.cockpit.domain.vitals import Shown, ages, agreement
from fincc.cockpit.repository import state
from fincc.cockpit.settings import CockpitSettings
from fincc.cockpit.usecases.reconcile import reconcile
from fincc.common import signals
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.signals import Series

AGAIN_AFTER = timedelta(hours=1)


class Measure:
    """Reconciling sums over all that is stored, so it is done when something has changed, and once an hour."""

    def __init__(self, database: Database, clock: Clock, settings: CockpitSettings) -> None:
        self._database, self._clock = database, clock
        self._judged = clock.now() - AGAIN_AFTER, -1
        self._snapshot_age, self._source_age = Series(signals.SNAPSHOT_AGE), Series(signals.SOURCE_AGE)
        self._deliveries, self._quarantined = Series(signals.DELIVERIES), Series(signals.QUARANTINED)
        self._reconciled, self._difference = Series(signals.RECONCILED), Series(signals.DIFFERENCE)
        signals.SOURCE_AGE_SLO.labels("cockpit").set(settings.freshness_slo_hours * 3600)

    async def run(self) -> None:
        now = self._clock.now()
        async with self._database.read() as session:
            revision = (await state.get_state(session)).revision
            snapshots = await state.list_snapshots(session)
            judged_at, judged = self._judged
            if revision != judged or now - judged_at >= AGAIN_AFTER:
                found = agreement(await reconcile(session))
                self._deliveries.show(_by_one(found.deliveries))
                self._quarantined.show(_by_one(found.quarantined))
                self._reconciled.show(_by_one({c: float(amount) for c, amount in found.reconciled.items()}))
                self._difference.show(_by_one({c: float(amount) for c, amount in found.difference.items()}))
                self._judged = now, revision
        shown = [
            Shown(s.source_name, s.usage_through, s.swapped_at) for s in snapshots if s.counted and s.set_id is not None
        ]
        found_ages = ages(shown, now)
        self._snapshot_age.show(_by_one(found_ages.of_snapshot))
        self._source_age.show(_by_one(found_ages.of_usage))


def _by_one(values: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(label,): value for label, value in values.items()}
