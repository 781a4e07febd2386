"""The routes by which a person shapes hierarchy and rules."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from fincc.attribution.api import make_router
from fincc.attribution.domain.keys import decode_keys
from fincc.attribution.repository import costs
from fincc.attribution.usecases.context import Context
from fincc.common.audit_reading import Wanted, list_entries
from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject, SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.http import create_app
from fincc.common.key_attributes import KEY
from fincc.common.outbox import relay

from ..conftest import Reader
from .test_attribute import ALL_TO_LEDGER, BY_TEAM, HIERARCHY, ROWS, import_all, send

Call = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def call(context: Context) -> AsyncIterator[Call]:
    private, public = new_key_pair()
    app = create_app("attribution", SubjectVerifier(public), list, make_router(context))
    signer = SubjectSigner(private)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://attribution") as client:

        async def send_request(
            method: str, path: str, content: bytes = b"", nodes: frozenset[str] | None = None, **headers: str
        ) -> httpx.Response:
            subject = signer.sign(Subject("usr_1", "Ada", ALL_PERMISSIONS, nodes))
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


FRAUD = frozenset({"fraud"})


async def test_who_sees_a_part_sees_the_hierarchy_and_catalog_of_that_part(context: Context, call: Call) -> None:
    await import_all(context)
    nodes = (await call("GET", "/hierarchy", nodes=FRAUD)).json()["nodes"]
    assert [n["id"] for n in nodes] == ["retail", "cards", "fraud"]
    assert len((await call("GET", "/hierarchy", nodes=frozenset({"cards"}))).json()["nodes"]) == 4
    assert [s["id"] for s in (await call("GET", "/catalog", nodes=FRAUD)).json()["services"]] == ["scoring"]
    assert (await call("GET", "/catalog", nodes=frozenset({"ledger"}))).json()["services"] == []
    assert (await call("GET", "/hierarchy", nodes=frozenset())).json()["nodes"] == []


async def test_a_record_of_another_team_is_as_unknown_as_one_that_never_was(context: Context, call: Call) -> None:
    await import_all(context)
    await send(context, ROWS)
    async with context.database.read() as session:
        contents = [row["content"] for row in await costs.key_batches(session)]
    keys = [key.hex() for content in contents for key in decode_keys(content).column(KEY).to_pylist()]
    owners = {key: (await call("GET", f"/explanations/{key}")).json()["owner"]["team_id"] for key in keys}
    assert sorted(owners.values(), key=str) == [None, None, "fraud", "ledger"]
    for key, team in owners.items():
        answer = await call("GET", f"/explanations/{key}", nodes=FRAUD)
        assert answer.status_code == (200 if team == "fraud" else 404)
    never = await call("GET", f"/explanations/{'0' * 32}", nodes=FRAUD)
    hidden = await call("GET", f"/explanations/{next(k for k, t in owners.items() if t == 'ledger')}", nodes=FRAUD)
    assert (never.status_code, never.json()["type"]) == (hidden.status_code, hidden.json()["type"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/suggestions"),
        ("GET", "/rule-sets"),
        ("GET", "/rule-sets/active"),
        ("GET", "/rule-sets/active/matched"),
        ("POST", "/rule-sets/test"),
        ("PUT", "/rule-sets/active"),
        ("PUT", "/hierarchy"),
        ("PUT", "/catalog"),
        ("GET", "/hierarchy/document"),
    ],
)
async def test_what_is_about_all_teams_is_refused_to_who_sees_a_part(call: Call, method: str, path: str) -> None:
    refused = await call(method, path, BY_TEAM, nodes=frozenset({"retail"}))
    assert refused.status_code == 403
    assert "for a part of it only" in refused.json()["detail"]


async def test_documents_are_sent_again_as_they_are_under_a_version_that_readers_take(
    context: Context, reader: Reader, call: Call
) -> None:
    assert (await call("POST", "/rebuilds")).json() == {"version": None}
    await import_all(context)
    await send(context, ROWS)
    await relay(context.database, context.bus)
    before = {m.topic: m.envelope.document for m in reader.others if m.envelope.HasField("document")}
    rules = (await call("GET", "/rule-sets/active")).json()
    version = (await call("POST", "/rebuilds")).json()["version"]
    await relay(context.database, context.bus)
    after = {m.topic: m.envelope.document for m in reader.others if m.envelope.HasField("document")}
    assert set(after) == {"catalog", "ownership"}
    assert {d.version for d in after.values()} == {version}
    assert version > max(d.version for d in before.values())
    assert after["catalog"].sha256 == before["catalog"].sha256
    assert after["ownership"].rows == 4, "keys that came since are in it"
    assert (await call("GET", "/rule-sets/active")).json() == rules
    async with context.database.read() as session:
        (entry, *_) = await list_entries(session, "attribution", Wanted(), None, 1)
    assert (entry.action, entry.object_id, entry.subject_name) == ("ownership.rebuild_asked", str(version), "Ada")
