"""Each change of policies, exemptions and clouds is in the audit record."""

from __future__ import annotations

from fincc.common.audit import fingerprint
from fincc.common.testing.factories import document_message

from ..conftest import POLICY, Compliance, newest, usage


async def test_a_policy_is_recorded_with_the_version_and_hash_of_the_text_of_before_and_after(
    compliance: Compliance,
) -> None:
    await compliance.publish()
    await compliance.publish("required: [{key: env}]\n")
    await compliance.publish("required: [{key: env}]\n", status=412, if_match=1)
    first, second = await newest(compliance, 2)
    assert [(e["action"], e["object_id"], e["subject_name"]) for e in (first, second)] == [
        ("policy.published", "1", "Ada"),
        ("policy.published", "2", "Ada"),
    ]
    assert (first["before"], first["after"]) == (None, {"version": 1, "sha256": fingerprint(POLICY)})
    assert second["before"] == first["after"]
    text = (await compliance.get("policies/2"))["document"]
    assert text == "required: [{key: env}]\n"
    assert second["after"] == {"version": 2, "sha256": fingerprint(text)}


async def test_an_exemption_is_recorded_with_what_it_is_about_and_what_held_before(compliance: Compliance) -> None:
    await compliance.publish()
    await compliance.bill(usage(1, ResourceId=["i-1"], ServiceName=["Compute"], BilledCost=["2"]), owner={})
    await compliance.scan()
    (finding,) = (await compliance.get("findings"))["items"]
    body = {"ids": [finding["id"]], "until": "2026-11-30", "reason": "goes on Monday"}
    await compliance.ask("POST", "findings/exemptions", 404, json={**body, "ids": [finding["id"], "nothing"]})
    await compliance.ask("POST", "findings/exemptions", json=body)
    await compliance.ask("POST", "findings/exemptions/revoked", json={"ids": [finding["id"]]})
    await compliance.ask("POST", "findings/exemptions/revoked", json={"ids": [finding["id"]]})
    await compliance.ask("POST", "scan", 202)
    given, taken, asked = await newest(compliance, 3)
    assert (given["action"], given["object_id"]) == ("finding.exempted", finding["id"])
    assert given["after"] == {"findings": [finding["id"]], "until": "2026-11-30", "reason": "goes on Monday"}
    assert taken["action"] == "finding.exemption_revoked"
    assert taken["before"] == {"exempt": {finding["id"]: {"until": "2026-11-30", "reason": "goes on Monday"}}}
    assert asked["action"] == "scan.asked"


async def test_an_assignment_is_recorded_with_the_teams_of_before_and_after(compliance: Compliance) -> None:
    catalog = b'{"nodes": [{"id": "cards", "name": "Cards", "type": "team"}]}'
    await compliance.publish()
    await compliance.deliver(document_message(1, catalog, 1), topic="catalog")
    await compliance.bill(usage(2, ResourceId=["i-1", "i-2"], ServiceName="Compute"), owner={})
    await compliance.scan()
    one, two = (i["id"] for i in (await compliance.get("findings"))["items"])
    for team, ids in (("cards", [one]), ("cards", [one, two]), (None, [one])):
        body = {"assignments": [{"team": team, "ids": ids}]}
        await compliance.ask("POST", "findings/assignments", json=body)
    entries = await newest(compliance, 3)
    assert {e["action"] for e in entries} == {"finding.assigned"}
    assert [(e["object_id"], e["before"], e["after"]) for e in entries] == [
        (one, {"assigned": {one: None}}, {"assigned": {one: "cards"}}),
        (two, {"assigned": {two: None}}, {"assigned": {two: "cards"}}),
        (one, {"assigned": {one: "cards"}}, {"assigned": {one: None}}),
    ]


async def test_the_life_of_a_cloud_is_recorded(compliance: Compliance) -> None:
    config = {"role_name": "reader", "accounts": ["111111111111"], "regions": ["eu-west-1"]}
    cloud = await compliance.ask("POST", "inventories", 201, json={"name": "aws", **config})
    for paused in (True, True, False):
        await compliance.ask("PATCH", f"inventories/{cloud['id']}", json={"paused": paused})
    await compliance.ask("POST", f"inventories/{cloud['id']}/scan", 202)
    await compliance.ask("DELETE", f"inventories/{cloud['id']}", 204)
    entries = await newest(compliance, 5)
    assert [e["action"].partition(".")[2] for e in entries] == [
        "created",
        "changed",
        "changed",
        "scan_asked",
        "removed",
    ]
    assert {e["object_id"] for e in entries} == {cloud["id"]}
    assert {"name": "aws", **config}.items() <= entries[0]["after"].items()
    assert entries[4]["before"] == entries[0]["after"]
    assert entries[2]["before"] == {"name": "aws", "paused": True}
    assert (await compliance.get("audit/verification"))["broken"] is None
