"""Faults over a real broker and a real PostgreSQL, services as separate processes.

After each of them the reconciliation is complete and 0, and equals the totals the bill was generated with.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from fincc.common.embedded.postgres import EmbeddedPostgres
from fincc.common.testing.kafka_broker import KafkaBroker

from .conftest import MONTHS, Bill, assert_equals_the_bill, judged
from .harness import ManyProcesses, free_port, wait_for

CRASH_POINTS = Path(__file__).parent / "crash_points.py"
moments = pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.full) for n in range(1, 8))])
"""When the fault comes: at one moment, and at eight of them in the whole matrix."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of our own, to be stopped and started on the same port."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "data", free_port()) as server:
        yield server


@pytest.fixture(scope="module")
def services(
    database: EmbeddedPostgres, kafka_broker: KafkaBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ManyProcesses]:
    folder = tmp_path_factory.mktemp("services")
    with ManyProcesses(folder, dsn=database.dsn, bootstrap=kafka_broker.bootstrap) as running:
        yield running


@pytest.fixture
def platform(services: ManyProcesses) -> Iterator[ManyProcesses]:
    """All services up and no costs in; what the test leaves is purged."""
    yield services
    for source in services.ok("source", "list", "--json").json():
        services.ok("source", "remove", source["name"], "--purge")
    assert wait_for(lambda: services.ok("reconcile", "--json").json() == [], 60) is not None


def start_ingest(platform: ManyProcesses, few: Bill, name: str = "aws") -> None:
    platform.add_bill(few.cur, name)
    platform.ok("ingest", name, "--now")


def wait_a_moment(name: str, seed: int) -> None:
    time.sleep(random.Random(f"{name} {seed}").uniform(0.3, 3.0))


@moments
@pytest.mark.parametrize("victim", ["ingestion", "attribution", "cockpit", "gateway"])
def test_a_service_killed_at_a_random_moment_loses_and_doubles_nothing(
    platform: ManyProcesses, few: Bill, victim: str, seed: int
) -> None:
    start_ingest(platform, few)
    wait_a_moment(victim, seed)
    platform.kill(victim)
    time.sleep(0.5)
    platform.run(victim)
    platform.wait_ready(victim, platform.url_of(victim))
    assert_equals_the_bill(platform, few)


@moments
def test_a_tag_finder_killed_midway_finds_everything_afterwards(
    platform: ManyProcesses, bill: Bill, few: Bill, seed: int
) -> None:
    platform.ok("policy", "import", str(bill.folder / "policy.yaml"))
    start_ingest(platform, few)
    wait_a_moment("compliance", seed)
    platform.kill("compliance")
    time.sleep(0.5)
    platform.run("compliance")
    platform.wait_ready("compliance", platform.url_of("compliance"))
    assert_equals_the_bill(platform, few)
    coverage = judged(platform, 150)  # killed while it judged, it is waited for until its lease has ended
    window = coverage["meta"]["range"]
    with platform.client() as client:
        spent = client.get("/api/cockpit/v1/costs", params={"from": window["from"], "to": window["to"]}).json()
    assert coverage["total"] == spent["total"]


@pytest.mark.parametrize("point", ["after-swap", "before-seal"])
def test_a_cockpit_that_dies_at_the_worst_moment_swaps_each_month_in_once(
    platform: ManyProcesses, few: Bill, point: str
) -> None:
    platform.stop("cockpit")  # killed, it would read the Seal of the test before again, and die of that one
    crash(platform, point, "cockpit")
    start_ingest(platform, few)
    assert wait_for(lambda: platform.processes["cockpit"].poll() is not None, 120), platform.log("cockpit")
    platform.processes.pop("cockpit")
    platform.run("cockpit")
    platform.wait_ready("cockpit", platform.url_of("cockpit"))
    assert_equals_the_bill(platform, few)


