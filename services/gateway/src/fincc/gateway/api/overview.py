"""Routes of the whole: status, and the merged OpenAPI document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from fincc.common import workers
from fincc.common.auth import needs
from fincc.common.http import answered
from fincc.gateway.api.parts import VERSION, Parts, identity_of
from fincc.gateway.overview import MergedDocument, service_status
from fincc.gateway.schemas import overview as schemas


def overview_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["overview"])

    @routes.get("/status", response_model=schemas.Status, dependencies=[needs("health:read")])
    async def get_status(request: Request) -> dict[str, Any]:
        """How each service is: ready or why not, its processes, what waits, and how its timed work went."""
        own = await workers.list_alive(parts.database, parts.clock.now())
        subject = parts.subjects.of(identity_of(request).subject)
        found = await service_status(parts.peers, parts.own_reasons(), own, subject)
        return {"version": VERSION, "services": found}

    return routes


def document_routes(document: MergedDocument) -> APIRouter:
    """The merged OpenAPI document, outside the gateway's prefix."""
    routes = APIRouter()

    @routes.get("/api/openapi.json", include_in_schema=False, dependencies=[needs("health:read")])
    async def get_openapi(request: Request) -> Response:
        return answered(request.headers.get("if-none-match", ""), await document.get())

    return routes
