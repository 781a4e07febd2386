"""When a source is looked at: by its own schedule, not while it is paused, and always when somebody asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from fincc.common.auth import ALL_PERMISSIONS
from fincc.common.clock import FrozenClock
from fincc.ingestion.connectors.base import SourceAuthError
from fincc.ingestion.repository import jobs, sources
from fincc.ingestion.usecases import jobs as job_cases
from fincc.ingestion.usecases.context import Context

from .asking import Asker
from .paper import Paper, Row

SOURCE = "/api/ingestion/v1/sources/bill"
ROWS = [Row("1.25")]


@pytest.fixture
async def source(context: Context, clock: FrozenClock) -> Any:
    """A source that was added at this moment of the test's clock."""
    async with context.database.write() as session:
        await sources.insert(session, "src_bill", "paper", "bill", "paper", {})
        row = await sources.find(session, "bill")
    assert row is not None
    clock.at = row["created_at"]
    return row


async def ends(context: Context, paper: Paper) -> None:
    async def connect(_context: Context, _source: object) -> Paper:
        return paper

    while await job_cases.work(context, connect):
        pass


async def test_a_source_is_looked_at_once_per_interval(context: Context, clock: FrozenClock, source: Any) -> None:
    assert await job_cases.poll_sources(context) == 0
    clock.advance(timedelta(seconds=3600))
    assert await job_cases.poll_sources(context) == 1
    assert await job_cases.poll_sources(context) == 0, "a look is queued already"
    await ends(context, Paper(ROWS))
    assert await job_cases.poll_sources(context) == 0
    clock.advance(timedelta(seconds=3600))
    assert await job_cases.poll_sources(context) == 1


async def test_a_schedule_of_its_own_counts_for_this_source_alone(
    asker: Asker, context: Context, clock: FrozenClock, source: Any
) -> None:
    async with context.database.write() as session:
        await sources.insert(session, "src_other", "paper", "other", "paper", {})
    changed = (await asker.send("PATCH", SOURCE, {"poll_every_s": 60})).json()
    assert (changed["poll_every_s"], changed["looks_every_s"], changed["paused"]) == (60, 60, False)
    assert datetime.fromisoformat(changed["next_look_at"]) == clock.now() + timedelta(seconds=60)
    clock.advance(timedelta(seconds=61))
    assert await job_cases.poll_sources(context) == 1
    again = (await asker.send("PATCH", SOURCE, {"poll_every_s": None})).json()
    assert (again["poll_every_s"], again["looks_every_s"]) == (None, 3600)
    assert datetime.fromisoformat(again["next_look_at"]) == clock.now() + timedelta(seconds=3600)


async def test_a_paused_source_is_read_only_when_somebody_asks(
    asker: Asker, context: Context, clock: FrozenClock, source: Any
) -> None:
    await asker.send("PATCH", SOURCE, {"poll_every_s": 60})
    paused = (await asker.send("PATCH", SOURCE, {"paused": True})).json()
    assert (paused["paused"], paused["poll_every_s"], paused["next_look_at"]) == (True, 60, None)
    clock.advance(timedelta(days=3))
    assert await job_cases.poll_sources(context) == 0
    assert (await asker.send("POST", f"{SOURCE}/ingest", {})).status_code == 202
    await ends(context, Paper(ROWS))
    assert (await asker.send("GET", SOURCE)).json()["newest_period"]["rows"] == 1
    await asker.send("PATCH", SOURCE, {"paused": False})
    assert await job_cases.poll_sources(context) == 1, "what was missed is made up for"


@pytest.mark.parametrize("every_s", [9, 0, -1, 10_000_000, "soon"])
async def test_an_interval_that_makes_no_sense_is_refused_by_name(asker: Asker, source: Any, every_s: object) -> None:
    answer = await asker.send("PATCH", SOURCE, {"poll_every_s": every_s})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.poll_every_s"


async def test_a_schedule_is_changed_only_by_those_who_may(asker: Asker, source: Any) -> None:
    others = ALL_PERMISSIONS - {"sources:write"}
    assert (await asker.send("PATCH", SOURCE, {"paused": True}, others)).status_code == 403
    assert (await asker.send("GET", SOURCE)).json()["paused"] is False


async def test_a_source_shows_what_runs_when_it_went_well_and_its_newest_period(
    asker: Asker, context: Context, clock: FrozenClock, source: Any
) -> None:
    fresh = (await asker.send("GET", SOURCE)).json()
    assert (fresh["state"], fresh["reason"], fresh["job"], fresh["last_success_at"]) == ("new", None, None, None)
    job_id = (await asker.send("POST", f"{SOURCE}/ingest", {})).json()["job_id"]
    waiting = (await asker.send("GET", SOURCE)).json()
    assert waiting["job"] == {"id": job_id, "kind": "ingest", "state": "queued", "progress": {}}
    await ends(context, Paper(ROWS))
    done = (await asker.send("GET", SOURCE)).json()
    assert (done["state"], done["job"]) == ("ok", None)
    assert (done["newest_period"]["billing_period"], done["newest_period"]["rows"]) == ("2026-10", 1)
    assert datetime.fromisoformat(done["last_success_at"]) == clock.now()


async def test_a_source_that_cannot_even_be_listed_is_failing_and_says_why(
    asker: Asker, context: Context, source: Any
) -> None:
    class Closed(Paper):
        def deliveries(self, since: str | None = None) -> Any:
            raise SourceAuthError("the role may not list the bucket")

    await asker.send("POST", f"{SOURCE}/ingest", {})
    await ends(context, Closed(ROWS))
    failing = (await asker.send("GET", SOURCE)).json()
    assert (failing["state"], failing["reason"]) == ("failing", "the role may not list the bucket")


async def test_one_refused_period_is_not_hidden_by_a_later_one_that_went_well(
    asker: Asker, context: Context, clock: FrozenClock, source: Any
) -> None:
    await asker.send("POST", f"{SOURCE}/ingest", {})
    await ends(context, Paper([], period="2026-09"))
    clock.advance(timedelta(seconds=1))
    await asker.send("POST", f"{SOURCE}/ingest", {})
    await ends(context, Paper(ROWS))
    failing = (await asker.send("GET", SOURCE)).json()
    assert failing["last_run"]["state"] == "complete"
    assert failing["state"] == "failing"
    assert failing["reason"].startswith("2026-09: the delivery has no rows")


async def test_a_finished_job_of_another_kind_does_not_say_how_the_source_is(
    asker: Asker, context: Context, source: Any
) -> None:
    async with context.database.write() as session:
        await jobs.insert(session, "job_r", "rebuild", "src_bill", {})
        await jobs.finish(session, "job_r", "the archive is gone", context.clock.now())
    assert (await asker.send("GET", SOURCE)).json()["state"] == "new"
