"""Each request is measured once, by the template of its route."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from prometheus_client import REGISTRY
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from fincc.common.auth import SubjectVerifier, new_key_pair
from fincc.common.http import create_app
from fincc.common.observing import templates

METRIC = "fincc_http_request_duration_seconds_count"


def counted(route: str, status: str = "2xx", method: str = "GET") -> float:
    labels = {"service": "cockpit", "method": method, "route": route, "status": status}
    return REGISTRY.get_sample_value(METRIC, labels) or 0.0


class Teapot:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Response(status_code=418)(scope, receive, send)


async def vanish(_scope: Scope, _receive: Receive, _send: Send) -> None:
    return None


class Vanish:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await vanish(scope, receive, send)


@pytest.fixture
def app() -> FastAPI:
    things = APIRouter(prefix="/things")

    @things.get("/{thing}")
    async def get_thing(thing: str) -> dict[str, str]:
        return {"thing": thing}

    @things.post("/{thing}/break")
    async def break_thing(thing: str) -> None:
        raise LookupError(thing)

    outer = APIRouter()
    outer.include_router(things)
    made = create_app("cockpit", SubjectVerifier(new_key_pair()[1]), list, outer)
    made.router.routes[:] = [Route("/tea/{path:path}", Teapot()), Route("/gone", Vanish()), *made.router.routes]
    return made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://cockpit") as client:
        yield client


async def test_two_paths_of_a_route_are_one_series(client: httpx.AsyncClient):
    before = counted("/api/cockpit/v1/things/{thing}")
    for thing in ("one", "another"):
        assert (await client.get(f"/api/cockpit/v1/things/{thing}")).status_code == 200
    assert counted("/api/cockpit/v1/things/{thing}") == before + 2


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("POST", "/api/cockpit/v1/things/one/break", "/api/cockpit/v1/things/{thing}/break", "5xx"),
        ("DELETE", "/api/cockpit/v1/things/one", "/api/cockpit/v1/things/{thing}", "4xx"),
        ("GET", "/api/cockpit/v1/nothing/here", "none", "4xx"),
        ("GET", "/tea/with/milk", "/tea/{path}", "4xx"),
    ],
)
async def test_errors_are_counted_where_they_belong(
    client: httpx.AsyncClient, method: str, path: str, route: str, status: str
):
    before = counted(route, status, method)
    await client.request(method, path)
    assert counted(route, status, method) == before + 1


async def test_a_method_that_nobody_knows_is_no_label(client: httpx.AsyncClient):
    await client.request("BREW", "/tea/now")
    assert counted("/tea/{path}", "4xx", "other") >= 1


async def test_a_request_that_nobody_answered_is_gone_and_no_success(app: FastAPI):
    before = counted("/gone", "gone")
    scope = {"type": "http", "method": "GET", "path": "/gone", "raw_path": b"/gone", "headers": [], "query_string": b""}

    async def nothing() -> dict[str, str]:
        return {"type": "http.disconnect"}

    await app(scope, nothing, nothing)  # type: ignore[arg-type]
    assert counted("/gone", "gone") == before + 1


async def test_probes_and_scrapes_are_not_measured(client: httpx.AsyncClient):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await client.get(path)).status_code == 200
        assert counted(path) == 0


async def test_a_layer_that_answers_before_the_routes_is_counted_by_the_route_it_names(
    app: FastAPI, client: httpx.AsyncClient
):
    endpoint = next(e for e, path in templates(app).items() if path.endswith("/things/{thing}"))

    class Shortcut:
        def __init__(self, app: object) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            scope["endpoint"] = endpoint
            await Response("quick")(scope, receive, send)

    app.user_middleware.append(Middleware(Shortcut))
    before = counted("/api/cockpit/v1/things/{thing}")
    assert (await client.get("/api/cockpit/v1/things/one")).text == "quick"
    assert counted("/api/cockpit/v1/things/{thing}") == before + 1


async def test_every_problem_names_the_trace_that_the_caller_sent(client: httpx.AsyncClient):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    answer = await client.post("/api/cockpit/v1/things/one/break", headers=headers)
    assert answer.json()["trace_id"] == trace
    other = await client.post("/api/cockpit/v1/things/one/break")
    assert other.json()["trace_id"] not in ("", trace)
