"""What the gateway says of all services: readiness and the merged OpenAPI document."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from fincc.common import workers
from fincc.common.auth import CostReader, needs
from fincc.common.http import create_app
from fincc.common.testing.routes import routes_without_permission
from fincc.common.topology import SERVICES

UP = ("gateway", "ingestion", "cockpit")
DOWN = [spec.name for spec in SERVICES if spec.name not in UP]


def cockpit_routes() -> APIRouter:
    class Item(BaseModel):
        cost: str

    routes = APIRouter()

    @routes.get("/costs", response_model=list[Item])
    async def get_costs(subject: CostReader, days: int = 30) -> list[Item]:
        return []

    return routes


def ingestion_routes() -> APIRouter:
    class Item(BaseModel):
        rows: int

    routes = APIRouter()

    @routes.get("/runs", response_model=list[Item], dependencies=[needs("health:read")])
    async def get_runs() -> list[Item]:
        return []

    return routes


@pytest.fixture
def cockpit(verifier) -> FastAPI:
    return create_app("cockpit", verifier, list, cockpit_routes())


@pytest.fixture
def ingestion(verifier) -> FastAPI:
    return create_app("ingestion", verifier, lambda: ["raw-cost: waiting for the broker"], ingestion_routes())


@pytest.fixture(params=["in this process", "over HTTP"])
async def gateway(request, cockpit, ingestion, start_gateway, serve):
    """Cockpit is ready, ingestion is not, the others are down."""
    if request.param == "in this process":
        return await start_gateway(peers={"cockpit": cockpit, "ingestion": ingestion})
    return await start_gateway(urls={"cockpit": await serve(cockpit), "ingestion": await serve(ingestion)})


async def test_the_status_says_which_service_cannot_answer_and_why(script):
    answer = await script.get("/api/gateway/v1/status")
    assert answer.status_code == 200
    services = {s["name"]: s for s in answer.json()["services"]}
    assert list(services) == [s.name for s in SERVICES]
    for name in ("gateway", "cockpit"):
        assert (services[name]["ready"], services[name]["reason"]) == (True, None)
    assert services["cockpit"]["latency_ms"] > 0
    assert services["gateway"]["latency_ms"] is None, "it does not ask itself"
    assert services["ingestion"]["ready"] is False
    assert services["ingestion"]["reason"] == "raw-cost: waiting for the broker"
    assert services["attribution"]["ready"] is False
    assert "no connection" in services["attribution"]["reason"]


async def test_what_a_service_cannot_say_is_null_and_not_zero(script):
    services = {s["name"]: s for s in (await script.get("/api/gateway/v1/status")).json()["services"]}
    for name in ("cockpit", "attribution"):  # of a version without /workers, and down
        unknown = {k for k, value in services[name].items() if value is None}
        assert {"lag", "dead_letters", "outbox", "last_run", "last_error", "processes", "version"} <= unknown
    assert services["attribution"]["latency_ms"] is None


async def test_the_status_of_the_gateway_comes_from_its_own_processes(script, gateway):
    now = datetime.now(UTC)
    report: dict[str, object] = {"reasons": [], "lag": {}, "dead_letters": None, "outbox": None, "jobs": []}
    async with gateway.database.write() as session:
        await workers.put(session, "gateway-1", "0.9.0", ("api", "worker"), now, now, report)
    own = (await script.get("/api/gateway/v1/status")).json()["services"][0]
    assert own["version"] == "0.9.0"
    assert [p["instance"] for p in own["processes"]] == ["gateway-1"]


@pytest.mark.parametrize("path", ["metrics", "readyz", "/metrics", "../../../metrics", "%2e%2e/%2e%2e/%2e%2e/metrics"])
async def test_what_is_open_on_the_port_of_a_service_is_not_open_through_the_gateway(script, path):
    """A path that climbs is passed on as it is, and nobody has a route for it; clients would tidy it up, so no client here."""
    reader, writer = await asyncio.open_connection(script.base_url.host, script.base_url.port)
    head = f"GET /api/cockpit/v1/{path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n"
    writer.write(f"{head}authorization: {script.headers['authorization']}\r\n\r\n".encode())
    answer = (await reader.read()).decode()
    writer.close()
    assert answer.startswith("HTTP/1.1 404 ")
    assert "fincc_" not in answer


async def test_one_document_describes_the_routes_of_all_services(script):
    document = (await script.get("/api/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    paths = document["paths"]
    assert {"/api/cockpit/v1/costs", "/api/ingestion/v1/runs", "/api/gateway/v1/session"} <= paths.keys()
    assert document["info"]["x-missing"] == DOWN
    operations = [o for p in paths.values() for o in p.values()]
    assert len({o["operationId"] for o in operations}) == len(operations)
    assert all(o["x-permission"] for o in operations)
    assert paths["/api/cockpit/v1/costs"]["get"]["x-permission"] == "costs:read"
    assert paths["/api/gateway/v1/session"]["post"]["x-permission"] == "public"


async def test_schemas_of_one_name_do_not_hide_each_other(script):
    document = (await script.get("/api/openapi.json")).json()
    schemas = document["components"]["schemas"]

    def item(path: str) -> list[str]:
        answer = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        return list(schemas[answer["items"]["$ref"].split("/")[-1]]["properties"])

    assert item("/api/cockpit/v1/costs") == ["cost"]
    assert item("/api/ingestion/v1/runs") == ["rows"]
    assert [name for name in schemas if name.endswith("Problem")] == ["Problem"]


async def test_the_document_is_valid(script):
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate((await script.get("/api/openapi.json")).json())


async def test_an_unchanged_document_is_not_sent_again(script):
    etag = (await script.get("/api/openapi.json")).headers["etag"]
    assert (await script.get("/api/openapi.json", headers={"if-none-match": etag})).status_code == 304


async def test_both_need_somebody_who_is_signed_in(anonymous):
    for path in ("/api/openapi.json", "/api/gateway/v1/status"):
        assert (await anonymous.get(path)).status_code == 401


async def test_health_is_for_everybody(anonymous):
    assert (await anonymous.get("/healthz")).json() == {"status": "alive"}
    assert (await anonymous.get("/readyz")).json() == {"ready": True, "reasons": []}
    assert "fincc_http_request_duration_seconds" in (await anonymous.get("/metrics")).text


def test_every_route_of_the_gateway_names_a_permission(gateway):
    public = {
        "POST /api/gateway/v1/session",
        "GET /api/gateway/v1/sign-in",
        "GET /signin/once",
        "GET /.well-known/jwks.json",
    }
    assert routes_without_permission(gateway.app, public) == []
    assert routes_without_permission(gateway.app) == sorted(public)


async def test_every_service_of_the_topology_has_a_way_through_the_gateway(script):
    async with httpx.AsyncClient(base_url=script.base_url) as stranger:
        for spec in SERVICES:
            assert (await stranger.get(f"{spec.prefix}/anything")).status_code in (401, 404)
            known = await script.get(f"{spec.prefix}/anything")
            assert known.status_code == (503 if spec.name in DOWN else 404)


async def test_every_response_forbids_guessing_its_type(anonymous, script):
    for client, path in ((anonymous, "/"), (anonymous, "/api/nothing"), (script, "/api/cockpit/v1/costs")):
        answer = await client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
async def test_metrics_are_for_those_beside_the_gateway_and_not_for_who_comes_through_a_proxy(anonymous, header):
    answer = await anonymous.get("/metrics", headers={header: "203.0.113.9"})
    assert answer.status_code == 404
    assert "fincc_" not in answer.text
