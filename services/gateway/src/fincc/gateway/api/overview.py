"""Routes of the whole: status, and the merged OpenAPI document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from fincc.common.auth import needs
from fincc.gateway import schemas
from fincc.gateway.api.parts import VERSION, Parts
from fincc.gateway.overview import MergedDocument, service_status


def overview_routes(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["overview"])

    @routes.get("/status", response_model=schemas.Status, dependencies=[needs("health:read")])
    async def get_status() -> dict[str, Any]:
        """Which services can answer, and why the others cannot."""
        return {"version": VERSION, "services": await service_status(parts.peers, parts.own_reasons())}

    return routes


def document_routes(document: MergedDocument) -> APIRouter:
    """The merged OpenAPI document, outside the gateway's prefix."""
    routes = APIRouter()

    @routes.get("/api/openapi.json", include_in_schema=False, dependencies=[needs("health:read")])
    async def get_openapi(request: Request) -> Response:
        await document.refresh()
        headers = {"ETag": document.etag, "Cache-Control": "private, no-cache"}
        if request.headers.get("if-none-match") == document.etag:
            return Response(status_code=304, headers=headers)
        return Response(document.body, headers=headers, media_type="application/json")

    return routes
