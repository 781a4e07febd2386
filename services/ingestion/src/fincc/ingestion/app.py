"""The ingestion service: what it serves, does on time, and needs."""

from __future__ import annotations

from fincc.common import audit_reading, dead_letters, workers
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.http import create_app
from fincc.common.problem import Conflict
from fincc.common.service import READY, Resources, Service
from fincc.ingestion.api import make_router
from fincc.ingestion.jobs import make_jobs
from fincc.ingestion.settings import IngestionSettings
from fincc.ingestion.usecases.context import Context


def create_service(resources: Resources) -> Service:
    context = Context(
        resources.database,
        resources.bus,
        resources.objects,
        resources.clock,
        IngestionSettings(),
        resources.keyring,
        f"ingestion@{resources.settings.process}",
    )
    app = create_app(
        "ingestion",
        resources.verifier,
        lambda: READY,
        make_router(context),
        dead_letters.router(resources.database, resources.clock, _no_replay),
        audit_reading.router(resources.database),
        workers.router(resources.database, resources.clock),
    )
    return Service("ingestion", app, jobs=make_jobs(context))


async def _no_replay(topic: str, key: str, envelope: Envelope) -> None:
    raise Conflict("ingestion consumes no topic, so it has nothing to replay")
