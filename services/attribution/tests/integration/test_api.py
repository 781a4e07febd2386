"""The routes by which a person shapes hierarchy and rules."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from fincc.attribution.api import make_router
from fincc.attribution.usecases.context import Context
from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject, SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.http import create_app

from .test_attribute import ALL_TO_LEDGER, BY_TEAM, HIERARCHY, ROWS, import_all, send

Call = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def call(context: Context) -> AsyncIterator[Call]:
    private, public = new_key_pair()
    app = create_app("attribution", SubjectVerifier(public), list, make_router(context))
    subject = SubjectSigner(private).sign(Subject("usr_1", "Ada", ALL_PERMISSIONS, None))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://attribution") as client:

        async def send_request(method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
            sent = {HEADER: subject} | {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, f"/api/attribution/v1{path}", content=content, headers=sent)

        yield send_request


async def test_a_dry_run_shows_each_node_before_and_after_and_changes_nothing(context: Context, call: Call) -> None:
    await import_all(context)
    moved = HIERARCHY.replace(b"Fraud}", b"Fraud Squad}").replace(b"- {id: ledger", b"- {id: books")
    answer = await call("PUT", "/hierarchy?dry_run=true", b"effective_from: 2026-12-01\n" + moved)
    changes = {c["id"]: c for c in answer.json()["changes"]}
    assert answer.json()["effective_from"] == "2026-12-01"
    assert changes["books"]["before"] is None
    assert (changes["fraud"]["before"]["name"], changes["fraud"]["after"]["name"]) == ("Fraud", "Fraud Squad")
    assert (changes["ledger"]["after"]["valid_to"], changes["ledger"]["fields"]) == ("2026-12-01", ["valid_to"])
    names = {n["id"]: n["name"] for n in (await call("GET", "/hierarchy?as_of=2027-01-01")).json()["nodes"]}
    assert names["fraud"] == "Fraud"


async def test_the_downloaded_hierarchy_changes_nothing_when_it_is_imported(context: Context, call: Call) -> None:
    await import_all(context)
    document = await call("GET", "/hierarchy/document")
    assert document.headers["content-disposition"] == 'attachment; filename="hierarchy.yaml"'
    assert (await call("PUT", "/hierarchy", document.content)).json()["changes"] == []


async def test_publishing_on_what_somebody_replaced_is_refused_with_412(context: Context, call: Call) -> None:
    await import_all(context)
    seen = (await call("GET", "/rule-sets/active")).headers["etag"]
    assert (await call("PUT", "/rule-sets/active", ALL_TO_LEDGER, if_match=seen)).status_code == 200
    refused = await call("PUT", "/rule-sets/active", BY_TEAM, if_match=seen)
    assert (refused.status_code, refused.json()["type"]) == (412, "urn:fincc:problem:outdated")
    assert "Ada published another version on" in refused.json()["detail"]
    assert (await call("PUT", "/rule-sets/active", BY_TEAM, if_match="soon")).status_code == 422
    assert (await call("PUT", "/rule-sets/active", BY_TEAM)).status_code == 200


async def test_a_dry_run_names_what_each_team_gains_and_loses(context: Context, call: Call) -> None:
    await import_all(context)
    await send(context, ROWS)
    answer = await call("POST", "/rule-sets/test", ALL_TO_LEDGER)
    assert [(t["team"], float(t["amount"])) for t in answer.json()["teams"]] == [
        ("ledger", 13.0),
        ("Unattributable", -12.0),
        ("fraud", -1.0),
    ]
    matched = (await call("GET", "/rule-sets/active/matched")).json()
    assert [(r["rule_id"], float(r["amount"]), r["keys"]) for r in matched["rules"]] == [
        (None, 12.0, 2),
        ("team", 3.0, 2),
    ]
