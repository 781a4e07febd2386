"""The answers people see, from messages to JSON and CSV."""

import asyncio
import csv
import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from fincc.cockpit.api import health
from fincc.common.testing.factories import (
    ledger_message,
    purge_message,
)

AT_ONCE = {"Cache-Control": "no-cache"}


def billed(first: date, last: date, owners=range(4)) -> Decimal:
    """The oracle: plain Decimals."""
    total, day = Decimal(0), first
    while day <= last:
        total += sum(Decimal(f"{day.day * (o + 1)}.{o}5") for o in owners)
        day += timedelta(days=1)
    return total


def amounts(rows) -> Decimal:
    return sum((Decimal(r["cost"]["amount"]) for r in rows), Decimal(0))


async def test_cost_by_team_shows_complete_days_only(loaded):
    answer = await loaded.get("cost-by-team")
    assert answer["meta"]["data_through"] == "2026-11-24"
    assert answer["meta"]["partial_from"] == "2026-11-25"
    assert answer["range"] == {"from": "2026-10-26", "to": "2026-11-24"}
    assert answer["previous_range"] == {"from": "2026-09-26", "to": "2026-10-25"}
    assert Decimal(answer["total"]["amount"]) == billed(date(2026, 10, 26), date(2026, 11, 24))
    assert Decimal(answer["previous_total"]["amount"]) == billed(date(2026, 10, 1), date(2026, 10, 25))
    assert [t["team"] for t in answer["teams"]] == ["ghost", "Loans", "Cards", "Unattributable"]
    assert answer["teams"][-1]["team_id"] is None
    assert len(answer["teams"][0]["series"]) == 30


async def test_teams_units_groups_and_the_rest_add_up_to_the_total(loaded):
    answer = await loaded.get("cost-by-team", days=7, metric="EffectiveCost")
    total = Decimal(answer["total"]["amount"])
    assert amounts(answer["teams"]) == total
    for group in answer["groups"]:
        units = [u for u in answer["units"] if u["business_group_id"] == group["id"]]
        assert amounts(units) == Decimal(group["cost"]["amount"])
    for unit in answer["units"]:
        teams = [t for t in answer["teams"] if t["business_unit_id"] == unit["id"]]
        assert amounts(teams) == Decimal(unit["cost"]["amount"])
    homeless = [t for t in answer["teams"] if t["business_group_id"] is None]
    assert amounts(answer["groups"]) + amounts(homeless) == total
    assert sum(Decimal(v) for t in answer["teams"] for v in t["series"]) == total


async def test_month_to_date_is_compared_with_the_same_days(loaded):
    answer = await loaded.get("cost-by-team", comparison="month", as_of="2026-11-10")
    assert answer["range"] == {"from": "2026-11-01", "to": "2026-11-10"}
    assert answer["previous_range"] == {"from": "2026-10-01", "to": "2026-10-10"}
    assert answer["change"]["amount"] == "0.00"
    assert answer["change_percent"] == 0


async def test_a_scope_narrows_to_its_teams(loaded):
    answer = await loaded.get("cost-by-team", scope="payments", as_of="2026-11-10", days=10)
    assert [t["team_id"] for t in answer["teams"]] == ["cards"]
    assert answer["meta"]["scope_path"] == [
        {"id": "retail", "name": "Retail Banking"},
        {"id": "payments", "name": "Payments"},
    ]
    assert answer["meta"]["unallocated_amount"] is None
    problem = await loaded.get("cost-by-team", status=404, scope="nowhere")
    assert problem["type"] == "urn:fincc:problem:no-such-node"


@pytest.mark.parametrize("metric", ["BilledCost", "EffectiveCost", "ListCost"])
@pytest.mark.parametrize(
    "asked",
    [
        {"group_by": "ServiceName", "grain": "day"},
        {"group_by": "x_TeamId,ServiceName,x_SourceId", "grain": "month"},
        {"group_by": "x_BusinessUnitId", "filter": ["ServiceName:prefix:amazon e", "ServiceName:not_in:Amazon RDS"]},
        {"group_by": "ServiceName", "scope": "payments", "grain": "week", "compare": "none"},
        {"group_by": "ServiceName", "scope": "wires"},
        {"filter": "ServiceName:contains:nothing like it"},
    ],
    ids=lambda asked: asked.get("group_by", "nothing"),
)
async def test_memory_and_database_give_the_same_answer(loaded, cockpit_without_memory, metric, asked):
    params = {"from": "2026-09-20", "to": "2026-11-20", "metric": metric, **asked}
    assert await loaded.get("costs", **params) == await cockpit_without_memory.get("costs", **params)


