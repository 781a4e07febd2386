"""Resources, tags and single records, from the stored facts and the archive."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fincc.common.archive import ArchiveWriter
from fincc.common.batches import decode
from fincc.common.contents import Contents
from fincc.common.focus import KEY_COLUMN
from fincc.common.keys import key_of
from fincc.common.objects import ObjectStore
from fincc.common.testing.factories import (
    cost_columns,
    cost_rows,
    document_message,
    ownership_content,
    snapshot_messages,
)

N = 120
TEAMS = ["cards", "loans", None]


def rows_of(year: int, month: int):
    return cost_rows(
        N,
        BilledCost=[f"{i}.{i % 10}1" if i % 7 else f"-{i}.5" for i in range(N)],
        EffectiveCost=[f"{i}" for i in range(N)],
        ListCost=[None if i == 5 else f"{i}" for i in range(N)],
        ChargePeriodStart=[datetime(year, month, 1 + i % 28, 23, 59, 59, tzinfo=UTC) for i in range(N)],
        ResourceId=[f"i-{i % 15}" if i % 4 else None for i in range(N)],
        ResourceType=[f"type-{i % 3}" if i % 4 else None for i in range(N)],
        SubAccountId=[f"{200 + i % 2}" for i in range(N)],
        ChargeDescription=[f"=line {i}" for i in range(N)],
        **{
            "Tags/env": [["prod", "test", None][i % 3] for i in range(N)],
            "Tags/user:Team": [f"t{i % 2}" for i in range(N)],
        },
    )


OWNER = {"x_TeamId": [TEAMS[i % 3] for i in range(N)], "x_AttributionRuleId": "r1"}


@pytest.fixture
async def loaded(cockpit, tmp_path):
    archive_objects = ObjectStore(str(tmp_path / "objects"), "ingestion")
    for month in (10, 11):
        messages = snapshot_messages(
            "src", f"2026-{month}", 1, rows_of(2026, month), parts=3, owner=OWNER, source_name="aws"
        )
        writer = ArchiveWriter(archive_objects, "src", f"2026-{month}", 1)
        for m in messages[:-1]:
            data = m.cost.part.batch.focus_ipc
            writer.append(m.cost.part.seq, data, Contents.of(decode(data)))
        writer.close()
        await cockpit.deliver(messages)
    return cockpit


NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}
WHOLE = sum(Decimal(v) for v in rows_of(2026, 11)["BilledCost"])


def oracle(*indexes) -> Decimal:
    return sum((Decimal(rows_of(2026, 11)["BilledCost"][i]) for i in indexes), Decimal(0))


def amounts(rows) -> Decimal:
    return sum((Decimal(r["cost"]["amount"]) for r in rows), Decimal(0))


@pytest.mark.parametrize(
    "group_by", ["ResourceId", "Tags/env", "ResourceType,x_TeamId", "Tags/user:Team,ChargeCategory"]
)
async def test_rows_from_facts_add_up_like_those_from_roll_ups(loaded, group_by):
    answer = await loaded.get("costs", **NOVEMBER, group_by=group_by, grain="week", top=3)
    parts = [*answer["rows"], *([answer["other"]] if answer["other"] else [])]
    assert amounts(parts) == Decimal(answer["total"]["amount"]) == WHOLE
    assert Decimal(answer["previous_total"]["amount"]) == sum(
        Decimal(v)
        for v, d in zip(rows_of(2026, 10)["BilledCost"], rows_of(2026, 10)["ChargePeriodStart"], strict=True)
        if d.date() >= date(2026, 10, 2)
    )


async def test_a_tag_filter_keeps_exactly_its_records(loaded):
    answer = await loaded.get("costs", **NOVEMBER, filter=["Tags/env:in:prod", "Tags/user:Team:in:t1"])
    assert Decimal(answer["total"]["amount"]) == oracle(*[i for i in range(N) if i % 3 == 0 and i % 2 == 1])
    answer = await loaded.get("costs", **NOVEMBER, filter="Tags/env:in:")
    assert Decimal(answer["total"]["amount"]) == oracle(*[i for i in range(N) if i % 3 == 2])
    answer = await loaded.get("costs", **NOVEMBER, filter="ResourceType:not_in:type-1,")
    kept = [i for i in range(N) if i % 4 and i % 3 != 1]
    assert Decimal(answer["total"]["amount"]) == oracle(*kept)
    answer = await loaded.get("cost-by-team", as_of="2026-11-30", filter="Tags/env:prefix:PR")
    assert [t["team_id"] for t in answer["teams"]] == ["cards", None]


async def test_resources_are_listed_by_cost_and_paged(loaded):
    pages: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await loaded.get("resources", **NOVEMBER, limit=7, **cursor)
        pages += answer["items"]
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert len(pages) == answer["total"]
    assert amounts(pages) == WHOLE
    costs = [Decimal(i["cost"]["amount"]) for i in pages]
    assert costs == sorted(costs, reverse=True)
    assert len({i["key"] for i in pages}) == len(pages)
    text = (await loaded.raw("resources", **NOVEMBER, format="csv")).content.decode("utf-8-sig")
    lines = [x for x in text.splitlines() if not x.startswith("#")]
    assert sum(Decimal(r["cost"]) for r in csv.DictReader(io.StringIO("\n".join(lines)))) == WHOLE
    await loaded.get("resources", status=422, cursor="x")


async def test_the_first_list_of_resources_after_a_change_reads_no_keys(loaded, monkeypatch):
    def read(*_):
        raise AssertionError("keys are read while somebody waits")

    await loaded.run_job("asked first")
    monkeypatch.setattr("fincc.cockpit.repository.facts_files.read_keys", read)
    assert amounts((await loaded.get("resources", **NOVEMBER, limit=1000))["items"]) == WHOLE
    assert [job.name for job in loaded.service.jobs if job.role == "api"] == ["read what will be asked first"]


async def test_keys_that_would_not_stay_are_not_read_before_anybody_asks(loaded, monkeypatch):
    def choose(*_):
        raise AssertionError("columns are made of keys that nobody keeps")

    monkeypatch.setattr("fincc.cockpit.usecases.stored_keys.BYTES_A_KEY", 1 << 40)
    with monkeypatch.context() as patch:
        patch.setattr("fincc.cockpit.usecases.stored_keys.OwnerChoice", choose)
        await loaded.run_job("asked first")
    assert amounts((await loaded.get("resources", **NOVEMBER, limit=1000))["items"]) == WHOLE


async def test_charges_without_a_resource_are_one_item_per_key(loaded):
    answer = await loaded.get("resources", **NOVEMBER, limit=1000)
    nameless = [i for i in answer["items"] if i["ResourceId"] is None]
    keys = cost_columns(rows_of(2026, 11))[KEY_COLUMN].to_pylist()
    assert len(nameless) == len({keys[i] for i in range(N) if i % 4 == 0})
    assert amounts(nameless) == oracle(*[i for i in range(N) if i % 4 == 0])


async def test_records_of_a_key_add_up_to_its_item(loaded):
    answer = await loaded.get("resources", **NOVEMBER, limit=1000)
    item = next(i for i in answer["items"] if i["ResourceId"] is None)
    records = await loaded.get("records", **NOVEMBER, key=item["key"])
    assert sum(Decimal(r["BilledCost"]) for r in records["items"]) == Decimal(item["cost"]["amount"])
    assert {r["x_TeamId"] for r in records["items"]} == {item["x_TeamId"]}
    await loaded.get("records", status=422, key="zz")


async def test_records_carry_todays_owner_and_keep_their_text(loaded):
    rows = rows_of(2026, 11)
    attributes = {n: rows[n][1] for n in rows if n.startswith("Tags/")}
    for name in ("BillingAccountId", "SubAccountId", "ServiceProviderName", "ServiceName", "RegionId"):
        attributes[name] = rows[name][1]
    attributes |= {"ResourceId": "i-1", "ResourceType": "type-1", "ChargeCategory": "Usage"}
    content = ownership_content({key_of(attributes): ("wires", "swift", "r9")})
    await loaded.deliver([document_message(2, content, 1)], "ownership")
    await loaded.run_job("switch")
    answer = await loaded.get("records", **NOVEMBER, ResourceId="i-1", filter="x_TeamId:in:wires")
    assert answer["columns"][:3] == ["BilledCost", "EffectiveCost", "ListCost"]
    assert {(r["x_TeamId"], r["x_ServiceId"], r["x_AttributionRuleId"]) for r in answer["items"]} == {
        ("wires", "swift", "r9")
    }
    first = answer["items"][0]
    assert first["BilledCost"] == "1.11"
    assert first["ChargePeriodStart"] == "2026-11-02T23:59:59Z"
    assert first["ChargeDescription"] == "=line 1"
    text = (await loaded.raw("records", **NOVEMBER, ResourceId="i-1", format="csv")).text
    assert "'=line 1" in text


async def test_records_are_paged_without_gaps(loaded):
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await loaded.get("records", **NOVEMBER, filter="SubAccountId:in:201", limit=11, **cursor)
        seen += answer["items"]
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert [r["ChargeDescription"] for r in seen] == [f"=line {i}" for i in range(N) if i % 2]


async def test_an_archive_that_is_gone_is_named_not_hidden(loaded, tmp_path):
    ObjectStore(str(tmp_path / "objects"), "ingestion").delete_folder("ingestion/archive/src/2026-11")
    answer = await loaded.get("records", **NOVEMBER)
    assert answer["items"] == []
    assert "aws 2026-11" in answer["meta"]["warnings"][0]


async def test_a_missing_list_cost_is_said(loaded):
    answer = await loaded.get("costs", **NOVEMBER, metric="ListCost")
    assert any("1 records have no ListCost" in w for w in answer["meta"]["warnings"])


async def test_a_question_too_wide_is_refused_with_advice(loaded, monkeypatch):
    from fincc.cockpit.usecases import facts

    monkeypatch.setattr(facts, "MAX_CELLS", 10)
    problem = await loaded.get("costs", status=422, **NOVEMBER, group_by="ResourceId", grain="day")
    assert "add a filter" in problem["detail"]


async def test_dimensions_and_their_values_can_be_looked_up(loaded):
    nodes = [
        {"id": "retail", "name": "Retail Banking", "type": "business_group", "parent_id": None},
        {"id": "cards", "name": "Card Payments", "type": "team", "parent_id": "retail", "owner_email": "c@example.org"},
    ]
    await loaded.deliver([document_message(1, json.dumps({"nodes": nodes}).encode(), 2)], "catalog")
    await loaded.run_job("switch")

    async def values(dimension, q=""):
        answer = await loaded.get("dimensions/values", dimension=dimension, q=q)
        return [(i["id"], i["label"]) for i in answer["items"]]

    dimensions = [i["id"] for i in (await loaded.get("dimensions"))["items"]]
    assert "x_TeamId" in dimensions
    assert dimensions[-2:] == ["Tags/env", "Tags/user:Team"]
    assert await values("x_TeamId", "pay") == [("cards", "Card Payments")]
    assert await values("x_TeamId") == [("cards", "Card Payments"), ("loans", "loans")]
    assert await values("x_SourceId") == [("src", "aws")]
    assert await values("SubAccountId", "201") == [("201", "201")]
    assert await values("Tags/env") == [("prod", "prod"), ("test", "test")]
    assert await values("ResourceType", "2") == [("type-2", "type-2")]
    assert ("i-14", "i-14") in await values("ResourceId", "i-1")
    hierarchy = await loaded.get("hierarchy")
    assert hierarchy["as_of"] == "2026-12-10"
    assert hierarchy["nodes"][1]["owner_email"] == "c@example.org"
