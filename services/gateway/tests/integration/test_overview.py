"""What the gateway says of all services: readiness and the merged OpenAPI document."""

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

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
    assert services["gateway"] == {"name": "gateway", "ready": True, "reason": None}
    assert services["cockpit"] == {"name": "cockpit", "ready": True, "reason": None}
    assert services["ingestion"]["ready"] is False
    assert services["ingestion"]["reason"] == "raw-cost: waiting for the broker"
    assert services["attribution"]["ready"] is False
    assert "no connection" in services["attribution"]["reason"]


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
    public = {"POST /api/gateway/v1/session", "GET /signin/once"}
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
