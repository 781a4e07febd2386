"""Faults on a real PostgreSQL, in one process and, over a real broker, with services as separate processes; people are
signed in throughout.

After each of them the reconciliation is complete and 0 and equals the totals the bill was generated with, and somebody with a
role at one unit sees that unit's part. She asks all the while: no answer is anything but the truth, and none is missing but
while a part is gone.

| fault | test |
|---|---|
| kill | a service at a random moment, the tag finder, the cockpit at its worst moments |
| restart | the broker, the database, the gateway with another key, a second worker that joins |
| duplicate, reorder | every message twice and parts out of order, two sources of one bill |
| poison | a message that nobody can read |
| damage | a row changed by a cent; a full disk is in `test_full_disk.py`, odd bills are in `test_odd_bills.py` |
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from confluent_kafka import Producer

from fincc.common.embedded.postgres import EmbeddedPostgres
from fincc.common.jwks import AGAIN_AFTER_S
from fincc.common.testing.factories import cost_rows, snapshot_messages
from fincc.common.testing.kafka_broker import KafkaBroker
from fincc.common.testing.ports import free_port

from .conftest import MONTHS, Bill, judged
from .harness import FINCC, ManyProcesses, OneProcess, Platform, wait_for
from .logins import execute
from .people import Onlooker, assert_equals_the_bill

CRASH_POINTS = Path(__file__).parent / "crash_points.py"
moments = pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.full) for n in range(1, 8))])
"""When the fault comes: at one moment, and at eight of them in the whole matrix."""
ONE, MANY = "one_process", "many_processes"
in_both_modes = pytest.mark.parametrize("platform", [pytest.param(ONE, marks=pytest.mark.full), MANY], indirect=True)
"""One process has the same code behind another bus; the whole matrix breaks it, too."""
over_a_broker = pytest.mark.parametrize("platform", [MANY], indirect=True)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A server of our own, to be stopped and started on the same port."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "data", free_port()) as server:
        yield server


@pytest.fixture(scope="module")
def one_process(database: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    asyncio.run(execute(database.dsn, f"create database {ONE}"))
    dsn = f"{database.dsn.rpartition('/')[0]}/{ONE}"
    # With a name it takes up again at once what it was at when it was killed, as services do.
    settings = {"FINCC_DATABASE_URL": dsn, "FINCC_INSTANCE": ONE}
    with OneProcess(tmp_path_factory.mktemp(ONE), settings=settings) as running:
        yield running


@pytest.fixture(scope="module")
def many_processes(
    database: EmbeddedPostgres, kafka_broker: KafkaBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp(MANY)
    with ManyProcesses(folder, dsn=database.dsn, bootstrap=kafka_broker.bootstrap) as running:
        yield running


@pytest.fixture
def platform(request: pytest.FixtureRequest, few: Bill) -> Iterator[Platform]:
    """In the mode of the test, with no costs in, and with somebody who looks at hers; what the test leaves is purged."""
    services: Platform = request.getfixturevalue(request.param)
    try:
        with Onlooker.of(services, few).looking():
            yield services
    finally:
        for source in services.ok("source", "list", "--json").json():
            services.ok("source", "remove", source["name"], "--purge")
        # Those of the next test must not come on top of what is still shown. What a second worker read is read by the
        # first again once its session has ended: until then the group waits for it to come back.
        is_empty = wait_for(lambda: services.fincc("reconcile", "--json").out.strip() == "[]", 120)
        assert is_empty, services.fincc("reconcile").out + services.tail()


def start_ingest(platform: Platform, few: Bill, name: str = "aws") -> None:
    platform.add_bill(few.cur, name)
    platform.ok("ingest", name, "--now")


def wait_a_moment(name: str, seed: int) -> None:
    time.sleep(random.Random(f"{name} {seed}").uniform(0.3, 3.0))


def kill_and_bring_back(platform: Platform, service: str) -> None:
    process = platform.process_of(service)
    with platform.a_part_gone():
        platform.kill(process)
        time.sleep(0.5)
        platform.bring_back(process)


def exchange(platform: Platform, *services: str, fault: str | None = None) -> None:
    """For the same processes with a fault built in, or for those without. Ended in peace: killed, a process would read
    the last message of the test before again."""
    names = sorted({platform.process_of(service) for service in services})
    platform.program = (sys.executable, CRASH_POINTS, fault) if fault else (FINCC,)
    try:
        with platform.a_part_gone():
            platform.stop(*(name for name in names if name in platform.processes))
            platform.bring_back(*names)
    finally:
        platform.program = (FINCC,)


@moments
@pytest.mark.parametrize(
    ("platform", "victim"),
    [(ONE, "cockpit"), *((MANY, victim) for victim in ("ingestion", "attribution", "cockpit", "gateway"))],
    indirect=["platform"],
)
def test_a_service_killed_at_a_random_moment_loses_and_doubles_nothing(
    platform: Platform, few: Bill, victim: str, seed: int
) -> None:
    start_ingest(platform, few)
    wait_a_moment(victim, seed)
    kill_and_bring_back(platform, victim)
    assert_equals_the_bill(platform, few)


@moments
@over_a_broker
def test_a_tag_finder_killed_midway_finds_everything_afterwards(platform: Platform, few: Bill, seed: int) -> None:
    start_ingest(platform, few)
    wait_a_moment("compliance", seed)
    kill_and_bring_back(platform, "compliance")
    assert_equals_the_bill(platform, few)
    coverage = judged(platform, 150)  # killed while it judged, it is waited for until its lease has ended
    window = coverage["meta"]["range"]
    with platform.client() as client:
        spent = client.get("/api/cockpit/v1/costs", params={"from": window["from"], "to": window["to"]}).json()
    assert coverage["total"] == spent["total"]


@in_both_modes
@pytest.mark.parametrize("point", ["after-swap", "before-seal"])
def test_a_cockpit_that_dies_at_the_worst_moment_swaps_each_month_in_once(
    platform: Platform, few: Bill, point: str
) -> None:
    process = platform.process_of("cockpit")
    exchange(platform, "cockpit", fault=point)
    with platform.a_part_gone():
        start_ingest(platform, few)
        assert wait_for(lambda: platform.processes[process].poll() is not None, 120), platform.tail()
        platform.processes.pop(process)
        platform.bring_back(process)
    assert_equals_the_bill(platform, few)


@moments
@over_a_broker
def test_a_second_worker_that_joins_midway_loses_and_doubles_nothing(platform: Platform, few: Bill, seed: int) -> None:
    start_ingest(platform, few)
    wait_a_moment("second worker", seed)
    platform.spawn(
        "cockpit-2", "run", "cockpit", "--role", "worker", FINCC_INSTANCE="cockpit-2", FINCC_PORT=str(free_port())
    )
    try:
        assert_equals_the_bill(platform, few)
    finally:
        platform.stop("cockpit-2")


@in_both_modes
def test_every_message_twice_and_parts_out_of_order_count_once(platform: Platform, few: Bill) -> None:
    exchange(platform, "ingestion", fault="mixed")
    if platform.process_of("attribution") != platform.process_of("ingestion"):
        exchange(platform, "attribution", fault="twice")
    start_ingest(platform, few)
    assert_equals_the_bill(platform, few)
    exchange(platform, "ingestion", "attribution")


@moments
@over_a_broker
def test_a_broker_that_restarts_is_waited_for(
    platform: Platform, few: Bill, kafka_broker: KafkaBroker, seed: int
) -> None:
    start_ingest(platform, few)
    wait_a_moment("broker", seed)
    kafka_broker.restart()
    assert_equals_the_bill(platform, few, 180)


@pytest.mark.parametrize(("platform", "away_s"), [(ONE, 10), (MANY, 60)], indirect=["platform"])
def test_a_database_that_is_away_is_waited_for_without_a_dead_letter(
    platform: Platform, few: Bill, database: EmbeddedPostgres, away_s: float
) -> None:
    start_ingest(platform, few)
    time.sleep(1)
    with platform.a_part_gone():
        database.stop()
        time.sleep(away_s)
        database.start()
    assert_equals_the_bill(platform, few, 180)


@over_a_broker
def test_the_gateways_key_is_changed_as_the_how_to_says_while_people_look(
    platform: ManyProcesses, few: Bill, tmp_path: Path
) -> None:
    start_ingest(platform, few)
    platform.ok("keys", str(tmp_path / "new"))
    keys = platform.folder / "keys"
    old, new = ((folder / "subject-public.pem").read_text() for folder in (keys, tmp_path / "new"))
    restart_gateway(platform, FINCC_SUBJECT_PUBLIC_KEY=old + new)
    time.sleep(AGAIN_AFTER_S)  # a service that has just fetched keys asks for one it does not know only then
    shutil.copytree(tmp_path / "new", keys, dirs_exist_ok=True)
    restart_gateway(platform, FINCC_SUBJECT_PUBLIC_KEY=old)
    assert_equals_the_bill(platform, few)
    restart_gateway(platform)
    assert_equals_the_bill(platform, few)


def restart_gateway(platform: ManyProcesses, **settings: str) -> None:
    with platform.a_part_gone():
        platform.stop("gateway")
        platform.run("gateway", **settings)
        platform.wait_ready("gateway", platform.url)


@over_a_broker
def test_a_poison_message_becomes_a_dead_letter_and_the_rest_goes_on(
    platform: ManyProcesses, few: Bill, kafka_broker: KafkaBroker
) -> None:
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
    asyncio.run(execute(platform.environment()["FINCC_DATABASE_URL"], "delete from attribution.dead_letters"))


@in_both_modes
def test_a_roll_up_row_changed_by_a_cent_is_found_and_the_hop_named(platform: Platform, few: Bill) -> None:
    platform.add_bill(few.cur)
    platform.ingest()
    assert_equals_the_bill(platform, few)
    change = (
        "update cockpit.rollup set billed = billed + 0.01 where (tableoid, ctid) = (select r.tableoid, r.ctid "
        "from cockpit.rollup r join cockpit.snapshots s on s.set_id = r.set_id where r.billed > 0 limit 1)"
    )
    asyncio.run(execute(platform.environment()["FINCC_DATABASE_URL"], change))
    answer = platform.fincc("reconcile", "--json")
    assert answer.code == 1
    wrong = [r for r in answer.json() if Decimal(r["difference"]) != 0]
    assert [(Decimal(r["difference"]), r["first_difference_hop"]) for r in wrong] == [(Decimal("-0.01"), "cockpit")]


@in_both_modes
def test_two_sources_of_one_payer_are_never_counted_twice(platform: Platform, few: Bill, tmp_path: Path) -> None:
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
