"""What our OpenAPI documents say beyond FastAPI's: the permission of each route, and that every error is a problem."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from fincc.common.auth import PLACED, Place, checks_in

PUBLIC = "public"
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457 problem details.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_PROBLEM_RESPONSE = {
    "description": "A problem",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def route_checks(app: FastAPI) -> dict[tuple[str, str], tuple[str, Place]]:
    """(method, path) of every API route → the permission it names, `public` when it names none, and its place."""
    return {
        (method, route.path_format or ""): next(checks_in(route.dependant), (PUBLIC, "none"))
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        for method in route.methods or ()
    }


def install(app: FastAPI) -> None:
    """Replaces `app.openapi` by one that adds `x-permission`, `x-place` and the problem response to each operation."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        if "Problem" not in document.get("components", {}).get("schemas", {}):
            _describe(document, route_checks(app))
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(document: dict[str, Any], checks: dict[tuple[str, str], tuple[str, Place]]) -> None:
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _FASTAPI_ERRORS:
        schemas.pop(name, None)
    schemas["Problem"] = PROBLEM_SCHEMA
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            permission, place = checks[method.upper(), path]
            operation["x-permission"] = permission
            if permission in PLACED:
                operation["x-place"] = place
            operation["responses"].pop("422", None)
            operation["responses"].setdefault("default", _PROBLEM_RESPONSE)
