"""What people change: policies, exemptions; and lists with filters, facets and files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest

from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject
from fincc.common.clock import FrozenClock
from fincc.common.keyring import new_key
from fincc.common.testing.routes import routes_without_permission
from fincc.compliance.repository import changes

from ..conftest import POLICY, TODAY, Compliance, days_before, usage

ROWS = usage(
    4,
    ResourceId=["i-00000000000000001", "vol-00000000000000001", "=cmd()", "lambda-عربي-🙂"],
    ServiceName=["Compute", "Compute", "Storage", "Functions"],
    SubAccountId=["111111111111", "222222222222", "222222222222", "333333333333"],
    RegionId=["eu-west-1", "cn-north-1", "us-gov-west-1", "eu-west-1"],
    BilledCost=["1.5", "2.25", "40", "0.000000000001"],
    **{"Tags/env": ["prod", None, "prod", None]},
)


@pytest.fixture
async def judged(compliance: Compliance) -> Compliance:
    await compliance.publish()
    await compliance.bill(ROWS, owner={"x_TeamId": ["cards", None, "cards", None]})
    await compliance.scan()
    return compliance


def test_every_route_names_its_permission(compliance: Compliance) -> None:
    assert routes_without_permission(compliance.service.app) == []


async def test_filters_and_facets_agree(judged: Compliance) -> None:
    everything = await judged.get("findings")
    assert everything["total"] == 4
    for name, values in everything["facets"].items():
        for value in values:
            found = await judged.get("findings", **{name: value["value"]})
            assert found["total"] == value["findings"], (name, value)
            assert Decimal(found["total_cost"]["amount"]) == Decimal(value["cost_30d"])
    both = await judged.get("findings", missing=["env"], account="222222222222")
    assert [i["resource_id"] for i in both["items"]] == ["vol-00000000000000001"]
    assert both["meta"]["filters"] == ["missing = env", "account = 222222222222"]
    dear = await judged.get("findings", min_cost="2.25")
    assert {i["resource_id"] for i in dear["items"]} == {"=cmd()", "vol-00000000000000001"}
    assert (await judged.get("findings", q="CMD"))["total"] == 1
    assert (await judged.get("findings", min_age_days=18))["total"] == 3


async def test_the_values_of_a_dimension_are_counted_under_the_other_filters(judged: Compliance) -> None:
    found = await judged.get("findings", service="Compute", account=["222222222222", "333333333333"], missing="env")
    assert [i["resource_id"] for i in found["items"]] == ["vol-00000000000000001"]
    assert (found["total"], found["total_cost"]["amount"]) == (1, "2.25")
    counted = {name: {v["value"]: v["findings"] for v in values} for name, values in found["facets"].items()}
    assert counted["service"] == {"Compute": 1, "Functions": 1}  # of these accounts, without env
    assert counted["account"] == {"222222222222": 1}  # of Compute, without env
    assert counted["missing"] == {"env": 1, "team": 1}  # of Compute in these accounts
    assert counted["team"] == {"unknown": 1}
    nothing = await judged.get("findings", service="Compute", account="333333333333")
    assert (nothing["items"], nothing["total"], nothing["total_cost"]) == ([], 0, None)


async def test_what_another_process_changes_is_in_the_next_answer(judged: Compliance) -> None:
    dear = (await judged.found())["=cmd()"]
    exempt = {"ids": [dear["id"]], "until": "2026-12-01", "reason": "is moved soon"}
    assert not [line for line in (await judged.get("coverage"))["lines"] if line["kind"] == "exempt"]
    async with judged.with_keys(new_key()) as other:
        await other.ask("POST", "findings/exemptions", json=exempt)
    assert "=cmd()" not in await judged.found()
    lines = (await judged.get("coverage"))["lines"]
    assert [line["cost"]["amount"] for line in lines if line["kind"] == "exempt"] == ["40.00"]


async def test_of_two_changes_at_the_same_moment_the_one_that_ends_last_is_seen_a_minute_later(
    judged: Compliance, clock: FrozenClock
) -> None:
    ids = {resource: f["id"] for resource, f in (await judged.found()).items()}
    async with judged.resources.database.write() as session:
        await changes.exempt(session, [ids["=cmd()"]], TODAY, "began first", "Bo", clock.now())
        body = {"ids": [ids["i-00000000000000001"]], "until": "2026-12-01", "reason": "ended first"}
        await judged.ask("POST", "findings/exemptions", json=body)
        assert "=cmd()" in await judged.found()
    clock.advance(timedelta(minutes=1))
    assert set(await judged.found()) == {"vol-00000000000000001", "lambda-عربي-🙂"}


async def test_coverage_that_is_known_is_not_sent_again(judged: Compliance) -> None:
    path = "/api/compliance/v1/coverage"
    headers = {HEADER: judged.signer.sign(Subject("usr_1", "Ada", ALL_PERMISSIONS, None))}
    first = await judged.client.get(path, headers=headers)
    again = await judged.client.get(path, headers={**headers, "If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


async def test_what_has_no_account_or_region_can_be_asked_for(compliance: Compliance) -> None:
    await compliance.publish()
    rows = usage(3, ResourceId=["a", "b", "c"], RegionId=["eu-west-1", None, None], SubAccountId=["1", "2", None])
    await compliance.bill(rows)
    await compliance.scan()
    everything = await compliance.get("findings")
    assert {v["value"]: v["findings"] for v in everything["facets"]["region"]} == {"eu-west-1": 1, None: 2}
    assert set(await compliance.found(region="")) == {"b", "c"}
    assert set(await compliance.found(region=["", "eu-west-1"])) == {"a", "b", "c"}
    found = await compliance.get("findings", region="", account="")
    assert [i["resource_id"] for i in found["items"]] == ["c"]
    assert found["meta"]["filters"] == ["account = (none)", "region = (none)"]


async def test_pages_follow_one_another(judged: Compliance) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await judged.ask("GET", "findings", params={"limit": "3", **cursor})
        seen += [i["resource_id"] for i in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == ["=cmd()", "vol-00000000000000001", "i-00000000000000001", "lambda-عربي-🙂"]
    await judged.get("findings", 422, cursor="x")


async def test_the_file_of_one_owner_holds_its_findings_and_their_total(judged: Compliance) -> None:
    text = await judged.get("findings/export", team="cards")
    head = [line for line in text.splitlines() if line.startswith(("#", "\ufeff#"))]
    rows = list(csv.DictReader(io.StringIO("\n".join(line for line in text.splitlines() if line not in head))))
    assert [r["resource_id"] for r in rows] == ["'=cmd()", "i-00000000000000001"]
    assert sum(Decimal(r["cost_30d"]) for r in rows) == Decimal("41.5")
    assert "# total: 41.50" in head
    assert "# filters: team = cards" in head


async def test_an_exemption_ends_by_itself_and_can_be_taken_back(judged: Compliance, clock: FrozenClock) -> None:
    found = await judged.found()
    ids = [found["=cmd()"]["id"]]
    until = days_before(-3).isoformat()
    changed = await judged.ask(
        "POST", "findings/exemptions", json={"ids": ids, "until": until, "reason": "is switched off on Monday"}
    )
    assert changed == {"changed": 1}
    assert "=cmd()" not in await judged.found()
    (exempt,) = (await judged.get("findings", state="exempt"))["items"]
    assert exempt["exemption"]["reason"] == "is switched off on Monday"
    kinds = {x["kind"]: x["cost"]["amount"] for x in (await judged.get("coverage"))["lines"]}
    assert kinds == {"exempt": "40.00", "violating": "3.750000000001"}
    await judged.ask("POST", "findings/exemptions/revoked", json={"ids": ids})
    assert "=cmd()" in await judged.found()
    await judged.ask("POST", "findings/exemptions", json={"ids": ids, "until": until, "reason": "once more"})
    clock.advance(timedelta(days=4))
    assert "=cmd()" in await judged.found()
    detail = await judged.get(f"findings/{ids[0]}")
    assert [e["event"] for e in detail["history"]] == ["opened", "exempted", "exemption revoked", "exempted"]


async def test_an_exemption_needs_a_reason_and_a_day_ahead(judged: Compliance) -> None:
    ids = ["x"]
    for body in (
        {"ids": ids, "until": days_before(1).isoformat(), "reason": "too late"},
        {"ids": ids, "until": days_before(-800).isoformat(), "reason": "for ever"},
        {"ids": ids, "until": days_before(-3).isoformat(), "reason": ""},
        {"ids": [], "until": days_before(-3).isoformat(), "reason": "nothing"},
    ):
        problem = await judged.ask("POST", "findings/exemptions", 422, json=body)
        assert problem["errors"]


async def test_a_policy_with_mistakes_names_every_line_and_changes_nothing(judged: Compliance) -> None:
    before = await judged.get("policies/active")
    text = "required:\n  - key: team\n    pattern: '('\n  - ky: env\n  - key: squad\n    where: {Region: [x]}\nuntagable: {}\n"
    problem = await judged.publish(text, 422)
    assert [e["field"] for e in problem["errors"]] == ["line 3", "line 4", "line 4", "line 6", "line 7"]
    assert (await judged.get("policies/active")) == before
    await judged.publish("required: []\n", 422)
    await judged.publish("- nothing\n", 422)


async def test_publishing_on_top_of_a_version_that_was_replaced_is_refused(compliance: Compliance) -> None:
    first = await compliance.publish()
    second = await compliance.publish("required: [{key: env}]\n", if_match=first["version"])
    problem = await compliance.publish(POLICY, 412, if_match=first["version"])
    assert "published by Ada" in problem["detail"]
    assert [v["version"] for v in (await compliance.get("policies"))["items"]] == [second["version"], first["version"]]
    assert (await compliance.get(f"policies/{first['version']}"))["document"] == POLICY
    for unknown in ("7", "9" * 30, "x"):
        await compliance.get(f"policies/{unknown}", 404)


async def test_a_policy_is_tried_before_it_is_published(judged: Compliance) -> None:
    answer = await judged.ask("POST", "policies/test", content="required: [{key: env}]\n")
    assert (answer["findings_before"], answer["findings_after"], answer["by_key"]) == (4, 2, {"env": 2})
    assert answer["cost_after"] == [{"amount": "2.250000000001", "currency": "USD"}]
    assert (await judged.get("findings"))["total"] == 4
