"""A delivery that several processes read goes in as any other, and leaves none of them behind however it ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fincc.common.snapshots import totals_from_wire
from fincc.ingestion.repository import runs, sources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.ingest import Progress, Request, ingest_period

from ..conftest import Reader
from ..unit.connectors.bills import row
from .processes import children
from .test_reading_pool import bill, usage

pytestmark = pytest.mark.usefixtures("nobody_is_left")

LINES = (3000, 9000, 9000)
OnProgress = Callable[[Progress], Awaitable[None]]


class Case:
    """A bill of three files with a bad row in each, and a service that reads each file in a process of its own."""

    def __init__(self, context: Context, folder: Path) -> None:
        small = {"read_apart_bytes": 0, "share_bytes": 0, "readers": 3, "part_window_rows": 1000, "part_rows": 500}
        self.context = replace(context, settings=context.settings.model_copy(update=small))
        files = [[*usage(i, lines), row(UnblendedCost="many")] for i, lines in enumerate(LINES)]
        self.connector, self.delivery = bill(folder, files)
        self.seen: list[Progress] = []

    async def ingest(self, at_first: Callable[[], None] = lambda: None) -> str:
        async def on_progress(progress: Progress) -> None:
            self.seen.append(progress)
            if len(self.seen) == 1:
                at_first()

        async with self.context.database.write() as session:
            source = await sources.find(session, "aws")
            if source is None:
                await sources.insert(session, "src_aws", "aws_cur", "aws", "/bills", {})
                source = await sources.find(session, "aws")
        assert source is not None
        return await ingest_period(
            self.context, source, self.connector, self.delivery, Request("job", now=True), on_progress
        )

    async def newest_run(self) -> Any:
        async with self.context.database.read() as session:
            return (await runs.page(session, "src_aws", None, 1, None))[0]


@pytest.fixture
def case(context: Context, tmp_path: Path) -> Case:
    return Case(context, tmp_path / "bills")


async def test_it_goes_in_with_exact_totals_its_bad_rows_and_growing_progress(case: Case, reader: Reader) -> None:
    assert await case.ingest() == "complete"
    *parts, last = reader.messages
    expected = sum((Decimal(f"{i}.25") for lines in LINES for i in range(lines)), Decimal(0))
    assert totals_from_wire(list(last.seal.totals))["USD"].billed == expected
    assert [Decimal(a.amount) for a in last.seal.source_billed] == [expected]
    assert [p.part.seq for p in parts] == list(range(last.seal.parts))
    assert sum(p.part.rows for p in parts) == last.seal.rows == sum(LINES)
    async with case.context.database.read() as session:
        kept = await runs.quarantine_page(session, (await case.newest_run())["id"], 10, -1)
    assert [(Path(k["file"]).name, k["line"]) for k in kept] == [
        (f"R-{i:05d}.csv.gz", lines + 2) for i, lines in enumerate(LINES)
    ]
    assert case.seen == sorted(case.seen, key=lambda p: (p.files_done, p.bytes_done, p.rows))
    assert (case.seen[-1].files_done, case.seen[-1].bytes_done) == (3, case.delivery.size_bytes)


async def test_a_killed_reader_fails_the_run_with_the_reason_and_the_next_attempt_is_whole(
    case: Case, reader: Reader
) -> None:
    before = children()

    def kill_one() -> None:
        os.kill(max(children() - before), signal.SIGKILL)

    assert await case.ingest(kill_one) == "failed"
    assert children() == before
    assert "SIGKILL, perhaps for want of memory" in (await case.newest_run())["reason"]
    assert reader.kinds()[-1] == "abort"
    reader.messages.clear()
    assert await case.ingest() == "complete"
    assert reader.messages[-1].seal.rows == sum(LINES)


async def test_a_cancelled_ingest_leaves_no_reader_behind(case: Case) -> None:
    before, started = children(), asyncio.Event()
    task = asyncio.create_task(case.ingest(started.set))
    await started.wait()
    assert len(children() - before) == 3
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() == before