async def test_a_filter_gives_the_same_teams_from_the_roll_up(loaded):
    plain = await loaded.get("cost-by-team")
    filtered = await loaded.get("cost-by-team", filter="ChargeCategory:in:Usage")
    assert plain["teams"] == filtered["teams"]
    ec2 = await loaded.get("cost-by-team", filter="ServiceName:contains:ec2")
    assert [t["team_id"] for t in ec2["teams"]] == ["cards", None]


@pytest.mark.parametrize(
    "group_by", ["", "x_TeamId", "ServiceName", "x_TeamId,ServiceName", "x_BusinessUnitId,x_SourceId"]
)
@pytest.mark.parametrize("grain", ["none", "day", "week", "month"])
async def test_rows_and_other_add_up_to_the_total_whatever_is_asked(loaded, group_by, grain):
    first, last = date(2026, 10, 20), date(2026, 11, 20)
    answer = await loaded.get(
        "costs", **{"from": str(first), "to": str(last), "group_by": group_by, "grain": grain, "top": 1}
    )
    assert Decimal(answer["total"]["amount"]) == billed(first, last)
    parts = [*answer["rows"], *([answer["other"]] if answer["other"] else [])]
    assert amounts(parts) == billed(first, last)
    assert sum(Decimal(v) for v in answer["series_total"]) == billed(first, last)
    assert Decimal(answer["previous_total"]["amount"]) == billed(date(2026, 10, 1), date(2026, 10, 19))
    for i in range(len(answer["periods"])):
        assert sum(Decimal(p["series"][i]) for p in parts) == Decimal(answer["series_total"][i])


async def test_filters_say_what_they_keep(loaded):
    async def teams(*filters):
        answer = await loaded.get("costs", filter=list(filters), group_by="x_TeamId")
        return sorted(str(r["keys"]["x_TeamId"]) for r in answer["rows"])

    assert await teams("x_TeamId:in:cards,loans") == ["cards", "loans"]
    assert await teams("x_TeamId:not_in:cards,") == ["ghost", "loans"]
    assert await teams("x_TeamId:contains:LOAN") == ["loans"]
    assert await teams("x_BusinessUnitId:in:lending") == ["loans"]
    assert await teams("x_BusinessUnitId:in:") == ["None", "ghost"]
    assert await teams("x_ServiceId:prefix:led") == ["cards"]
    assert await teams("x_ServiceId:not_in:ledger", "ServiceName:not_in:Amazon RDS") == ["None", "loans"]
    assert await teams("x_SourceId:in:aws", "x_AttributionRuleId:in:") == ["None"]
    assert await teams("x_SourceId:in:other") == []


async def test_a_bad_question_names_its_field(loaded):
    problem = await loaded.get("costs", status=422, group_by="Flavour")
    assert problem["errors"] == [{"field": "group_by", "message": "no dimension 'Flavour'"}]
    problem = await loaded.get("costs", status=422, group_by="x_TeamId,x_ServiceId,RegionId,ServiceName")
    assert problem["errors"][0]["field"] == "group_by"
    problem = await loaded.get("costs", status=422, filter="ServiceName:like:x")
    assert problem["errors"][0]["field"] == "filter"
    problem = await loaded.get("costs", status=422, **{"from": "2026-11-02", "to": "2026-11-01"})
    assert problem["errors"][0]["field"] == "from"
    problem = await loaded.get("costs", status=422, **{"from": "2026-11-25"})
    assert "after the last complete day, 2026-11-24" in problem["errors"][0]["message"]
    assert (await loaded.get("costs", **{"from": "2026-11-25", "to": "2026-11-26"}))["range"]["from"] == "2026-11-25"
    problem = await loaded.get("costs", status=422, currency="EUR")
    assert "USD" in problem["detail"]


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
async def test_days_without_days_before_and_after_them_are_refused(loaded, day: str):
    asked = [(path, name) for path in ("costs", "resources", "records") for name in ("from", "to")]
    for path, name in [*asked, ("cost-by-team", "as_of")]:
        problem = await loaded.get(path, status=422, **{name: day})
        assert [e["field"] for e in problem["errors"]] == [f"query.{name}"]


@pytest.mark.parametrize("day", ["2000-01-01", "2199-12-31"])
async def test_the_first_and_the_last_day_that_can_be_asked_for_are_answered(loaded, day: str):
    for path in ("costs", "resources", "records"):
        await loaded.get(path, to=day)
        await loaded.get(path, **{"from": day, "to": "2199-12-31"})
    for comparison in ("days", "month"):
        await loaded.get("cost-by-team", as_of=day, days=800, comparison=comparison)
    await loaded.get("costs", **{"from": "2000-01-01", "to": "2199-12-31", "grain": "week", "group_by": "x_TeamId"})


