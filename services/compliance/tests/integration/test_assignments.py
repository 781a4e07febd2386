"""Giving findings to teams: many at once, all or none, and back again."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject
from fincc.common.testing.factories import document_message

from ..conftest import Compliance, newest, usage

CATALOG = b"""{"nodes": [
  {"id": "shop", "name": "Shop", "type": "business_unit"},
  {"id": "cards", "name": "Cards", "type": "team", "parent_id": "shop"},
  {"id": "ledger", "name": "Ledger", "type": "team", "parent_id": "shop"},
  {"id": "bank", "name": "Bank", "type": "business_unit"},
  {"id": "loans", "name": "Loans", "type": "team", "parent_id": "bank"}
]}"""
NAMES = ("arn:aws:s3:::alpha", "arn:aws:s3:::beta", "arn:aws:s3:::gamma", "arn:aws:s3:::owned")
SHOP = frozenset({"shop"})


def rows(**values: Any) -> dict[str, list[Any]]:
    return usage(4, ResourceId=list(NAMES), SubAccountId=["1", "2", "3", "4"], **{"Tags/env": "prod", **values})


@pytest.fixture
async def judged(compliance: Compliance) -> Compliance:
    await compliance.publish()
    await compliance.deliver(document_message(1, CATALOG, 5), topic="catalog")
    await compliance.bill(rows(), owner={"x_TeamId": [None, None, None, "loans"]})
    await compliance.scan()
    return compliance


async def ids_of(compliance: Compliance, **params: Any) -> dict[str, str]:
    """By the last word of the name."""
    return {name.rpartition(":")[2]: f["id"] for name, f in (await compliance.found(**params)).items()}


async def assign(
    compliance: Compliance, *given: tuple[str | None, list[str]], status: int = 200, **who: Any
) -> dict[str, Any]:
    body = {"assignments": [{"team": team, "ids": ids} for team, ids in given]}
    return await compliance.ask("POST", "findings/assignments", status, json=body, **who)


async def test_many_findings_get_their_team_at_once_and_lose_it_again(judged: Compliance) -> None:
    ids = await ids_of(judged)
    answer = await assign(judged, ("cards", [ids["alpha"], ids["beta"]]))
    assert answer == {"changed": 2, "before": [{"team": None, "ids": [ids["alpha"], ids["beta"]]}]}
    assert set(await ids_of(judged, team="cards")) == {"alpha", "beta"}
    found = (await judged.found())["arn:aws:s3:::alpha"]
    assert (found["owner"], found["confidence"]) == (None, None)
    assert {k: found["assignment"][k] for k in ("team", "team_name", "by")} == {
        "team": "cards", "team_name": "Cards", "by": "Ada",
    }  # fmt: skip
    again = await assign(judged, ("ledger", [ids["beta"], ids["gamma"]]))
    assert again["before"] == [{"team": "cards", "ids": [ids["beta"]]}, {"team": None, "ids": [ids["gamma"]]}]
    await judged.ask("POST", "findings/assignments", json={"assignments": again["before"]})
    assert set(await ids_of(judged, team="cards")) == {"alpha", "beta"}
    assert (await judged.found())["arn:aws:s3:::gamma"]["assignment"] is None
    detail = await judged.get(f"findings/{ids['gamma']}")
    assert [(e["event"], e["text"]) for e in detail["history"]][1:] == [
        ("assigned", "to Ledger by Ada"),
        ("assignment revoked", "by Ada"),
    ]


async def test_giving_a_finding_to_whom_it_is_given_already_changes_nothing(judged: Compliance) -> None:
    ids = await ids_of(judged)
    await assign(judged, ("cards", [ids["alpha"]]))
    assert await assign(judged, ("cards", [ids["alpha"]])) == {"changed": 0, "before": []}
    detail = await judged.get(f"findings/{ids['alpha']}")
    assert [e["event"] for e in detail["history"]] == ["opened", "assigned"]


async def test_one_finding_in_the_way_is_named_and_none_is_changed(judged: Compliance) -> None:
    ids = await ids_of(judged)
    problem = await assign(judged, ("cards", [ids["alpha"], ids["owned"]]), status=409)
    why = "arn:aws:s3:::owned belongs to Loans by the attribution rules"
    assert problem["detail"] == f"{why}; nothing was changed"
    assert problem["errors"] == [{"field": ids["owned"], "message": why}]
    problem = await assign(judged, ("cards", [ids["alpha"], "x", "y"]), status=404)
    assert problem["detail"] == "there is no finding 'x', and 1 more; nothing was changed"
    assert await ids_of(judged, team="cards") == {}


async def test_a_closed_finding_is_neither_given_away_nor_exempted(judged: Compliance) -> None:
    ids = await ids_of(judged)
    tagged = rows(**{"Tags/team": ["cards", None, None, None]})
    await judged.bill(tagged, version=2, owner={"x_TeamId": ["cards", None, None, "loans"]})
    await judged.scan()
    problem = await assign(judged, ("cards", [ids["beta"], ids["alpha"]]), status=409)
    assert problem["errors"] == [{"field": ids["alpha"], "message": "arn:aws:s3:::alpha is closed"}]
    body = {"ids": [ids["beta"], ids["alpha"]], "until": "2026-12-01", "reason": "old platform"}
    problem = await judged.ask("POST", "findings/exemptions", 409, json=body)
    assert problem["errors"] == [{"field": ids["alpha"], "message": "arn:aws:s3:::alpha is closed"}]
    assert (await judged.get("findings", state="exempt"))["total"] == 0
    assert await judged.ask("POST", "findings/exemptions/revoked", json={"ids": [ids["alpha"]]}) == {"changed": 0}


async def test_an_assignment_outlives_scans_and_gives_way_to_an_attribution_rule(judged: Compliance) -> None:
    ids = await ids_of(judged)
    await assign(judged, ("cards", [ids["alpha"], ids["beta"]]))
    await judged.bill(rows(), version=2, owner={"x_TeamId": ["loans", None, None, "loans"]})
    await judged.scan()
    found = await judged.found()
    assert (found["arn:aws:s3:::alpha"]["owner"], found["arn:aws:s3:::alpha"]["assignment"]) == ("loans", None)
    assert found["arn:aws:s3:::beta"]["assignment"]["team"] == "cards"
    of_loans = set(await ids_of(judged, team="loans"))
    assert "alpha" in of_loans
    assert "beta" not in of_loans


async def test_who_sees_some_teams_gives_their_findings_to_those_alone(judged: Compliance) -> None:
    ids = await ids_of(judged)
    await assign(judged, ("cards", [ids["alpha"]]))
    await assign(judged, ("ledger", [ids["alpha"]]), nodes=SHOP)
    problem = await assign(judged, ("ledger", [ids["alpha"], ids["beta"]]), status=404, nodes=SHOP)
    assert problem["errors"][0]["field"] == ids["beta"]
    problem = await assign(judged, ("loans", [ids["alpha"]]), status=422, nodes=SHOP)
    assert problem["errors"] == [{"field": "team", "message": "'loans' is no team that you may see"}]
    await judged.get(f"findings/{ids['alpha']}", nodes=SHOP)
    await judged.get(f"findings/{ids['alpha']}", 404, nodes=frozenset({"bank"}))


async def test_who_sees_some_teams_is_not_told_what_speaks_for_others(judged: Compliance) -> None:
    billed = rows(**{"Tags/owner": ["loans", None, None, None]})
    await judged.bill(billed, version=2, owner={"x_TeamId": [None, None, None, "loans"]})
    await judged.scan()
    ids = await ids_of(judged)
    await assign(judged, ("cards", [ids["alpha"]]))
    whole = await judged.get(f"findings/{ids['alpha']}")
    assert (whole["candidates"][0]["team"], whole["evidence"] == []) == ("loans", False)
    part = await judged.get(f"findings/{ids['alpha']}", nodes=SHOP)
    assert (part["suggested_owner"], part["candidates"], part["evidence"]) == (None, [], [])
    [listed] = (await judged.get("findings", nodes=SHOP))["items"]
    assert (listed["assignment"]["team"], listed["suggested_owner"], listed["evidence"]) == ("cards", None, [])
    assert "loans" not in (await judged.get("findings/export", nodes=SHOP)).lower()


async def test_what_cannot_be_an_assignment_is_refused(judged: Compliance) -> None:
    ids = await ids_of(judged)
    await assign(judged, ("shop", [ids["alpha"]]), status=422)
    await assign(judged, ("nobody", [ids["alpha"]]), status=422)
    await assign(judged, status=422)
    await assign(judged, ("cards", []), status=422)
    twice = await assign(judged, ("cards", [ids["alpha"]]), ("ledger", [ids["alpha"]]), status=422)
    assert "named twice" in twice["detail"]
    halves = [[f"{half}{n}" for n in range(2_501)] for half in "ab"]
    many = await assign(judged, ("cards", halves[0]), ("ledger", halves[1]), status=422)
    assert "at most 5,000 findings" in many["detail"]
    assert await ids_of(judged, team="cards") == {}


async def test_five_thousand_findings_are_given_at_once(judged: Compliance) -> None:
    await judged.bill(usage(5_000, ResourceId=[f"arn:aws:s3:::many-{n}" for n in range(5_000)]), source="many")
    await judged.scan()
    pages = [await judged.get("findings", q="many-", limit=1000, cursor=n * 1000) for n in range(5)]
    ids = [item["id"] for page in pages for item in page["items"]]
    assert (await assign(judged, ("cards", ids)))["changed"] == 5_000
    assert (await judged.get("findings", team="cards"))["total"] == 5_000
    body = {"ids": ids, "until": "2026-11-30", "reason": "goes on Monday"}
    await judged.ask("POST", "findings/exemptions", json=body)
    await judged.ask("POST", "findings/exemptions/revoked", json={"ids": ids})
    entries = await newest(judged, 3)
    assert {entry["object_id"] for entry in entries} == {"5000 findings"}
    assigned, exempted, revoked = entries
    assert assigned["after"] == {"assigned": dict.fromkeys(ids[:100], "cards"), "count": 5_000}
    assert assigned["before"]["count"] == exempted["after"]["count"] == revoked["after"]["count"] == 5_000
    assert exempted["after"]["findings"] == revoked["after"]["findings"] == ids[:100]
    assert set(revoked["before"]["exempt"]) == set(ids[:100])


async def test_an_assignment_behind_a_rule_is_neither_told_nor_taken_by_who_does_not_see_its_team(
    judged: Compliance,
) -> None:
    ids = await ids_of(judged)
    await assign(judged, ("loans", [ids["alpha"]]))
    await judged.bill(rows(), version=2, owner={"x_TeamId": ["cards", None, None, "loans"]})
    await judged.scan()
    assert await assign(judged, (None, [ids["alpha"]]), nodes=SHOP) == {"changed": 0, "before": []}
    everything = await assign(judged, (None, [ids["alpha"]]))
    assert everything["before"] == [{"team": "loans", "ids": [ids["alpha"]]}]


async def test_the_file_and_the_proposal_name_who_was_assigned(judged: Compliance) -> None:
    ids = await ids_of(judged)
    await assign(judged, ("cards", [ids["alpha"]]))
    text = await judged.get("findings/export", team="cards")
    (line,) = csv.DictReader(
        io.StringIO("\n".join(x for x in text.splitlines() if not x.lstrip("\ufeff").startswith("#")))
    )
    assert (line["owner"], line["assigned_owner"]) == ("", "cards")
    detail = await judged.get(f"findings/{ids['alpha']}")
    assert "--tags team=cards" in detail["proposal"]


async def test_the_file_of_an_owner_has_a_plain_name_whatever_was_asked(judged: Compliance) -> None:
    signed = {HEADER: judged.signer.sign(Subject("usr_1", "Ada", ALL_PERMISSIONS))}
    for asked in ("Ω", '"\r\nset-cookie: a=b', "../../etc/passwd", "<img src=x>"):
        path, params = "/api/compliance/v1/findings/export", {"team": asked}
        answer = await judged.client.get(path, params=params, headers=signed)
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
        name = answer.headers["content-disposition"]
        assert re.fullmatch(r'attachment; filename="untagged[A-Za-z0-9_.-]*\.csv"', name), name


async def test_no_cell_of_the_findings_is_a_formula(judged: Compliance) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    await judged.bill(usage(1, ResourceId=[formula], ResourceName=["@SUM(1)"], RegionId=["+1+cmd"]), source="hostile")
    await judged.scan()
    text = await judged.get("findings/export")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert any(f"'{formula}" in row for row in rows)
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
