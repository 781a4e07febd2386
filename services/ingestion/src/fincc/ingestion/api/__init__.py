"""Routes of ingestion: sources, checks, plans, jobs, runs, quarantine, export, rebuild, metrics."""

from __future__ import annotations

from fastapi import APIRouter

from fincc.ingestion.api import exports, metrics, runs, sources, work
from fincc.ingestion.usecases.context import Context


def make_router(context: Context) -> APIRouter:
    router = APIRouter(tags=["ingestion"])
    for part in (sources, work, runs, exports, metrics):
        part.add_routes(router, context)
    return router
