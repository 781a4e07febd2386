"""A full disk below the object store, on a file system of its own; over a real broker, services as processes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import pytest

from fincc.common.testing.database import fresh_database
from fincc.common.testing.kafka_broker import KafkaBroker
from fincc.common.testing.peers import not_run

from .conftest import Bill
from .harness import ManyProcesses, wait_for
from .people import assert_equals_the_bill


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if made.returncode:
        not_run(f"a tmpfs cannot be mounted here: {made.stderr.strip()}", optional=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def platform(small_disk: Path, kafka_broker: KafkaBroker, postgres_dsn: str, tmp_path: Path) -> Iterator[ManyProcesses]:
    settings = {"FINCC_OBJECT_STORE": str(small_disk / "objects")}
    with (
        fresh_database(postgres_dsn) as dsn,
        ManyProcesses(tmp_path, dsn=dsn, bootstrap=kafka_broker.bootstrap, settings=settings) as running,
    ):
        yield running


def fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        write_for_ever(file)


def write_for_ever(file: FileIO) -> None:
    while True:
        file.write(bytes(1 << 16))


def test_a_full_disk_is_named_shows_the_month_before_and_goes_on_when_there_is_room(
    platform: ManyProcesses, few: Bill, small_disk: Path
) -> None:
    first = few.totals["periods"][0]["billing_period"]
    platform.add_bill(few.cur)
    platform.ingest("aws", "--period", first)
    platform.reconciled()
    shown = platform.ok("cost", "teams", "--json").json()
    assert shown["total"] != "0.00"
    filler = small_disk / "filler"
    fill(filler)

    platform.ok("ingest", "aws", "--now")

    def refused() -> list[dict[str, Any]]:
        runs: list[dict[str, Any]] = platform.ok("runs", "--json").json()
        return [r for r in runs if r["state"] == "failed" and "no space left" in (r["reason"] or "")]

    failed = wait_for(refused, 60)
    assert failed, platform.ok("runs", "--json").out + platform.tail()
    assert str(small_disk) in failed[0]["reason"]
    assert platform.ok("cost", "teams", "--json").json() == shown
    filler.unlink()
    assert_equals_the_bill(platform, few)
