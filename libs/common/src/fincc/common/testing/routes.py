"""The check every service makes of its own routes: each one names a permission."""

from collections.abc import Collection

from fastapi import FastAPI

from fincc.common.openapi import PUBLIC, route_permissions

OPEN_IN_EVERY_SERVICE = frozenset({"GET /healthz", "GET /readyz", "GET /metrics"})


def routes_without_permission(app: FastAPI, public: Collection[str] = ()) -> list[str]:
    """`METHOD /path` of each route that names no permission, apart from health and those meant to be `public`."""
    named = {f"{method} {path}": permission for (method, path), permission in route_permissions(app).items()}
    return sorted(
        route
        for route, permission in named.items()
        if permission == PUBLIC and route not in OPEN_IN_EVERY_SERVICE and route not in public
    )