async def test_the_csv_has_the_totals_of_the_json(loaded):
    params = {"group_by": "ServiceName,x_TeamId", "grain": "month", "top": 2}
    answer = await loaded.get("costs", **params)
    response = await loaded.raw("costs", format="csv", **params)
    text = response.content.decode("utf-8-sig")
    assert response.content.startswith(b"\xef\xbb\xbf")
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert f"# query_hash: {answer['meta']['query_hash']}" in head
    rows = list(csv.DictReader(io.StringIO("\n".join(x for x in text.splitlines() if not x.startswith("#")))))
    assert sum(Decimal(r["cost"]) for r in rows) == Decimal(answer["total"]["amount"])
    assert [r["ServiceName (name)"] for r in rows][-1].startswith("other (")
    teams = (await loaded.raw("cost-by-team", headers={"accept": "text/csv"})).content.decode("utf-8-sig")
    lines = [x for x in teams.splitlines() if not x.startswith("#")]
    whole = await loaded.get("cost-by-team")
    assert sum(Decimal(r["cost"]) for r in csv.DictReader(io.StringIO("\n".join(lines)))) == Decimal(
        whole["total"]["amount"]
    )


async def test_an_unchanged_answer_is_not_sent_again(loaded):
    first = await loaded.raw("cost-by-team")
    again = await loaded.raw("cost-by-team", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert first.headers["cache-control"].startswith("private")


async def test_reconciliation_is_zero_and_complete(loaded):
    answer = await loaded.get("reconciliation")
    assert answer["ok"] is True
    assert [i["status"] for i in answer["items"]] == ["complete", "complete"]
    assert {i["difference"] for i in answer["items"]} == {"0.00"}
    october = next(i for i in answer["items"] if i["billing_period"] == "2026-10")
    assert Decimal(october["cockpit_billed"]) == billed(date(2026, 10, 1), date(2026, 10, 31))


async def test_a_purged_period_is_pending_until_it_is_not_shown_any_more(loaded):
    purge = purge_message("src", "2026-11", 2)

    async def seen():
        answer = await loaded.get("reconciliation")
        assert [i["billing_period"] for i in answer["meta"]["pending"]] == [
            i["billing_period"] for i in answer["items"] if i["status"] == "pending"
        ]
        return answer["ok"], {i["billing_period"]: (i["snapshot"], i["pending_hop"]) for i in answer["items"]}

    await loaded.deliver([ledger_message("raw", purge, "purged")], "cost-ledger")
    assert await seen() == (False, {"2026-11": ("2", "enriched"), "2026-10": ("1", None)})
    await loaded.deliver([ledger_message("enriched", purge)], "cost-ledger")
    assert await seen() == (False, {"2026-11": ("2", "cockpit"), "2026-10": ("1", None)})
    await loaded.deliver([purge])
    assert await seen() == (True, {"2026-10": ("1", None)})


async def test_the_file_of_the_reconciliation_says_what_the_screen_says(loaded, month):
    await loaded.deliver([ledger_message("raw", month(date(2026, 9, 1), 3, "=late", 1)[-1], "open")], "cost-ledger")
    answer = await loaded.get("reconciliation")
    response = await loaded.raw("reconciliation", format="csv")
    assert response.headers["content-disposition"] == 'attachment; filename="reconciliation.csv"'
    text = response.content.decode("utf-8-sig")
    head = [x for x in text.splitlines() if x.startswith("#")]
    assert head[0] == f"# data_through: {answer['meta']['data_through']}"
    assert head[-1] == "# ok: false"
    found = list(csv.DictReader(io.StringIO("\n".join(text.splitlines()[len(head) :]))))
    written = {"True": "true", "False": "false", "None": "", "=late": "'=late"}
    assert found == [{k: written.get(str(v), str(v)) for k, v in item.items()} for item in answer["items"]]
    assert {i["source_id"] for i in found} == {"src", "'=late"}


async def test_one_altered_roll_up_row_is_found_and_its_hop_named(loaded):
    await loaded.sql(
        "update rollup set billed = billed + 0.01 where ctid = (select ctid from rollup limit 1) "
        "and set_id = (select set_id from rollup limit 1)"
    )
    answer = await loaded.get("reconciliation")
    assert answer["ok"] is False
    wrong = [i for i in answer["items"] if i["difference"] != "0.00"]
    assert [(i["difference"], i["first_difference_hop"]) for i in wrong] == [("-0.01", "cockpit")]


@pytest.mark.parametrize("column", ["billed", "effective", "list"])
@pytest.mark.parametrize("table", ["owner_day", "service_days", "team_prefix"])
async def test_one_altered_row_of_a_derived_table_is_found_and_the_table_named(loaded, table, column):
    assert (await loaded.get("reconciliation"))["ok"] is True
    changed = f"{column}[2:2] = array[{column}[2] + 0.01]" if table == "service_days" else f"{column} = {column} + 0.01"
    of_november = (
        "day = '2026-11-07'"
        if table == "team_prefix"
        else "set_id = (select set_id from snapshots where billing_period = '2026-11')"
    )
    await loaded.sql(
        f"update {table} set {changed} where ctid = (select ctid from {table} where {of_november} limit 1)"
    )
    answer = await loaded.get("reconciliation", headers=AT_ONCE)
    assert answer["ok"] is False
    named = {(i["billing_period"], i["first_difference_hop"], i["difference"]) for i in answer["items"]}
    assert named == {("2026-11", f"cockpit.{table}", "0.00"), ("2026-10", None, "0.00")}


async def test_the_sums_of_the_reconciliation_are_made_once_for_all_who_look_within_half_a_minute(loaded, monkeypatch):
    made = 0
    reconcile = health.reconcile

    async def counted(session):
        nonlocal made
        made += 1
        return await reconcile(session)

    monkeypatch.setattr(health, "reconcile", counted)
    monkeypatch.setattr(health, "monotonic", lambda: 1000.0)
    answers = [await loaded.raw("reconciliation") for _ in range(3)]
    assert (made, len({a.headers["etag"] for a in answers})) == (1, 1)
    again = await loaded.raw("reconciliation", headers={"If-None-Match": answers[0].headers["etag"]})
    assert (again.status_code, made) == (304, 1)
    monkeypatch.setattr(health, "monotonic", lambda: 1000.0 + health.KEPT_S)
    await loaded.raw("reconciliation")
    assert made == 2
    await loaded.raw("reconciliation", headers=AT_ONCE)
    assert made == 3


async def test_a_lost_row_of_running_totals_is_found(loaded):
    await loaded.sql("delete from team_prefix where day = '2026-10-31'")
    answer = await loaded.get("reconciliation")
    assert [i["first_difference_hop"] for i in answer["items"]] == [None, "cockpit.team_prefix"]


async def test_without_any_cost_the_answer_is_empty_and_says_so(cockpit):
    answer = await cockpit.get("cost-by-team")
    assert answer["range"] is None
    assert answer["meta"]["data_through"] is None
    assert [t["team"] for t in answer["teams"]] == ["Unattributable"]
    assert (await cockpit.get("costs", group_by="x_TeamId"))["rows"] == []
    answer = await cockpit.get("reconciliation")
    assert (answer["items"], answer["ok"]) == ([], True)


async def test_periods_lists_what_is_stored(loaded):
    assert (await loaded.get("periods"))["items"] == [
        {"billing_period": "2026-11", "sources": ["aws"], "is_closed": False},
        {"billing_period": "2026-10", "sources": ["aws"], "is_closed": False},
    ]


async def test_the_same_question_asked_by_many_at_once_is_answered_once(loaded):
    answers = await asyncio.gather(*(loaded.raw("costs", group_by="ServiceName", grain="day") for _ in range(12)))
    assert {a.status_code for a in answers} == {200}
    assert len({a.headers["etag"] for a in answers}) == 1
    assert len({a.content for a in answers}) == 1


async def test_a_new_snapshot_is_seen_by_the_next_request(loaded, month):
    before = await loaded.get("cost-by-team")
    await loaded.deliver(month(date(2026, 11, 1), 26, "src", 2, delivered_at=datetime(2026, 11, 26, 4, tzinfo=UTC)))
    after = await loaded.get("cost-by-team")
    assert (before["meta"]["as_of"], after["meta"]["as_of"]) == ("2026-11-24", "2026-11-25")


async def test_the_first_drill_down_after_a_change_waits_for_no_table(loaded):
    await loaded.run_job("asked first")
    async with loaded.resources.database.engine.begin() as other:
        await other.execute(text("lock table rollup, service_days in access exclusive mode"))
        from_memory = await asyncio.wait_for(loaded.get("costs", group_by="ServiceName", grain="day"), 5)
    assert from_memory["total"] == (await loaded.get("cost-by-team"))["total"]


async def test_a_question_in_the_same_words_gets_the_same_response(loaded):
    for params in ({}, {"format": "csv"}, {"scope": "payments", "days": 7}):
        first, again = [await loaded.raw("cost-by-team", **params) for _ in range(2)]
        assert first.status_code == 200
        assert (again.status_code, again.content, dict(again.headers)) == (200, first.content, dict(first.headers))
    csv_too = [await loaded.raw("cost-by-team", headers={"accept": "text/csv"}) for _ in range(2)]
    assert {r.headers["content-type"] for r in csv_too} == {"text/csv; charset=utf-8"}
