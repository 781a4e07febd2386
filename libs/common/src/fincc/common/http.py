"""The FastAPI app every service starts from: problem+json errors, health, metrics, trace context."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, Response

from fincc.common import openapi, problem
from fincc.common.answers import Answer
from fincc.common.auth import SubjectVerifier, by_signed_subject
from fincc.common.observing import Observed
from fincc.common.problem import NotFound
from fincc.common.topology import get_service

JSON_MEDIA, CSV_MEDIA = "application/json", "text/csv; charset=utf-8"
CSV_TOO: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}
"""`responses` of a route that answers in CSV, too, when asked to."""


def attachment(name: str) -> dict[str, str]:
    """Headers of an answer that is to be kept as a file of that name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def answered(
    if_none_match: str, answer: Answer, media_type: str = JSON_MEDIA, headers: Mapping[str, str] | None = None
) -> Response:
    """The bytes, or 304 when the asker has them."""
    said = {"ETag": answer.etag, "Cache-Control": "private, no-cache", **(headers or {})}
    if answer.etag in if_none_match:
        return Response(status_code=304, headers=said)
    return Response(answer.body, media_type=media_type, headers=said)


class Json(JSONResponse):
    """orjson, which also writes dates."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, default=str)


def operation_id(service: str) -> Callable[[APIRoute], str]:
    """`cockpit_get_costs`: unique over the merged document."""
    return lambda route: f"{service}_{route.name}"


MAX_JSON_BYTES = 1024 * 1024
"""Of a body that is read as a whole before anything is checked; routes of documents say `UPLOAD` and count for themselves."""

_BY_PROXY = frozenset({"x-forwarded-for", "forwarded", "x-real-ip"})
"""Headers with which a proxy says for whom it asks."""


def create_app(
    service: str, verifier: SubjectVerifier, unready: Callable[[], list[str]], *routers: APIRouter
) -> FastAPI:
    """An app with the service's routers under its prefix of the topology table, observed from outside of all else: an
    unexpected error is logged and answered within its trace."""
    spec = get_service(service)
    app = FastAPI(
        title=spec.title,
        version="1",
        openapi_url=f"{spec.prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id(service),
        default_response_class=Json,
        # Observed makes the one span of a request; FastAPI's own four would also carry query strings, secrets and all.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.identify = by_signed_subject(verifier)
    problem.install(app)
    openapi.install(app)
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Observed(build(), service)  # type: ignore[method-assign]
    for router in routers:
        app.include_router(router, prefix=spec.prefix, max_body_size=MAX_JSON_BYTES)

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> Response:
        reasons = unready()
        return Json({"ready": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        """Without sign-in, so only for what asks directly: the port of the gateway is the one people come in by."""
        if not _BY_PROXY.isdisjoint(request.headers):
            raise NotFound("metrics are not served through a proxy; ask the service's own port")
        return Response(await asyncio.to_thread(generate_latest), media_type=CONTENT_TYPE_LATEST)

    return app
