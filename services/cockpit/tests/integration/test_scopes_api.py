"""Who may see a part of the hierarchy is told of that part alone."""

from decimal import Decimal

import pytest

from fincc.common.auth import HEADER, Subject

PAYMENTS = frozenset({"payments"})
BOTH = (PAYMENTS, frozenset({"lending"}))


async def test_a_restricted_asker_is_offered_only_tags_of_the_own_cost(loaded):
    async def tags(nodes: frozenset[str] | None) -> list[str]:
        items = (await loaded.raw("dimensions", nodes=nodes)).json()["items"]
        assert items[0] == {"id": "x_BusinessGroupId", "label": "Business group"}
        return [i["id"] for i in items if i["id"].startswith("Tags/")]

    assert await tags(None) == ["Tags/deal", "Tags/env"]
    assert await tags(frozenset({"lending"})) == ["Tags/deal", "Tags/env"]
    assert await tags(PAYMENTS) == ["Tags/env"]
    assert await tags(frozenset()) == []


async def test_the_file_of_the_reconciliation_is_refused_where_the_screen_is(loaded):
    assert (await loaded.raw("reconciliation", nodes=PAYMENTS, format="csv")).status_code == 403


async def test_the_same_words_are_answered_for_each_asker_and_refused_without_the_permission(loaded):
    everything = (await loaded.raw("cost-by-team")).json()
    some, again = [(await loaded.raw("cost-by-team", nodes=PAYMENTS)).json() for _ in range(2)]
    assert some == again
    assert {t["team_id"] for t in some["teams"]} < {t["team_id"] for t in everything["teams"]}
    assert (await loaded.raw("cost-by-team")).json() == everything
    nobody = {HEADER: loaded.signer.sign(Subject("usr_2", "Bob", frozenset({"health:read"})))}
    assert (await loaded.client.get("/api/cockpit/v1/cost-by-team", headers=nobody)).status_code == 403
    assert (await loaded.client.get("/api/cockpit/v1/cost-by-team")).status_code == 401
    forged = {HEADER: nobody[HEADER][:-8] + "AAAAAAAA"}
    assert (await loaded.client.get("/api/cockpit/v1/cost-by-team", headers=forged)).status_code == 401


async def test_a_restricted_asker_sees_only_the_own_part_of_the_hierarchy(loaded):
    nodes = (await loaded.raw("hierarchy", nodes=PAYMENTS)).json()["nodes"]
    assert {n["id"] for n in nodes} == {"retail", "payments", "cards", "wires"}


@pytest.mark.parametrize(
    ("dimension", "values"),
    [
        ("x_TeamId", {"cards", "wires"}),
        ("x_BusinessUnitId", {"payments"}),
        ("ServiceName", {"Amazon EC2"}),
        ("x_ServiceId", {"ledger"}),
        ("ResourceId", {"i-0"}),
        ("Tags/env", {"prod"}),
        ("x_SourceId", {"src"}),
    ],
)
async def test_a_restricted_asker_is_offered_only_values_of_the_own_cost(loaded, dimension, values):
    answer = (await loaded.raw("dimensions/values", nodes=PAYMENTS, dimension=dimension)).json()
    assert {i["id"] for i in answer["items"]} == values
    nothing = (await loaded.raw("dimensions/values", nodes=frozenset(), dimension=dimension)).json()
    assert nothing["items"] == []


async def test_a_restricted_asker_cannot_see_the_reconciliation_of_whole_bills(loaded):
    refused = await loaded.raw("reconciliation", nodes=PAYMENTS)
    assert refused.status_code == 403
    assert "whole installation" in refused.json()["detail"]
    assert (await loaded.raw("reconciliation")).status_code == 200


@pytest.mark.parametrize("path", ["cost-by-team", "costs", "resources", "records"])
async def test_what_is_limited_says_to_what_and_tells_no_amount_of_whole_bills(loaded, path):
    params = {"group_by": "ServiceName"} if path == "costs" else {}
    meta = (await loaded.raw(path, nodes=PAYMENTS, **params)).json()["meta"]
    assert meta["limited_to"] == [{"id": "payments", "name": "Payments"}]
    assert (meta["unallocated_amount"], meta["not_included"]) == (None, True)
    assert [r["difference"] for r in meta["restated"] if r["difference"] is not None] == []
    assert (await loaded.raw(path, **params)).json()["meta"]["limited_to"] is None
    text = (await loaded.raw(path, nodes=PAYMENTS, format="csv", **params)).content.decode("utf-8-sig")
    assert "# limited to: Payments" in text.splitlines()


async def test_the_parts_and_what_belongs_to_no_part_add_up_to_the_whole(loaded):
    whole = await loaded.get("cost-by-team")
    parts = [(await loaded.raw("cost-by-team", nodes=nodes)).json() for nodes in BOTH]
    of_no_unit = [t for t in whole["teams"] if t["business_unit_id"] is None]
    assert {t["team_id"] for t in of_no_unit} == {None, "ghost"}
    assert sum(Decimal(p["total"]["amount"]) for p in parts) + sum(
        Decimal(t["cost"]["amount"]) for t in of_no_unit
    ) == Decimal(whole["total"]["amount"])
    assert [t for p in parts for t in p["teams"] if t["team_id"] not in {"cards", "wires", "loans"}] == []


async def test_a_node_beside_the_own_place_is_as_unknown_as_one_that_never_was(loaded):
    for node in ("lending", "nowhere"):
        refused = await loaded.raw("cost-by-team", nodes=PAYMENTS, scope=node)
        assert (refused.status_code, refused.json()["detail"].endswith(f"has no node '{node}'")) == (404, True)
    above = (await loaded.raw("cost-by-team", nodes=PAYMENTS, scope="retail")).json()
    assert above["total"] == (await loaded.raw("cost-by-team", nodes=PAYMENTS)).json()["total"]


@pytest.mark.parametrize("path", ["costs", "resources", "records"])
@pytest.mark.parametrize("foreign", ["x_TeamId:eq:loans", "x_BusinessUnitId:eq:lending", "x_TeamId:eq:"])
async def test_a_filter_for_what_is_not_the_own_finds_nothing(loaded, path, foreign):
    params = {"group_by": "ServiceName"} if path == "costs" else {}
    answer = await loaded.raw(path, nodes=PAYMENTS, filter=foreign, **params)
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        assert (answer.json().get("items") or answer.json().get("rows") or []) == []
