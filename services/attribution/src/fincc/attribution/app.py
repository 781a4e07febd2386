"""The attribution service: what it reads, serves and does on time."""

from __future__ import annotations

from fincc.attribution.api import make_router
from fincc.attribution.consumers import on_raw_cost, on_revoked
from fincc.attribution.jobs import make_jobs
from fincc.attribution.settings import AttributionSettings
from fincc.attribution.usecases import attribute
from fincc.attribution.usecases.context import Context
from fincc.common import audit_reading, dead_letters, workers
from fincc.common.bus.base import Message
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.http import create_app
from fincc.common.service import Consumer, Resources, Service


def create_service(resources: Resources) -> Service:
    context = Context(resources.database, resources.bus, resources.objects, resources.clock, AttributionSettings())
    handle = on_raw_cost(context)

    async def replay(topic: str, key: str, envelope: Envelope) -> None:
        """Straight to the handler: the bus would deliver it to other groups, too."""
        await handle(Message(topic, key, envelope))
        await attribute.forward_held(context, key)

    app = create_app(
        "attribution",
        resources.verifier,
        lambda: resources.bus.unready("attribution"),
        make_router(context),
        dead_letters.router(resources.database, resources.clock, replay),
        audit_reading.router(resources.database),
        workers.router(resources.database, resources.clock),
    )
    return Service(
        "attribution",
        app,
        consumers=(Consumer("raw-cost", handle, on_revoked(context)),),
        jobs=make_jobs(context),
        unready=lambda: resources.bus.unready("attribution"),
    )
