"""After a good month, deliveries that are bad in every way: each says what is wrong, the good one stays, other sources go on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fincc.common.clock import FrozenClock
from fincc.ingestion.repository import jobs, runs, snapshots, sources
from fincc.ingestion.usecases.context import Context
from fincc.ingestion.usecases.jobs import enqueue, work
from fincc.ingestion.usecases.sources import connect

from ..conftest import ANN, Reader
from ..unit.connectors import trees
from ..unit.connectors.bills import as_csv, as_parquet, dates, gz, legacy_manifest, put, row
from .asking import Asker
from .paper import Paper, Row
from .test_ingest import add, ingest, newest_run

KEY = f"P/R/{dates('2026-10')}/R-00001.csv.gz"
MANIFEST = f"P/R/{dates('2026-10')}/R-Manifest.json"
GOOD = [row("2026-10", 1 + i % 28, UnblendedCost=f"{i}.25") for i in range(200)]


async def add_folder(context: Context, name: str, folder: Path) -> Any:
    async with context.database.write() as session:
        await sources.insert(session, f"src_{name}", "aws_cur", name, str(folder), {})
        return await sources.find(session, name)


async def ingest_all(context: Context, source: Any) -> str | None:
    """The error of the job; None when it went through."""
    assert isinstance(context.clock, FrozenClock)
    context.clock.advance(timedelta(seconds=1))
    job_id = await enqueue(context, ANN, "ingest", source["id"], {"now": True})
    await work(context, connect)
    async with context.database.read() as session:
        job = await jobs.find(session, job_id)
    assert job is not None
    error: str | None = job["error"]
    return error


def deliver(folder: Path, data: bytes, assembly: str, period: str = "2026-10", key: str = KEY) -> None:
    trees.write({key: data, MANIFEST: legacy_manifest(period, [key], assembly)}, folder)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def many_blank_lines(size: int) -> bytes:
    return gz(as_csv([]) + b"\n" * size)


def of_two_members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", b"x")
        archive.writestr("b.txt", b"y")
    return out.getvalue()


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: cut(gz(as_csv(GOOD))), "cut off"),
    "wrong checksum": (lambda: gz(as_csv(GOOD))[:-6] + b"\0\0" + gz(as_csv(GOOD))[-4:], "damaged"),
    "sign-in page": (lambda: gz(b"<!DOCTYPE html><html>Sign in</html>"), "a page of HTML or XML"),
    "half of a Parquet file": (lambda: cut(as_parquet(GOOD, maps=True)), "cannot be read as Parquet"),
    "no file of the bill": (of_two_members, "holds no .csv file"),
    "nothing": (lambda: b"", "is empty"),
    "a header alone": (lambda: gz(as_csv([])), "has no rows"),
    "no amount": (lambda: gz(as_csv([row("2026-10", UnblendedCost="n/a") for _ in GOOD])), "rows cannot be read"),
    "a bomb": (lambda: many_blank_lines(80 << 20), "unpack to more than"),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_bad_delivery_after_a_good_one_is_refused_in_words_and_the_good_one_stays(
    what: str, context: Context, reader: Reader, tmp_path: Path
) -> None:
    make, words = BAD[what]
    deliver(tmp_path / "aws", gz(as_csv(GOOD)), "assembly-1")
    put(tmp_path / "other" / "bill.csv", as_csv([row("2026-10", PayerAccountId="999999999999")]))
    source = await add_folder(context, "aws", tmp_path / "aws")
    other = await add_folder(context, "other", tmp_path / "other")
    assert await ingest_all(context, source) is None
    good = (await newest_run(context, source))["billed"]
    assert Decimal(good["USD"]) == sum(Decimal(r["lineItem/UnblendedCost"]) for r in GOOD)

    deliver(tmp_path / "aws", make(), "assembly-2")
    assert await ingest_all(context, source) is None
    run = await newest_run(context, source)
    assert (run["token"], run["state"]) == ("assembly-2", "refused")
    assert words in run["reason"]
    assert reader.kinds()[-1] == "abort"
    async with context.database.read() as session:
        sealed = await snapshots.find_sealed(session, source["id"], "2026-10")
    assert sealed is not None
    assert sealed["token"] == "assembly-1"

    assert await ingest_all(context, other) is None
    assert (await newest_run(context, other))["state"] == "complete"
    deliver(tmp_path / "aws", gz(as_csv([*GOOD, row("2026-10")])), "assembly-3")
    assert await ingest_all(context, source) is None
    assert (await newest_run(context, source))["state"] == "complete"


async def test_a_file_that_tells_no_month_stops_its_source_in_words_and_no_other(
    context: Context, reader: Reader, tmp_path: Path
) -> None:
    """Which month it is missing from nobody knows, so none may be replaced."""
    put(tmp_path / "aws" / "bill.csv", as_csv(GOOD))
    source = await add_folder(context, "aws", tmp_path / "aws")
    assert await ingest_all(context, source) is None
    put(tmp_path / "aws" / "bill-2.csv", b"<html>Sign in</html>")
    error = await ingest_all(context, source)
    assert error is not None
    assert error.startswith(str(tmp_path / "aws" / "bill-2.csv"))
    assert "a page of HTML or XML" in error
    assert reader.kinds()[-1] == "seal"


async def test_what_nobody_foresaw_ends_the_run_in_words_and_leaves_the_month_before(
    context: Context, reader: Reader
) -> None:
    source = await add(context, "aws")
    await ingest(context, source, Paper([Row("1")] * 600))
    failing = Paper([Row("2")] * 600, token="t2", fails_after=1, error=OverflowError("date value out of range"))
    assert await ingest(context, source, failing) == "failed"
    run = await newest_run(context, source)
    assert run["state"] == "failed"
    assert "nobody foresaw (OverflowError: date value out of range)" in run["reason"]
    assert reader.kinds()[-1] == "abort"
    async with context.database.read() as session:
        sealed = await snapshots.find_sealed(session, source["id"], "2026-10")
    assert sealed is not None
    assert sealed["token"] == "t1"


async def test_a_bad_row_with_a_zero_byte_is_quarantined(context: Context, reader: Reader, tmp_path: Path) -> None:
    rows = [*GOOD, row("2026-10", UnblendedCost="1\0")]
    put(tmp_path / "bill.csv", as_csv(rows))
    source = await add_folder(context, "aws", tmp_path)
    assert await ingest_all(context, source) is None
    run = await newest_run(context, source)
    async with context.database.read() as session:
        [kept] = await runs.quarantine_page(session, run["id"], 10, -1)
    assert run["state"] == "complete"
    assert kept["line"] == len(rows) + 1
    assert "lineItem/UnblendedCost=1\N{REPLACEMENT CHARACTER}" in kept["content"]


async def test_a_column_name_with_a_zero_byte_is_reported(context: Context, reader: Reader, tmp_path: Path) -> None:
    put(tmp_path / "bill.csv", as_csv([{**r, "new/thi\0ng": "x"} for r in GOOD]))
    source = await add_folder(context, "aws", tmp_path)
    assert await ingest_all(context, source) is None
    report = (await newest_run(context, source))["report"]
    assert report["unknown_columns"] == [{"name": "new/thi\N{REPLACEMENT CHARACTER}ng", "non_null": len(GOOD)}]


async def test_a_delivery_from_a_clock_that_runs_ahead_comes_in_with_a_warning_and_so_does_the_next(
    context: Context, reader: Reader, clock: FrozenClock
) -> None:
    source = await add(context, "aws")
    ahead = Paper([Row("1")], delivered_at=clock.now() + timedelta(hours=10))
    assert await ingest(context, source, ahead) == "complete"
    [warning] = (await newest_run(context, source))["report"]["warnings"]
    assert warning["kind"] == "delivered_in_the_future"
    clock.advance(timedelta(hours=1))
    assert await ingest(context, source, Paper([Row("2")], token="t2", delivered_at=clock.now())) == "complete"
    assert (await newest_run(context, source))["report"]["warnings"] == []


@pytest.mark.parametrize("hours", [-30, -3, 0, 3, 30])
async def test_files_dated_by_another_clock_settle_by_ours(
    hours: int, context: Context, reader: Reader, clock: FrozenClock
) -> None:
    source = await add(context, "aws")
    dated: datetime = clock.now() + timedelta(hours=hours)
    paper = Paper([Row("1")], has_manifest=False, delivered_at=dated)
    assert await ingest(context, source, paper) == "waiting"
    clock.advance(timedelta(minutes=11))
    assert await ingest(context, source, paper) == "complete"


async def test_a_bill_of_one_row_is_a_delivery_like_any(
    context: Context, reader: Reader, asker: Asker, tmp_path: Path
) -> None:
    put(tmp_path / "bill.csv", as_csv([row("2026-10")]))
    source = await add_folder(context, "aws", tmp_path)
    assert await ingest_all(context, source) is None
    shown = (await asker.send("GET", "/api/ingestion/v1/sources/aws")).json()
    assert (shown["state"], shown["newest_period"]["rows"]) == ("ok", 1)