def crash(platform: ManyProcesses, point: str, service: str) -> None:
    log = (platform.folder / f"{service}.log").open("ab")
    platform.processes[service] = subprocess.Popen(
        [sys.executable, CRASH_POINTS, point, "run", service],
        env={**platform.environment(), "FINCC_INSTANCE": service},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    platform.wait_ready(service, platform.url_of(service))


@moments
def test_a_second_worker_that_joins_midway_loses_and_doubles_nothing(
    platform: ManyProcesses, few: Bill, seed: int
) -> None:
    start_ingest(platform, few)
    wait_a_moment("second worker", seed)
    platform.spawn(
        "cockpit-2", "run", "cockpit", "--role", "worker", FINCC_INSTANCE="cockpit-2", FINCC_PORT=str(free_port())
    )
    try:
        assert_equals_the_bill(platform, few)
    finally:
        platform.kill("cockpit-2")


def test_every_message_twice_counts_once(platform: ManyProcesses, few: Bill) -> None:
    for service in ("ingestion", "attribution"):
        platform.kill(service)
        crash(platform, "twice", service)
    start_ingest(platform, few)
    assert_equals_the_bill(platform, few)
    for service in ("ingestion", "attribution"):
        platform.kill(service)
        platform.run(service)
        platform.wait_ready(service, platform.url_of(service))


@moments
def test_a_broker_that_restarts_is_waited_for(
    platform: ManyProcesses, few: Bill, kafka_broker: KafkaBroker, seed: int
) -> None:
    start_ingest(platform, few)
    wait_a_moment("broker", seed)
    kafka_broker.restart()
    assert_equals_the_bill(platform, few, 180)


def test_a_database_that_is_away_is_waited_for_without_a_dead_letter(
    platform: ManyProcesses, few: Bill, database: EmbeddedPostgres
) -> None:
    start_ingest(platform, few)
    time.sleep(1)
    database.stop()
    time.sleep(60)
    database.start()
    assert_equals_the_bill(platform, few, 180)


def test_a_poison_message_becomes_a_dead_letter_and_the_rest_goes_on(
    platform: ManyProcesses, few: Bill, kafka_broker: KafkaBroker
) -> None:
    import asyncio

    from confluent_kafka import Producer

    from fincc.common.testing.factories import cost_rows, snapshot_messages

    poison = snapshot_messages("src_poison", "2026-01", 1, cost_rows(2))[0]
    poison.cost.part.batch.focus_ipc = b"this is no Arrow stream"
    producer = Producer({"bootstrap.servers": kafka_broker.bootstrap})
    producer.produce("raw-cost", poison.SerializeToString(), b"src_poison|2026-01")
    assert producer.flush(60) == 0
    letters = wait_for(lambda: platform.ok("dlq", "list", "--json").json(), 60)
    assert letters, platform.tail()
    assert [(x["service"], x["kind"], x["key"]) for x in letters] == [
        ("attribution", "cost.part", "src_poison|2026-01")
    ]
    start_ingest(platform, few)
    assert wait_for(lambda: platform.fincc("reconcile").code == 0, 120), platform.fincc("reconcile").out
    asyncio.run(_execute(platform.dsn, "delete from attribution.dead_letters"))


def test_a_roll_up_row_changed_by_a_cent_is_found_and_the_hop_named(platform: ManyProcesses, few: Bill) -> None:
    import asyncio

    platform.add_bill(few.cur)
    platform.ingest()
    assert_equals_the_bill(platform, few)
    change = (
        "update cockpit.rollup set billed = billed + 0.01 where (tableoid, ctid) = (select r.tableoid, r.ctid "
        "from cockpit.rollup r join cockpit.snapshots s on s.set_id = r.set_id where r.billed > 0 limit 1)"
    )
    asyncio.run(_execute(platform.dsn, change))
    answer = platform.fincc("reconcile", "--json")
    assert answer.code == 1
    wrong = [r for r in answer.json() if Decimal(r["difference"]) != 0]
    assert [(Decimal(r["difference"]), r["first_difference_hop"]) for r in wrong] == [(Decimal("-0.01"), "cockpit")]


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def test_two_sources_of_one_payer_are_never_counted_twice(platform: ManyProcesses, few: Bill, tmp_path: Path) -> None:
    platform.add_bill(few.cur, "first")
    shutil.copytree(few.folder, tmp_path / "copy")
    platform.add_bill(tmp_path / "copy" / "cur", "second")
    for name in ("first", "second"):
        platform.ok("ingest", name, "--now")
    expected = sum(Decimal(p["billed"]) for p in few.totals["periods"])

    def counted() -> Decimal:
        rows = platform.fincc("reconcile", "--json").json()
        return sum((Decimal(r["cockpit_billed"]) for r in rows if r["counted"] and r["cockpit_billed"]), Decimal(0))

    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert counted() <= expected
        rows = platform.fincc("reconcile", "--json").json()
        if len(rows) == 2 * MONTHS and all(r["status"] in ("complete", "overlapping") for r in rows):
            break
    assert counted() == expected
    assert platform.fincc("reconcile").code == 0
