"""The check every service makes of its own routes: each one names a permission."""

import inspect
from collections.abc import Collection

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from fincc.common.auth import PLACED, checks_in
from fincc.common.openapi import PUBLIC, route_checks

OPEN_IN_EVERY_SERVICE = frozenset({"GET /healthz", "GET /readyz", "GET /metrics"})


def routes_without_permission(app: FastAPI, public: Collection[str] = ()) -> list[str]:
    """`METHOD /path` of each route that names no permission, apart from health and those meant to be `public`."""
    named = {f"{method} {path}": permission for (method, path), (permission, _) in route_checks(app).items()}
    return sorted(
        route
        for route, permission in named.items()
        if permission == PUBLIC and route not in OPEN_IN_EVERY_SERVICE and route not in public
    )


def routes_ignoring_the_place(app: FastAPI) -> list[str]:
    """Paths of the routes whose permission may hold for a part of the hierarchy, and which never look at that part."""
    return sorted(
        route.path_format or ""
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        for name, place in checks_in(route.dependant)
        if name in PLACED and place == "own" and ".scope" not in inspect.getsource(route.original_route.endpoint)
    )
