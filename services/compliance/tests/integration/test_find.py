"""From bills to findings: what is found, what it costs, how it is closed, and that everything adds up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fincc.common.clock import FrozenClock
from fincc.common.keys import key_of
from fincc.common.objects import ObjectStore
from fincc.common.testing.factories import (
    count_message,
    document_message,
    ownership_content,
    purge_message,
)

from ..conftest import Compliance, on, usage

CATALOG = b"""{"nodes": [
  {"id": "retail", "name": "Retail", "type": "business_group"},
  {"id": "shop", "name": "Shop", "type": "business_unit", "parent_id": "retail"},
  {"id": "cards", "name": "Cards", "type": "team", "parent_id": "shop"},
  {"id": "ledger", "name": "Ledger", "type": "team", "parent_id": "shop"}
], "services": [{"id": "checkout-api", "name": "Checkout API", "team": "cards"}]}"""

ROWS = usage(
    6,
    ChargePeriodStart=[on(1), on(2), on(3), on(4), on(5), on(5)],
    BilledCost=["1.00", "2.00", "4.00", "8.00", "16.00", "32.000000000001"],
    ResourceId=[
        "i-00000000000000001",
        "i-00000000000000002",
        "i-00000000000000003",
        "eni-00000000000000001",
        None,
        None,
    ],
    ChargeCategory=["Usage", "Usage", "Usage", "Usage", "Usage", "Tax"],
    **{
        "Tags/user:Team": ["cards", None, " ", None, None, None],
        "Tags/env": ["prod", "prod", "live", None, None, None],
    },
)


def lines(answer: dict) -> dict[tuple[str, str | None], Decimal]:
    return {(x["kind"], x["why"]): Decimal(x["cost"]["amount"]) for x in answer["lines"]}


async def test_without_a_policy_nothing_is_judged(compliance: Compliance) -> None:
    await compliance.bill(ROWS)
    await compliance.scan()
    answer = await compliance.get("findings")
    assert (answer["items"], answer["meta"]["scan"]["state"]) == ([], "waiting")
    assert "no tag policy" in answer["meta"]["scan"]["why"]
    default = await compliance.get("policies/active")
    assert (default["version"], default["required"][0]["key"]) == (0, "team")


async def test_what_lacks_a_tag_is_found_and_everything_adds_up(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.bill(ROWS)
    await compliance.scan()
    found = await compliance.found()
    assert {id_: f["missing_keys"] for id_, f in found.items()} == {
        "i-00000000000000002": ["team"],
        "i-00000000000000003": ["team", "env"],
    }
    third = found["i-00000000000000003"]
    assert [(v["key"], v["verdict"], v["found_value"]) for v in third["violations"]] == [
        ("team", "empty", " "),
        ("env", "not allowed", "live"),
    ]
    assert (third["resource_type"], third["cost_30d"]) == ("ec2:instance", {"amount": "4.00", "currency": "USD"})
    assert (third["first_seen"], third["last_seen"], third["seen_in"]) == ("2026-11-03", "2026-11-03", ["bill"])
    coverage = await compliance.get("coverage")
    assert lines(coverage) == {
        ("compliant", None): Decimal(1),
        ("violating", None): Decimal(6),
        ("untaggable", "ec2:network-interface"): Decimal(8),
        ("untaggable", "Usage without a resource"): Decimal(16),
        ("untaggable", "Tax"): Decimal("32.000000000001"),
    }
    assert Decimal(coverage["total"]["amount"]) == sum(Decimal(v) for v in ROWS["BilledCost"])
    assert coverage["covered_percent"] == round(100 / 7, 2)
    assert coverage["meta"]["scan"]["state"] == "current"


async def test_the_newest_record_says_how_a_resource_is_tagged_and_closes_the_finding(compliance: Compliance) -> None:
    await compliance.publish()
    two = {"ResourceId": ["vol-00000000000000001"] * 2, "ChargePeriodStart": [on(3), on(5)], "BilledCost": ["1", "2"]}
    await compliance.bill(usage(2, **two, **{"Tags/env": "dev", "Tags/team": [None, None]}))
    await compliance.scan()
    (finding,) = (await compliance.found()).values()
    assert finding["cost_30d"]["amount"] == "3.00"
    await compliance.bill(usage(2, **two, **{"Tags/env": "dev", "Tags/team": [None, "cards"]}), version=2)
    assert (await compliance.get("scan"))["state"] == "stale"
    await compliance.scan()
    assert await compliance.found() == {}
    closed = await compliance.get(f"findings/{finding['id']}")
    assert (closed["state"], closed["closed_because"]) == ("closed", "tagged")
    assert [event["event"] for event in closed["history"]] == ["opened", "closed"]


async def test_a_finding_that_comes_back_is_opened_again_with_its_history(compliance: Compliance) -> None:
    await compliance.publish()
    rows = {"ResourceId": "vol-00000000000000001", "Tags/env": "dev"}
    await compliance.bill(usage(1, **rows))
    await compliance.scan()
    await compliance.bill(usage(1, **rows, **{"Tags/team": "cards"}), version=2)
    await compliance.scan()
    await compliance.bill(usage(1, **rows), version=3)
    await compliance.scan()
    (finding,) = (await compliance.found()).values()
    detail = await compliance.get(f"findings/{finding['id']}")
    assert [event["event"] for event in detail["history"]] == ["opened", "closed", "reopened"]


async def test_a_new_policy_judges_again_at_once(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.bill(ROWS)
    await compliance.scan()
    await compliance.publish("required:\n  - key: env\n    values: [prod, dev, live]\n")
    await compliance.scan()
    assert set(await compliance.found()) == {"eni-00000000000000001"}
    gone = await compliance.get("findings", state="closed")
    assert {i["closed_because"].split(" of")[0].split(" version")[0] for i in gone["items"]} == {"satisfies"}


async def test_what_was_last_seen_before_the_days_is_no_finding(compliance: Compliance) -> None:
    await compliance.publish()
    old = usage(2, ResourceId=["i-00000000000000001", "i-00000000000000002"], ChargePeriodStart=[on(1, 10), on(31, 10)])
    await compliance.bill(old, "2026-10")
    await compliance.bill(usage(20, ResourceId="i-00000000000000002"))
    await compliance.scan()
    found = await compliance.found()
    assert set(found) == {"i-00000000000000002"}
    assert found["i-00000000000000002"]["first_seen"] == "2026-10-31"
    assert found["i-00000000000000002"]["cost_30d"]["amount"] == "21.00"
    await compliance.bill(usage(1, ResourceId="i-00000000000000009"), version=2)
    await compliance.scan()
    gone = await compliance.get("findings", state="closed")
    assert [(i["resource_id"], i["closed_because"]) for i in gone["items"]] == []


async def test_a_purged_source_closes_what_only_it_had(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.bill(usage(1, ResourceId="i-00000000000000001"))
    await compliance.bill(usage(1, ResourceId="i-00000000000000002"), source="other")
    await compliance.scan()
    await compliance.deliver(purge_message("other", "2026-11", 2))
    await compliance.scan()
    assert set(await compliance.found()) == {"i-00000000000000001"}
    gone = await compliance.get("findings", state="closed")
    assert [(i["resource_id"], i["closed_because"]) for i in gone["items"]] == [
        ("i-00000000000000002", "not seen any more")
    ]


async def test_a_source_that_does_not_count_is_not_judged(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.bill(usage(1, ResourceId="i-00000000000000001"))
    await compliance.bill(usage(1, ResourceId="i-00000000000000002"), source="other")
    await compliance.deliver(count_message("other", "2026-11", 1, False))
    await compliance.scan()
    assert set(await compliance.found()) == {"i-00000000000000001"}


async def test_a_missing_archive_is_named_and_closes_nothing(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.bill(usage(1, ResourceId="i-00000000000000001"))
    await compliance.scan()
    ObjectStore(compliance.resources.objects.root, "ingestion").delete_folder("ingestion/archive/src/2026-11/1")
    await compliance.ask("POST", "scan", 202)
    await compliance.scan()
    answer = await compliance.get("findings")
    assert [i["resource_id"] for i in answer["items"]] == ["i-00000000000000001"]
    assert answer["meta"]["scan"]["missing"] == ["aws 2026-11: its archive is not there any more"]


async def test_owners_are_those_of_the_document_else_of_the_part(compliance: Compliance) -> None:
    await compliance.publish()
    rows = usage(2, ResourceId=["i-00000000000000001", "i-00000000000000002"], **{"Tags/env": "prod"})
    await compliance.bill(rows, owner={"x_TeamId": "cards", "x_AttributionRuleId": "by-account"})
    await compliance.deliver(document_message(1, CATALOG, 4), topic="catalog")
    key = key_of({name: values[1] for name, values in rows.items() if isinstance(values[1], str)})
    content = ownership_content({key: ("ledger", None, "by-name")})
    await compliance.deliver(document_message(1, content, 1), topic="ownership")
    await compliance.scan()
    found = await compliance.found()
    assert [(f["owner"], f["owner_name"]) for f in found.values()] == [("cards", "Cards"), ("ledger", "Ledger")]
    assert (
        found["i-00000000000000002"]["evidence"][0]["text"]
        == "its costs belong to ledger by the attribution rule by-name"
    )
    of_ledger = await compliance.found(team="ledger")
    assert set(of_ledger) == {"i-00000000000000002"}


async def test_an_owner_is_suggested_with_evidence_and_never_when_unsure(compliance: Compliance) -> None:
    await compliance.publish("required:\n  - key: team\n")
    await compliance.deliver(document_message(1, CATALOG, 4), topic="catalog")
    rows = usage(
        4,
        SubAccountId=["111111111111", "111111111111", "222222222222", "333333333333"],
        ServiceName="Amazon Simple Storage Service",
        ResourceId=["checkout-api-prod", "nothing-known", "checkout-api-7", "zzz"],
        BilledCost=["10", "1", "5", "2"],
        **{"Tags/team": ["cards", None, None, None]},
    )
    await compliance.bill(rows, owner={"x_TeamId": ["cards", None, None, None]})
    await compliance.scan()
    found = await compliance.found()
    sure = found["checkout-api-7"]
    assert (sure["suggested_owner"], sure["suggested_owner_name"]) == ("cards", "Cards")
    assert sure["confidence"] >= 0.6
    assert any("checkout-api" in e["text"] for e in sure["evidence"])
    unsure = found["nothing-known"]
    assert (unsure["suggested_owner"], unsure["owner"]) == (None, None)
    assert unsure["evidence"][0]["text"] == "100% of what account 111111111111 costs belongs to cards"
    assert found["zzz"]["evidence"] == []
    unknown = await compliance.found(team="unknown")
    assert set(unknown) == {"nothing-known", "zzz"}
    detail = await compliance.get(f"findings/{sure['id']}")
    assert detail["proposal"].endswith(
        "--resource-arn-list arn:aws:s3:::checkout-api-7 --tags team=cards --region eu-west-1"
    )


async def test_nobody_sees_findings_of_others(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.deliver(document_message(1, CATALOG, 4), topic="catalog")
    rows = usage(3, ResourceId=[f"i-0000000000000000{i}" for i in range(3)])
    await compliance.bill(rows, owner={"x_TeamId": ["cards", "ledger", None]})
    await compliance.scan()
    everything = await compliance.found()
    mine = await compliance.get("findings", nodes=frozenset({"ledger"}))
    assert [i["owner"] for i in mine["items"]] == ["ledger"]
    assert mine["facets"]["team"] == [{"value": "ledger", "name": "Ledger", "findings": 1, "cost_30d": "1.00"}]
    other = everything["i-00000000000000000"]
    await compliance.get(f"findings/{other['id']}", 404, nodes=frozenset({"ledger"}))
    await compliance.get("coverage", 403, nodes=frozenset({"ledger"}))
    mine_too = everything["i-00000000000000001"]
    body = {"ids": [mine_too["id"], other["id"]], "until": "2026-12-01", "reason": "mine alone"}
    problem = await compliance.ask("POST", "findings/exemptions", 404, nodes=frozenset({"ledger"}), json=body)
    assert problem["errors"] == [{"field": other["id"], "message": f"there is no finding {other['id']!r}"}]
    assert len(await compliance.found()) == 3
    body["ids"] = [mine_too["id"]]
    changed = await compliance.ask("POST", "findings/exemptions", nodes=frozenset({"ledger"}), json=body)
    assert changed == {"changed": 1}
    assert len(await compliance.found()) == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "coverage"),
        ("GET", "inventories"),
        ("POST", "inventories/inv_1/scan"),
        ("DELETE", "inventories/inv_1"),
        ("POST", "scan"),
        ("PUT", "policies/active"),
        ("POST", "policies/test"),
    ],
)
async def test_what_is_about_all_teams_is_refused_to_who_sees_a_part(
    compliance: Compliance, method: str, path: str
) -> None:
    refused = await compliance.ask(method, path, 403, nodes=frozenset({"ledger"}))
    assert "for a part of it only" in refused["detail"]


async def test_who_sees_a_part_reads_the_policy_and_what_the_list_is_limited_to(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.deliver(document_message(1, CATALOG, 4), topic="catalog")
    rows = usage(2, ResourceId=[f"i-0000000000000000{i}" for i in range(2)])
    await compliance.bill(rows, owner={"x_TeamId": ["cards", "ledger"]})
    await compliance.scan()
    place = frozenset({"ledger"})
    assert (await compliance.get("policies/active", nodes=place))["version"] == 1
    meta = (await compliance.get("findings", nodes=place))["meta"]
    assert (meta["limited_to"], meta["scan"]["resources"]) == (["Ledger"], None)
    assert (await compliance.get("scan", nodes=place))["resources"] is None
    everything = (await compliance.get("findings"))["meta"]
    assert (everything["limited_to"], everything["scan"]["resources"]) == (None, 2)


async def test_two_currencies_are_never_added(compliance: Compliance) -> None:
    await compliance.publish()
    rows = usage(
        2,
        ResourceId=["i-00000000000000001", "i-00000000000000002"],
        BillingCurrency=["USD", "EUR"],
        BilledCost=["5", "3"],
    )
    await compliance.bill(rows)
    await compliance.scan()
    dollars, euros = await compliance.get("findings"), await compliance.get("findings", currency="EUR")
    assert (dollars["total_cost"], dollars["meta"]["other_currencies"]) == (
        {"amount": "5.00", "currency": "USD"},
        ["EUR"],
    )
    assert euros["total_cost"] == {"amount": "3.00", "currency": "EUR"}


async def test_a_resource_id_shared_by_two_services_is_two_resources(compliance: Compliance) -> None:
    await compliance.publish()
    rows = usage(2, ResourceId="shared", ServiceName=["Amazon Kinesis", "Amazon DynamoDB"], BilledCost=["1", "2"])
    await compliance.bill(rows)
    await compliance.scan()
    answer = await compliance.get("findings")
    assert [(i["service"], i["cost_30d"]["amount"]) for i in answer["items"]] == [
        ("Amazon DynamoDB", "2.00"),
        ("Amazon Kinesis", "1.00"),
    ]


async def test_a_bill_that_comes_in_puts_the_scan_off(compliance: Compliance, clock: FrozenClock) -> None:
    from fincc.common.testing.factories import snapshot_messages

    await compliance.publish()
    await compliance.bill(usage(1, ResourceId="i-00000000000000001"))
    part, *_ = snapshot_messages("other", "2026-11", 1, usage(2, ResourceId="i-00000000000000002"), owner={})
    await compliance.deliver(part)
    await compliance.scan()
    assert (await compliance.get("scan"))["state"] == "waiting"
