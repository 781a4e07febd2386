"""The signed subject, and the permission that every route names."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends
from pydantic import SecretStr

from fincc.common.auth import (
    ALL_PERMISSIONS,
    HEADER,
    CostReader,
    Subject,
    SubjectSigner,
    SubjectVerifier,
    needs,
    new_key_pair,
    permission,
    public_of,
)
from fincc.common.cli.platform import with_keys
from fincc.common.http import create_app
from fincc.common.runtime import _signing
from fincc.common.settings import CommonSettings
from fincc.common.testing.routes import routes_ignoring_the_place, routes_without_permission

PRIVATE, PUBLIC = new_key_pair()
ANN = Subject("usr_1", "Ann Ö", frozenset({"costs:read"}), frozenset({"team-a", "team-b"}))
ROOT = Subject("usr_2", "Root", ALL_PERMISSIONS)


@pytest.fixture
def signer() -> SubjectSigner:
    return SubjectSigner(PRIVATE)


@pytest.fixture
def verifier() -> SubjectVerifier:
    return SubjectVerifier(PUBLIC)


ELSEWHERE = Subject(
    "usr_4",
    "Eve",
    ALL_PERMISSIONS,
    frozenset({"team-a"}),
    (("health:read", None), ("findings:write", frozenset({"bu-b"}))),
)


@pytest.mark.parametrize("subject", [ANN, ROOT, ELSEWHERE, Subject("usr_3", "Nothing", frozenset(), frozenset())])
def test_a_subject_arrives_as_it_was_signed(signer, verifier, subject: Subject):
    assert verifier.verify(signer.sign(subject)) == subject


def test_a_route_sees_the_place_where_its_own_permission_holds():
    assert ELSEWHERE.within("costs:read").scope == {"team-a"}
    assert ELSEWHERE.within("findings:write").scope == {"bu-b"}
    assert ELSEWHERE.within("health:read").scope is None


def test_the_public_half_belongs_to_the_private_one():
    assert public_of(PRIVATE) == PUBLIC


@pytest.mark.parametrize("service", ["gateway", "cockpit"])
def test_a_signing_key_that_is_given_counts_without_its_public_half(signer, tmp_path: Path, service: str):
    given = with_keys(CommonSettings(data_dir=tmp_path, subject_private_key=SecretStr(PRIVATE)))
    _, verifier = _signing(given, (service,))
    assert verifier.verify(signer.sign(ANN)) == ANN


def test_the_verifier_remembers_a_bounded_number(signer, verifier, monkeypatch):
    monkeypatch.setattr(SubjectVerifier, "REMEMBER", 5)
    for number in range(20):
        verifier.verify(signer.sign(Subject(f"usr_{number}", "x")))
        assert len(verifier._seen) <= 5


def test_a_permission_that_does_not_exist_cannot_be_named():
    with pytest.raises(ValueError, match="costs:raed"):
        permission("costs:raed")


def routes() -> APIRouter:
    routes = APIRouter()

    @routes.get("/name")
    async def get_name(subject: CostReader) -> str:
        return subject.name

    @routes.put("/rules", dependencies=[needs("ownership:write")])
    async def put_rules() -> None:
        return None

    def two_deep(subject: Annotated[Subject, Depends(permission("sources:read"))]) -> Subject:
        return subject

    @routes.get("/sources")
    async def get_sources(subject: Annotated[Subject, Depends(two_deep)], limit: int = 1) -> str:
        return subject.id

    @routes.get("/everything", dependencies=[needs("costs:read")])
    async def get_everything() -> None:
        return None

    @routes.get("/nobody", dependencies=[needs("costs:read", "none")])
    async def get_what_belongs_to_nobody() -> None:
        return None

    return routes


@pytest.fixture
async def client(verifier) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app("cockpit", verifier, list, routes())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://cockpit/api/cockpit/v1") as client:
        yield client


async def test_a_request_that_does_not_come_through_the_gateway_is_refused(client):
    answer = await client.get("/name")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_route_knows_who_asks(client, signer):
    answer = await client.get("/name", headers={HEADER: signer.sign(ANN)})
    assert answer.json() == "Ann Ö"


async def test_who_lacks_the_permission_is_told_which(client, signer):
    answer = await client.put("/rules", headers={HEADER: signer.sign(ANN)})
    assert answer.status_code == 403
    assert "ownership:write" in answer.json()["detail"]
    assert (await client.put("/rules", headers={HEADER: signer.sign(ROOT)})).status_code == 200


async def test_what_is_about_the_whole_installation_is_refused_to_who_has_a_part(client, signer):
    for path, name in (("/sources", "sources:read"), ("/everything", "costs:read")):
        part = Subject("usr_5", "Part", frozenset({name}), frozenset({"team-a"}))
        refused = await client.get(path, headers={HEADER: signer.sign(part)})
        assert refused.status_code == 403
        assert "for a part of it only" in refused.json()["detail"]
        assert (await client.get(path, headers={HEADER: signer.sign(ROOT)})).status_code == 200


async def test_what_belongs_to_nobody_is_told_to_everybody_with_the_permission(client, signer):
    assert (await client.get("/nobody", headers={HEADER: signer.sign(ANN)})).status_code == 200


def test_a_route_that_never_looks_at_the_place_is_found(verifier):
    careless = APIRouter()

    @careless.get("/all")
    async def get_all(subject: CostReader) -> str:
        return "everything"

    app = create_app("cockpit", verifier, list, routes(), careless)
    assert routes_ignoring_the_place(app) == ["/api/cockpit/v1/all", "/api/cockpit/v1/name"]


async def test_the_permission_of_each_route_is_in_the_openapi_document(client):
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert paths["/api/cockpit/v1/name"]["get"]["x-permission"] == "costs:read"
    assert paths["/api/cockpit/v1/rules"]["put"]["x-permission"] == "ownership:write"
    assert paths["/api/cockpit/v1/sources"]["get"]["x-permission"] == "sources:read"


async def test_the_openapi_document_says_that_errors_are_problems(client):
    document = (await client.get("/openapi.json")).json()
    responses = document["paths"]["/api/cockpit/v1/sources"]["get"]["responses"]
    assert set(responses) == {"200", "default"}
    assert list(responses["default"]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_a_route_that_names_no_permission_is_found_and_the_others_are_not(verifier):
    careless = APIRouter()

    @careless.post("/open")
    async def post_open() -> None:
        return None

    app = create_app("cockpit", verifier, list, routes(), careless)
    assert routes_without_permission(app) == ["POST /api/cockpit/v1/open"]
    assert routes_without_permission(app, public={"POST /api/cockpit/v1/open"}) == []
