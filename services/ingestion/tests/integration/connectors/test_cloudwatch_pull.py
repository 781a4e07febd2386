"""From a bill to series on the topic: which resources, which days, once each, and what a person is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from fincc.common.batches import decode, encode
from fincc.common.bus.base import MAX_MESSAGE_BYTES
from fincc.common.clock import FrozenClock
from fincc.common.events.metric_pb2 import MetricMessage
from fincc.common.metrics import check_batch
from fincc.common.testing.metric_contract import Point
from fincc.ingestion.connectors.metrics import Points, to_batch
from fincc.ingestion.usecases import jobs, publish_metrics
from fincc.ingestion.usecases.billed import dearest_resources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.metric_store import MetricStore
from fincc.ingestion.usecases.sources import connect

from ...conftest import MetricReader
from ...unit.connectors.focus_bills import as_csv, focus_row
from ..asking import Asker
from .clouds import OTHER, OWN, REGION, ROLE, client_of, instance, put_values, resource, series_of

API = "/api/ingestion/v1"
FIRST = datetime(2026, 11, 10, tzinfo=UTC)  # the clock stands at noon of the 24th: 14 whole days, to the 23rd
QUEUE = f"arn:aws:sqs:{REGION}:{OWN}:jobs"


@dataclass
class Topic:
    """What is on `metrics`, put together as a reader does: the newest version of a day of an account counts."""

    messages: list[MetricMessage]

    def points(self) -> dict[Point, float]:
        newest: dict[tuple[str, str], int] = {}
        for m in self.messages:
            newest[m.sub_account_id, m.day] = max(m.version, newest.get((m.sub_account_id, m.day), 0))
        found: dict[Point, float] = {}
        for m in self.messages:
            if m.version != newest[m.sub_account_id, m.day]:
                continue
            batch = decode(m.metric_ipc)
            assert check_batch(batch) == []
            assert batch.num_rows == m.rows
            for r in batch.to_pylist():
                assert f"{r['x_PeriodStart']:%Y-%m-%d}" == m.day
                found[r["ResourceId"], r["x_MetricName"], r["x_Statistic"], r["x_PeriodStart"]] = r["x_Value"]
        return found

    def heads(self) -> list[tuple[str, str, int, int, int, int]]:
        return [(m.sub_account_id, m.day, m.version, m.seq, m.parts, m.rows) for m in self.messages]

    def days(self) -> list[tuple[str, str]]:
        return [(m.sub_account_id, m.day) for m in self.messages]


@pytest.fixture
def topic(metric_reader: MetricReader) -> Topic:
    return Topic(metric_reader.messages)


async def bring_in(asker: Asker, context: Context, folder: Path, accounts: tuple[str, ...] = (OWN,)) -> None:
    """A bill of November: three instances in each account, dearest first, a queue that nobody uses and a bucket."""
    rows = [
        focus_row("2026-11", day, str(10 - n), ResourceId=instance(n), SubAccountId=account, RegionId=REGION)
        for more, account in enumerate(accounts)
        for n in range(3 * more + 1, 3 * more + 4)
        for day in (1, 20, 23)
    ]
    place = {"SubAccountId": OWN, "RegionId": REGION}
    rows += [focus_row("2026-11", 5, "0.5", ResourceId=QUEUE, **place)]
    rows += [focus_row("2026-11", 5, "5000", ResourceId="a-bucket", **place)]
    (folder / "focus.csv").write_bytes(as_csv(rows))
    new = {"kind": "focus_file", "name": "bill", "location": str(folder / "focus.csv")}
    assert (await asker.send("POST", f"{API}/sources", new)).status_code == 201
    assert (await asker.send("POST", f"{API}/sources/bill/ingest", {"now": True})).status_code == 202
    await work(context)


async def work(context: Context) -> None:
    while await jobs.work(context, connect):
        pass


async def add(asker: Asker, url: str, **options: object) -> dict[str, Any]:
    options = {"endpoint_url": url, "sts_endpoint_url": url, **options}
    new = {"kind": "cloudwatch", "name": "use", "location": "aws://all", "options": options}
    answer = await asker.send("POST", f"{API}/sources", new)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pull(asker: Asker, context: Context, **body: object) -> list[dict[str, Any]]:
    """Asked for by a person; the runs of it, oldest month first."""
    accepted = await asker.send("POST", f"{API}/sources/use/ingest", body)
    await work(context)
    job = (await asker.send("GET", f"{API}/jobs/{accepted.json()['job_id']}")).json()
    assert job["state"] == "done", job["error"]
    runs: list[dict[str, Any]] = job["runs"]
    return runs


async def test_what_is_pulled_is_what_cloudwatch_has(
    account: str, asker: Asker, context: Context, topic: Topic, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path)
    expected = put_values(client_of(account), series_of([resource(n) for n in (1, 2, 3)]), FIRST, range(0, 14 * 24, 7))
    put_values(client_of(account), series_of([resource(1)]), FIRST, [-1, 14 * 24, 14 * 24 + 5])  # no whole day of these
    await add(asker, account)
    [run] = await pull(asker, context)
    assert topic.points() == expected
    assert (run["state"], run["billing_period"], run["token"]) == ("complete", "2026-11", "2026-11-10..2026-11-23")
    assert run["rows_read"] == run["rows_published"] == len(expected)
    assert run["metrics"] == {
        "first_day": "2026-11-10",
        "last_day": "2026-11-23",
        "requested": 3 * 4 + 2,
        "charge": {"amount": "0.00014", "currency": "USD"},
        "resources": 4,
        "resources_cut": 0,
        "not_evaluated": 1,
        "not_evaluated_ids": [QUEUE],
    }


async def test_a_day_is_pulled_once_and_the_next_one_the_day_after(
    account: str, asker: Asker, context: Context, topic: Topic, clock: FrozenClock, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path)
    expected = put_values(client_of(account), series_of([resource(1)]), FIRST, range(0, 16 * 24, 24))
    await add(asker, account)
    await pull(asker, context)
    before = len(topic.messages)
    [again] = await pull(asker, context)
    assert (again["state"], again["reason"]) == ("unchanged", "every whole day to 2026-11-23 is in")
    assert len(topic.messages) == before
    clock.advance(timedelta(days=2))
    [run] = await pull(asker, context)
    assert run["token"] == "2026-11-24..2026-11-25"
    assert topic.days()[before:] == [(OWN, "2026-11-24"), (OWN, "2026-11-25")]
    assert topic.points() == expected


async def test_nothing_is_asked_before_a_source_exists_or_while_it_is_paused(
    account: str, asker: Asker, context: Context, topic: Topic, clock: FrozenClock, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path)
    source = await add(asker, account)
    await asker.send("PATCH", f"{API}/sources/use", {"paused": True})
    clock.at = datetime.fromisoformat(source["created_at"]) + timedelta(days=3)
    await jobs.poll_sources(context)
    await work(context)
    assert topic.messages == []
    await asker.send("PATCH", f"{API}/sources/use", {"paused": False})
    await jobs.poll_sources(context)
    await work(context)
    assert len(topic.messages) == 14


async def test_without_a_bill_nothing_is_asked_and_no_charge_is_made_up(
    account: str, asker: Asker, context: Context, topic: Topic
) -> None:
    await add(asker, account)
    plan = (await asker.send("POST", f"{API}/sources/use/plan", {})).json()["metrics"]
    assert (plan["monthly_charge"], plan["series"], plan["days"]) == (None, 0, 0)
    assert "bring in a bill first" in plan["reason"]
    [run] = await pull(asker, context)
    assert run["state"] == "waiting"
    assert "bring in a bill first" in run["reason"]
    assert topic.messages == []
    steps = (await asker.send("POST", f"{API}/sources/use/check")).json()["steps"]
    assert [(s["step"], s["ok"]) for s in steps] == [("resources", False)]


async def test_a_plan_says_what_asking_costs_a_month_before_anything_is_stored(
    account: str, asker: Asker, context: Context, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path)
    place = {"kind": "cloudwatch", "location": "aws://all", "options": {"max_resources": 2}}
    plan = (await asker.send("POST", f"{API}/plans", place)).json()
    assert plan["periods"] == []
    assert plan["metrics"] == {
        "resources": 2,
        "resources_cut": 2,
        "series": 8,
        "pulls_per_month": 30,
        "price_per_1000": {"amount": "0.01", "currency": "USD"},
        "monthly_charge": {"amount": "0.0024", "currency": "USD"},
        "reason": None,
        "days": 14,
    }
    elsewhere = {**place, "location": "aws://us-west-2"}
    assert (await asker.send("POST", f"{API}/plans", elsewhere)).json()["metrics"]["monthly_charge"] is None


async def test_a_run_asks_for_no_more_than_its_limit_and_says_what_it_left_out(
    account: str, asker: Asker, context: Context, topic: Topic, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path)
    expected = put_values(client_of(account), series_of([resource(1)]), FIRST, [5])
    put_values(client_of(account), series_of([resource(2)]), FIRST, [5])
    await add(asker, account, max_metrics_per_run=7)
    [run] = await pull(asker, context)
    assert topic.points() == expected
    assert (run["metrics"]["requested"], run["metrics"]["resources"], run["metrics"]["resources_cut"]) == (4, 1, 3)


async def test_an_account_that_refuses_keeps_no_other_out_and_is_asked_again_alone(
    account: str, asker: Asker, context: Context, topic: Topic, clock: FrozenClock, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path, (OWN, OTHER))
    put_values(client_of(account), series_of([resource(1)]), FIRST, [5])
    put_values(client_of(account, OTHER), series_of([resource(4, OTHER)]), FIRST, [5])
    source = await add(asker, account)
    [run] = await pull(asker, context)
    assert run["state"] == "failed"
    assert f"account {OTHER}" in run["reason"]
    assert "1 of 2 accounts asked are in" in run["reason"]
    assert {who for who, _ in topic.days()} == {OWN}
    shown = (await asker.send("GET", f"{API}/sources/use")).json()
    assert shown["state"] == "failing"
    options = {**source["options"], "role_name": ROLE}
    async with context.database.write() as session:
        import json

        from sqlalchemy import text

        await session.execute(
            text("update sources set options = cast(:o as jsonb) where name = 'use'"), {"o": json.dumps(options)}
        )
    before = len(topic.messages)
    clock.advance(timedelta(seconds=1))  # runs are listed by their start
    [run] = await pull(asker, context)
    assert run["state"] == "complete"
    assert {who for who, _ in topic.days()[before:]} == {OTHER}
    assert (await asker.send("GET", f"{API}/sources/use")).json()["state"] == "ok"


async def test_what_is_kept_is_published_again_as_it_was_and_purged_as_nothing(
    account: str, asker: Asker, context: Context, topic: Topic, clock: FrozenClock, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path)
    expected = put_values(client_of(account), series_of([resource(1)]), FIRST, [5, 29])
    await add(asker, account)
    await pull(asker, context)
    first = topic.heads()
    topic.messages.clear()
    await asker.send("POST", f"{API}/rebuilds", {"source": "use"})
    await work(context)
    assert topic.heads() == first
    assert topic.points() == expected
    clock.advance(timedelta(seconds=1))
    await asker.send("DELETE", f"{API}/sources/use", params={"mode": "purge"})
    await work(context)
    assert topic.points() == {}
    assert context.objects.list("ingestion/metrics") == []


async def test_the_series_of_a_resource_are_given_without_the_hours_that_have_no_value(
    account: str, asker: Asker, context: Context, topic: Topic, tmp_path: Path
) -> None:
    await bring_in(asker, context, tmp_path)
    put_values(client_of(account), series_of([resource(1), resource(2)]), FIRST, [0, 5, 23, 24])
    source = await add(asker, account)
    await pull(asker, context)
    params = {"resource_id": instance(2), "from": "2026-11-10", "to": "2026-11-10"}
    answer = (await asker.send("GET", f"{API}/metrics", params=params)).json()
    assert [(s["namespace"], s["metric"], s["statistic"], s["unit"]) for s in answer["series"]] == [
        ("AWS/EC2", "CPUUtilization", "Average", "Percent"),
        ("AWS/EC2", "CPUUtilization", "Maximum", "Percent"),
        ("AWS/EC2", "NetworkIn", "Sum", "Bytes"),
        ("AWS/EC2", "NetworkOut", "Sum", "Bytes"),
    ]
    assert answer["series"][0]["points"] == [
        {"at": "2026-11-10T00:00:00Z", "value": 0.0},
        {"at": "2026-11-10T05:00:00Z", "value": 0.625},
        {"at": "2026-11-10T23:00:00Z", "value": 2.875},
    ]
    assert {(s["source_id"], s["period_s"]) for s in answer["series"]} == {(source["id"], 3600)}
    params["resource_id"] = "i-unknown"
    assert (await asker.send("GET", f"{API}/metrics", params=params)).json()["series"] == []


@pytest.mark.parametrize(("first", "last"), [("2026-11-10", "2026-11-09"), ("2026-01-01", "2026-11-10")])
async def test_a_range_that_is_empty_or_too_long_is_refused(asker: Asker, first: str, last: str) -> None:
    params = {"resource_id": "i-1", "from": first, "to": last}
    answer = await asker.send("GET", f"{API}/metrics", params=params)
    assert (answer.status_code, "expected 1 to 93 days" in answer.text) == (422, True)


async def test_reading_series_needs_the_right_to_read_costs(asker: Asker) -> None:
    params = {"resource_id": "i-1", "from": "2026-11-10", "to": "2026-11-10"}
    answer = await asker.send("GET", f"{API}/metrics", permissions=frozenset({"sources:read"}), params=params)
    assert answer.status_code == 403


async def test_resources_come_by_their_cost_of_thirty_days_and_memory_is_bounded(
    asker: Asker, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring_in(asker, context, tmp_path)
    found = await dearest_resources(context, lambda ids: pc.starts_with(ids, "i-"))
    assert [(r.resource_id, r.sub_account_id, r.region_id, r.cost) for r in found] == [
        (instance(1), OWN, REGION, Decimal(27)),
        (instance(2), OWN, REGION, Decimal(24)),
        (instance(3), OWN, REGION, Decimal(21)),
    ]
    monkeypatch.setattr("fincc.ingestion.usecases.billed.MOST_GROUPS", 2)
    assert [r.resource_id for r in await dearest_resources(context, lambda ids: pc.starts_with(ids, "i-"))] == [
        instance(1)
    ]


async def test_a_worker_that_dies_between_days_loses_and_doubles_nothing(
    account: str, asker: Asker, context: Context, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring_in(asker, context, tmp_path)
    expected = put_values(client_of(account), series_of([resource(1)]), FIRST, range(0, 14 * 24, 12))
    await add(asker, account)
    kept = MetricStore.write

    def dies(store: MetricStore, source_id: str, day: date, *rest: Any) -> None:
        if day.day == 15:
            raise ConnectionError("the store is away")
        kept(store, source_id, day, *rest)

    monkeypatch.setattr(MetricStore, "write", dies)
    await asker.send("POST", f"{API}/sources/use/ingest", {})
    with pytest.raises(ConnectionError):
        await jobs.work(context, connect)
    monkeypatch.setattr(MetricStore, "write", kept)
    await work(context)
    days = [day for _, day in topic.days()]
    assert days.count("2026-11-15") == 2, "it was published before it could be kept, and is published again"
    assert days.count("2026-11-14") == 1
    assert topic.points() == expected
    runs = (await asker.send("GET", f"{API}/runs", params={"source": "use"})).json()["items"]
    assert sorted(r["state"] for r in runs) == ["complete", "failed"]


def test_a_part_of_values_that_do_not_compress_fits_into_a_message() -> None:
    wanted = series_of([resource(n) for n in range(500)])
    rows = publish_metrics.PART_ROWS
    places = np.sort(np.random.default_rng(1).integers(0, len(wanted), rows)).astype(np.int32)
    at_ms = np.arange(rows, dtype=np.int64) * 3_600_000
    batch = to_batch(wanted, [Points(places, at_ms, np.random.default_rng(2).random(rows), len(wanted))])
    assert batch.num_rows == rows
    assert len(encode(batch)) < MAX_MESSAGE_BYTES - 10_000
