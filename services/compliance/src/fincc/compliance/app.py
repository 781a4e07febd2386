"""The compliance service: what it reads, serves and does on time."""

from __future__ import annotations

from fincc.common import audit_reading, dead_letters, workers
from fincc.common.documents import DocumentShelf
from fincc.common.http import create_app
from fincc.common.service import Resources, Service
from fincc.common.snapshots import SnapshotCollector
from fincc.compliance.api import findings, inventories, policies
from fincc.compliance.consumers import Consumers
from fincc.compliance.jobs import make_jobs
from fincc.compliance.settings import ComplianceSettings
from fincc.compliance.usecases.context import Context
from fincc.compliance.usecases.project import KeyProjection


def create_service(resources: Resources) -> Service:
    objects = resources.objects
    context = Context(
        resources.database, objects, resources.clock, ComplianceSettings(), DocumentShelf(objects), resources.keyring
    )
    collector = SnapshotCollector(KeyProjection(context), resources.clock)
    consumers = Consumers(context, collector)

    def unready() -> list[str]:
        return resources.bus.unready("compliance")

    app = create_app(
        "compliance",
        resources.verifier,
        unready,
        findings.router(context),
        policies.router(context),
        inventories.router(context),
        dead_letters.router(resources.database, resources.clock, consumers.replay),
        audit_reading.router(resources.database),
        workers.router(resources.database, resources.clock),
    )
    jobs = make_jobs(context, collector, consumers.is_busy)
    return Service("compliance", app, consumers.table(), jobs, unready=unready)
