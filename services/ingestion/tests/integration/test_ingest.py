"""What a delivery becomes on the wire and in the tables, whatever happens on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fincc.common import leases
from fincc.common.archive import Archive
from fincc.common.audit_reading import Wanted, list_entries
from fincc.common.clock import FrozenClock
from fincc.common.events.cost_pb2 import CostMessage
from fincc.common.snapshots import totals_from_wire
from fincc.ingestion.connectors.base import BadDelivery, DeliveryChanged
from fincc.ingestion.repository import runs, snapshots, sources
from fincc.ingestion.usecases.context import Context, key_of
from fincc.ingestion.usecases.ingest import Progress, Request, ingest_period
from fincc.ingestion.usecases.rebuild import purge_source, rebuild_source
from fincc.ingestion.usecases.sources import choose_counted

from ..conftest import ANN, Reader
from .paper import Paper, Row

ROWS = [Row(f"{i}.25", f"i-{i % 7}") for i in range(1000)]


async def add(context: Context, name: str) -> Any:
    async with context.database.write() as session:
        await sources.insert(session, f"src_{name}", "paper", name, "paper", {})
        return await sources.find(session, name)


async def ingest(context: Context, source: Any, paper: Paper, **request: Any) -> str:
    async def on_progress(at: Progress) -> None:
        assert at.rows <= len(paper.rows)

    assert isinstance(context.clock, FrozenClock)
    context.clock.advance(timedelta(seconds=1))  # runs are listed by their start
    return await ingest_period(context, source, paper, paper.delivery(), Request("job", **request), on_progress)


async def newest_run(context: Context, source: Any) -> Any:
    async with context.database.read() as session:
        return (await runs.page(session, source["id"], None, 1, None))[0]


def versions(messages: list[CostMessage]) -> list[int]:
    return list(dict.fromkeys(m.snapshot.version for m in messages))


async def test_a_delivery_goes_out_in_parts_and_its_seal_says_their_sum(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    assert await ingest(context, source, Paper(ROWS)) == "complete"
    assert reader.kinds() == ["part"] * (len(reader.messages) - 1) + ["seal"]
    seal, parts = reader.messages[-1].seal, [m.part for m in reader.messages[:-1]]
    assert [p.seq for p in parts] == list(range(seal.parts))
    assert sum(p.rows for p in parts) == seal.rows == len(ROWS)
    expected = sum(Decimal(r.cost) for r in ROWS)
    assert totals_from_wire(list(seal.totals))["USD"].billed == expected
    assert sum(totals_from_wire(list(p.totals))["USD"].billed for p in parts) == expected
    assert [Decimal(a.amount) for a in seal.source_billed] == [expected]


async def test_the_same_delivery_again_publishes_nothing(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS))
    published = len(reader.messages)
    assert await ingest(context, source, Paper(ROWS)) == "unchanged"
    assert len(reader.messages) == published


async def test_what_is_known_already_leaves_a_run_unless_the_asker_is_quiet(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    older = Paper(ROWS[:10], token="t0", delivered_at=datetime(2026, 11, 1, tzinfo=UTC))

    async def states() -> list[str]:
        async with context.database.read() as session:
            return [r["state"] for r in await runs.page(session, source["id"], None, 100, None)]

    assert await ingest(context, source, Paper(ROWS), quiet=True) == "complete"
    assert await ingest(context, source, Paper(ROWS), quiet=True) == "unchanged"
    assert await ingest(context, source, older, quiet=True) == "superseded"
    assert await states() == ["complete"]
    assert await ingest(context, source, Paper(ROWS)) == "unchanged"
    assert await states() == ["unchanged", "complete"]


async def test_an_older_delivery_is_ignored(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS))
    older = Paper(ROWS[:10], token="t0", delivered_at=datetime(2026, 11, 1, tzinfo=UTC))
    assert await ingest(context, source, older) == "superseded"
    assert versions(reader.messages) == [reader.messages[0].snapshot.version]


async def test_a_newer_delivery_gets_a_greater_version(context: Context, reader: Reader, clock: FrozenClock) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS))
    clock.advance(-timedelta(days=1))  # a clock that goes back must not make versions go back
    await ingest(context, source, Paper(ROWS, token="t2", delivered_at=datetime(2026, 11, 3, tzinfo=UTC)))
    first, second = versions(reader.messages)
    assert second > first


async def test_a_crash_in_the_middle_is_aborted_by_the_next_attempt(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    with pytest.raises(ConnectionError):
        await ingest(context, source, Paper(ROWS, fails_after=2))
    assert await ingest(context, source, Paper(ROWS)) == "complete"
    crashed, complete = versions(reader.messages)
    assert [m.WhichOneof("body") for m in reader.messages if m.snapshot.version == crashed][-1] == "abort"
    assert [m.WhichOneof("body") for m in reader.messages if m.snapshot.version == complete][-1] == "seal"


async def test_a_bad_delivery_is_aborted_and_the_run_says_why(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    bad = Paper(ROWS, fails_after=2, error=BadDelivery("paper.csv ends in the middle of a line; deliver it again"))
    assert await ingest(context, source, bad) == "refused"
    assert reader.kinds()[-1] == "abort"
    assert (await newest_run(context, source))["reason"] == "paper.csv ends in the middle of a line; deliver it again"


async def test_a_delivery_rewritten_while_read_is_aborted_and_raised(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    with pytest.raises(DeliveryChanged):
        await ingest(context, source, Paper(ROWS, fails_after=1, error=DeliveryChanged("rewritten")))
    assert reader.kinds()[-1] == "abort"


async def test_few_bad_rows_are_quarantined_with_file_line_and_reason(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    rows = [*ROWS[:500], Row("twelve"), *ROWS[500:]]
    assert await ingest(context, source, Paper(rows)) == "complete"
    run = await newest_run(context, source)
    async with context.database.read() as session:
        kept = await runs.quarantine_page(session, run["id"], 10, -1)
    assert [(k["file"], k["line"], k["reason"]) for k in kept] == [("paper.csv", 502, "'twelve' is not a number")]
    assert reader.messages[-1].seal.rows_quarantined == 1
    assert not reader.messages[-1].seal.quarantined_is_known


async def test_more_than_one_percent_bad_rows_refuses_the_delivery(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS))
    rows = [*ROWS, *[Row("x")] * 11]
    assert (
        await ingest(context, source, Paper(rows, token="t2", delivered_at=datetime(2026, 11, 3, tzinfo=UTC)))
        == "refused"
    )
    assert reader.kinds()[-1] == "abort"
    async with context.database.read() as session:
        sealed = await snapshots.find_sealed(session, source["id"], "2026-10")
    assert sealed is not None
    assert sealed["token"] == "t1"


async def test_a_delivery_without_rows_is_refused(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    assert await ingest(context, source, Paper([])) == "refused"
    assert reader.kinds() == ["abort"]


async def test_files_without_manifest_wait_until_they_settle(
    context: Context, reader: Reader, clock: FrozenClock
) -> None:
    source = await add(context, "aws")
    paper = Paper(ROWS, has_manifest=False)
    assert await ingest(context, source, paper) == "waiting"
    clock.advance(timedelta(minutes=9))
    assert await ingest(context, source, paper) == "waiting"
    clock.advance(timedelta(minutes=2))
    assert await ingest(context, source, paper) == "complete"


async def test_a_closed_period_that_shrinks_waits_for_a_person(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS, has_manifest=False, is_closed=True), now=True)
    smaller = Paper(ROWS[:900], token="t2", has_manifest=False, is_closed=True)
    assert await ingest(context, source, smaller, now=True) == "waiting"
    assert "--accept-shrink" in (await newest_run(context, source))["reason"]
    assert await ingest(context, source, smaller, now=True, accept_shrink=True) == "complete"


async def test_a_restated_closed_month_says_by_how_much(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS, is_closed=True))
    later = Paper([*ROWS, Row("-20.5")], token="t2", is_closed=True, delivered_at=datetime(2026, 11, 20, tzinfo=UTC))
    await ingest(context, source, later)
    assert [(a.currency, Decimal(a.amount)) for a in reader.messages[-1].seal.restated_by] == [
        ("USD", Decimal("-20.5"))
    ]
    restated = (await newest_run(context, source))["report"]["restated"]
    assert Decimal(restated["difference"]["USD"]) == Decimal("-20.5")


async def test_two_currencies_are_two_totals(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper([Row("1.5"), Row("2", currency="EUR"), Row("3")]))
    totals = totals_from_wire(list(reader.messages[-1].seal.totals))
    assert {c: s.billed for c, s in totals.items()} == {"EUR": Decimal(2), "USD": Decimal("4.5")}


async def test_a_second_source_of_the_same_payer_does_not_count_until_a_person_chooses(
    context: Context, reader: Reader
) -> None:
    first, second = await add(context, "aws"), await add(context, "copy")
    assert await ingest(context, first, Paper(ROWS)) == "complete"
    assert await ingest(context, second, Paper(ROWS)) == "overlapping"
    assert not reader.messages[-1].seal.counted
    await choose_counted(context, ANN, "copy", "2026-10", True)
    async with context.database.read() as session:
        counted = {s["source"]: s["counted"] for s in await snapshots.list_sealed(session, period="2026-10")}
        entries = await list_entries(session, "ingestion", Wanted(), None, 1000)
    entry = max(entries, key=lambda e: e.seq)  # by place in the chain: other tests have their own time
    assert counted == {"aws": False, "copy": True}
    assert (entry.action, entry.object_id, entry.subject_name) == ("source.count_chosen", second["id"], "Ann")
    told = {"source": "copy", "billing_period": "2026-10"}
    assert entry.before == {**told, "counted": {first["id"]: True, second["id"]: False}}
    assert entry.after == {**told, "counted": {first["id"]: False, second["id"]: True}}


async def test_only_one_worker_ingests_a_period(context: Context, reader: Reader, clock: FrozenClock) -> None:
    source = await add(context, "aws")
    async with context.database.write() as session:
        await leases.take(
            session, "ingest", key_of(source["id"], "2026-10"), "worker-2", clock.now(), timedelta(minutes=2)
        )
    assert await ingest(context, source, Paper(ROWS)) == "busy"
    clock.advance(timedelta(minutes=3))
    assert await ingest(context, source, Paper(ROWS)) == "complete"


async def test_the_archive_holds_what_was_sent_and_one_version_before(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    for day in (2, 3, 4):
        paper = Paper(ROWS, token=f"t{day}", delivered_at=datetime(2026, 11, day, tzinfo=UTC))
        await ingest(context, source, paper)
    archive = Archive(context.objects)
    held = [v for v in versions(reader.messages) if archive.exists(source["id"], "2026-10", v)]
    assert held == versions(reader.messages)[1:]
    sent = [m.part.batch.focus_ipc for m in reader.messages if m.snapshot.version == held[-1] and m.HasField("part")]
    assert [data.to_pybytes() for _, data in archive.parts(source["id"], "2026-10", held[-1])] == sent


async def test_a_rebuild_sends_the_same_rows_under_a_new_version(context: Context, reader: Reader) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS))
    assert await rebuild_source(context, source, None) == 1
    first, second = versions(reader.messages)
    assert second > first
    data = {
        v: [m.part.batch.focus_ipc for m in reader.messages if m.snapshot.version == v and m.HasField("part")]
        for v in (first, second)
    }
    assert data[first] == data[second]
    assert await ingest(context, source, Paper(ROWS)) == "unchanged"


async def test_a_purged_source_seals_an_empty_snapshot_and_frees_its_accounts(context: Context, reader: Reader) -> None:
    first, second = await add(context, "aws"), await add(context, "copy")
    await ingest(context, first, Paper(ROWS))
    assert await purge_source(context, first) == 1
    seal = reader.messages[-1].seal
    assert (seal.parts, seal.rows, seal.counted) == (0, 0, False)
    assert await ingest(context, second, Paper(ROWS)) == "complete"


@pytest.mark.parametrize("work", [rebuild_source, purge_source])
async def test_what_another_worker_ingests_is_neither_rebuilt_nor_purged(
    context: Context, reader: Reader, clock: FrozenClock, work: Any
) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper(ROWS))
    published = len(reader.messages)
    async with leases.held(
        context.database, clock, "ingest", key_of(source["id"], "2026-10"), "worker-2", timedelta(minutes=2)
    ):
        with pytest.raises(TimeoutError, match="is being ingested"):
            await work(context, source, *([None] if work is rebuild_source else []))
    assert len(reader.messages) == published
