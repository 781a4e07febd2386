"""What an ingest would do is told before it is done, and nothing is stored or read by asking."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fincc.common.auth import ALL_PERMISSIONS
from fincc.common.clock import FrozenClock
from fincc.ingestion.connectors.base import DataFile, Delivery, SourceUnavailable
from fincc.ingestion.errors import SourceNotReadable
from fincc.ingestion.repository import sources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.ingest import Progress, Request, ingest_period
from fincc.ingestion.usecases.plan import Plan, make_plan

from ..unit.connectors.focus_bills import as_csv, focus_row
from .asking import Asker
from .paper import Paper, Row

API = "/api/ingestion/v1"
ROWS = [Row("1.25")]


async def add(context: Context) -> Any:
    async with context.database.write() as session:
        await sources.insert(session, "src_bill", "paper", "bill", "paper", {})
        return await sources.find(session, "bill")


async def ingest(context: Context, source: Any, paper: Paper, takes: timedelta, **request: Any) -> str:
    """As if reading took that long."""
    assert isinstance(context.clock, FrozenClock)
    clock, end = context.clock, context.clock.now() + takes

    async def on_progress(_at: Progress) -> None:
        clock.at = end

    return await ingest_period(context, source, paper, paper.delivery(), Request("job", **request), on_progress)


def verdicts(plan: Plan) -> dict[str, str]:
    return {p.billing_period: p.verdict for p in plan.periods}


class Months(Paper):
    """The same paper for several months."""

    def deliveries(self, since: str | None = None) -> list[Delivery]:
        files = (DataFile("a.csv", 100, self.token), DataFile("b.csv", 50, self.token))
        return [Delivery(f"2026-{m:02}", self.token, files, self.delivered_at, self.has_manifest) for m in range(8, 12)]


async def test_a_first_plan_has_every_period_and_makes_no_time_up(context: Context) -> None:
    plan = await make_plan(context, Months(ROWS), None, {})
    assert verdicts(plan) == {"2026-08": "new", "2026-09": "new", "2026-10": "new", "2026-11": "new"}
    assert [(p.files, p.bytes) for p in plan.periods] == [(2, 150)] * 4
    assert (plan.bytes_to_read, plan.duration_s) == (600, None)
    assert plan.duration_reason == "no delivery of this kind has been read here yet"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"period": "2026-09"}, ["2026-09"]),
        ({"from": "2026-10"}, ["2026-10", "2026-11"]),
        ({"to": "2026-08"}, ["2026-08"]),
        ({"from": "2026-09", "to": "2026-10"}, ["2026-09", "2026-10"]),
        ({"period": "2020-01"}, []),
    ],
)
async def test_only_the_periods_asked_for_are_planned(
    context: Context, asked: dict[str, str], found: list[str]
) -> None:
    plan = await make_plan(context, Months(ROWS), None, asked)
    assert [p.billing_period for p in plan.periods] == found
    assert plan.bytes_to_read == 150 * len(found)


async def test_what_is_in_already_is_not_planned_again_and_what_replaces_it_is(context: Context) -> None:
    source = await add(context)
    await ingest(context, source, Paper(ROWS), timedelta(seconds=4))
    plan = await make_plan(context, Paper(ROWS), source, {})
    assert verdicts(plan) == {"2026-10": "unchanged"}
    assert plan.periods[0].reason == "this delivery is already in"
    assert (plan.bytes_to_read, plan.duration_s) == (0, 0.0)
    newer = Paper(ROWS, token="t2", delivered_at=datetime(2026, 11, 3, tzinfo=UTC))
    assert verdicts(await make_plan(context, newer, source, {})) == {"2026-10": "newer"}
    older = Paper(ROWS, token="t0", delivered_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert verdicts(await make_plan(context, older, source, {})) == {"2026-10": "superseded"}


async def test_files_that_may_still_be_written_wait_unless_they_are_wanted_now(context: Context) -> None:
    bare = Paper(ROWS, has_manifest=False)
    assert verdicts(await make_plan(context, bare, None, {})) == {"2026-10": "waiting"}
    assert verdicts(await make_plan(context, bare, None, {"now": True})) == {"2026-10": "new"}


async def test_asking_does_not_start_the_wait_of_files_that_may_still_be_written(
    context: Context, clock: FrozenClock
) -> None:
    source, bare = await add(context), Paper(ROWS, has_manifest=False)
    await make_plan(context, bare, source, {})
    clock.advance(timedelta(hours=1))
    assert verdicts(await make_plan(context, bare, source, {})) == {"2026-10": "waiting"}


async def test_the_time_is_that_of_the_last_deliveries_read_here(context: Context) -> None:
    source = await add(context)
    await ingest(context, source, Paper(ROWS), timedelta(seconds=4))  # 100 bytes
    plan = await make_plan(context, Months(ROWS, token="t9"), None, {})
    assert plan.duration_s == 600 / (100 / 4)
    assert plan.duration_reason is None


async def test_a_delivery_that_was_refused_says_nothing_about_time(context: Context) -> None:
    source = await add(context)
    assert await ingest(context, source, Paper([Row("twelve")]), timedelta(seconds=1)) == "refused"
    assert (await make_plan(context, Months(ROWS), None, {})).duration_s is None


async def test_a_source_that_cannot_be_listed_says_why(context: Context) -> None:
    class Away(Paper):
        def deliveries(self, since: str | None = None) -> list[Delivery]:
            raise SourceUnavailable("the bucket does not answer")

    with pytest.raises(SourceNotReadable, match="the bucket does not answer"):
        await make_plan(context, Away(ROWS), None, {})


@pytest.fixture
def bills(tmp_path: Path) -> Path:
    folder = tmp_path / "bills"
    folder.mkdir()
    for period in ("2026-09", "2026-10"):
        (folder / f"{period}.csv").write_bytes(as_csv([focus_row(period)]))
    return folder


async def test_a_place_is_checked_and_planned_before_it_becomes_a_source(asker: Asker, bills: Path) -> None:
    place = {"kind": "focus_file", "location": str(bills), "options": {}}
    checked = (await asker.send("POST", f"{API}/checks", place)).json()
    assert checked["ok"] is True
    assert [s["step"] for s in checked["steps"]] == ["reachable", "manifests", "newest_period", "readable"]
    plan = (await asker.send("POST", f"{API}/plans", {**place, "from": "2026-10", "now": True})).json()
    size = (bills / "2026-10.csv").stat().st_size
    assert plan["periods"] == [
        {"billing_period": "2026-10", "files": 1, "bytes": size, "verdict": "new", "reason": None}
    ]
    assert (await asker.send("GET", f"{API}/sources")).json() == {"items": []}


async def test_a_stored_source_is_planned_by_its_name(asker: Asker, bills: Path) -> None:
    await asker.send("POST", f"{API}/sources", {"kind": "focus_file", "name": "bill", "location": str(bills)})
    plan = (await asker.send("POST", f"{API}/sources/bill/plan", {})).json()
    assert [(p["billing_period"], p["verdict"]) for p in plan["periods"]] == [
        ("2026-09", "waiting"),
        ("2026-10", "waiting"),
    ]
    assert (await asker.send("GET", f"{API}/runs")).json()["items"] == []
    assert (await asker.send("GET", f"{API}/sources/bill")).json()["job"] is None


async def test_a_failed_step_is_an_answer_and_a_plan_of_nothing_is_an_error(asker: Asker, tmp_path: Path) -> None:
    place = {"kind": "focus_file", "location": str(tmp_path / "nowhere"), "options": {}}
    checked = (await asker.send("POST", f"{API}/checks", place)).json()
    assert checked["ok"] is False
    assert [(s["step"], s["ok"]) for s in checked["steps"]] == [("reachable", False)]
    answer = await asker.send("POST", f"{API}/plans", place)
    assert answer.status_code == 422
    assert answer.json()["title"] == "The source cannot be read"


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"location": "ftp://bills", "options": {}}, "location"),
        ({"location": "s3://key:secret@bucket/bills", "options": {}}, "location"),
        ({"location": "s3://bucket", "options": {"role_arn": "admin"}}, "role_arn"),
        ({"location": "s3://bucket", "options": {"colour": "red"}}, "colour"),
        ({"location": "s3://bucket", "options": {"external_id": "x"}}, "options"),
        ({"location": "", "options": {}}, "body.location"),
    ],
)
async def test_a_field_that_is_wrong_is_named(asker: Asker, place: dict[str, Any], field: str) -> None:
    for path in ("checks", "plans"):
        answer = await asker.send("POST", f"{API}/{path}", {"kind": "aws_cur", **place})
        assert answer.status_code == 422
        assert [e["field"] for e in answer.json()["errors"]] == [field]


async def test_who_may_only_look_plans_a_stored_source_and_nothing_else(asker: Asker, bills: Path) -> None:
    place = {"kind": "focus_file", "location": str(bills)}
    await asker.send("POST", f"{API}/sources", {**place, "name": "bill"})
    reader = ALL_PERMISSIONS - {"sources:write"}
    assert (await asker.send("POST", f"{API}/sources/bill/plan", {}, reader)).status_code == 200
    for path in ("checks", "plans"):
        assert (await asker.send("POST", f"{API}/{path}", place, reader)).status_code == 403
