"""What `docs/howto/back-up.md` says is enough to stand up again with the same figures, people and secrets."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from confluent_kafka.admin import AdminClient

from fincc.common.embedded.postgres import binary
from fincc.common.testing.database import fresh_database
from fincc.common.testing.kafka import own_broker
from fincc.common.testing.kafka_broker import KafkaBroker
from fincc.common.topology import SERVICES, TOPICS

from .conftest import Bill, bring
from .harness import ManyProcesses, OneProcess, Platform, wait_for
from .logins import execute
from .people import Onlooker, assert_equals_the_bill


@pytest.fixture
def databases(postgres_dsn: str) -> Iterator[tuple[str, str]]:
    """The one in use, and a new one that `fincc migrate` has prepared."""
    with fresh_database(postgres_dsn) as used, fresh_database(postgres_dsn, *(s.name for s in SERVICES)) as new:
        yield used, new


def run(tool: str, dsn: str, *args: str) -> None:
    address = urlsplit(dsn)
    password = {"PGPASSWORD": address.password} if address.password else {}
    done = subprocess.run(
        [binary(tool), "--dbname", dsn, *args], env=os.environ | password, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def figures(platform: Platform) -> dict[str, Any]:
    found: dict[str, Any] = platform.ok("cost", "teams", "--days", "60", "--json").json()
    return found


def test_a_back_up_brings_back_figures_people_secrets_and_the_audit_record(
    few: Bill, tmp_path: Path, databases: tuple[str, str]
) -> None:
    used, new = databases
    first = OneProcess(tmp_path / "first", settings={"FINCC_DATABASE_URL": used})
    first.folder.mkdir()
    with first:
        bring(first, few)
        secret = tmp_path / "secret"
        secret.write_text("hush-hush")
        options = ("--option", "access_key_id=AKIAEXAMPLE", "--option", f"secret_access_key=@{secret}")
        first.ok("source", "add", "aws_cur", "--name", "keyed", "--location", "s3://nowhere/cur", *options)
        first.ok("user", "add", "grace")
        before = figures(first)
        heads = tmp_path / "heads"
        heads.write_text(first.ok("audit", "heads").out)
        run("pg_dump", used, "--format=custom", "--file", str(tmp_path / "dump"))
    shutil.copytree(first.folder / "data", tmp_path / "second" / "data")

    run("pg_restore", new, "--clean", "--if-exists", "--exit-on-error", str(tmp_path / "dump"))
    with OneProcess(tmp_path / "second", settings={"FINCC_DATABASE_URL": new}) as second:
        second.reconciled()
        assert figures(second) == before
        second.ok("audit", "verify", "--heads", str(heads))
        assert "grace" in second.ok("user", "list").out
        checked = second.fincc("source", "check", "keyed")
        assert "its key" not in checked.out + checked.err, "the secret opens"
        second.ok("rebuild", "cockpit")
        second.reconciled()
        second.ingest()
        second.reconciled()
        assert figures(second) == before


@pytest.mark.full
def test_a_database_of_before_what_kafka_has_given_out_is_whole_again_with_new_topics_and_a_rebuild(
    few: Bill, tmp_path: Path, databases: tuple[str, str], kafka_broker: KafkaBroker
) -> None:
    used, new = databases
    platform = ManyProcesses(tmp_path, dsn=used, bootstrap=kafka_broker.bootstrap)
    with platform:
        Onlooker.of(platform, few)
        platform.add_bill(few.cur)
        platform.stop("cockpit")
        platform.ingest("aws", "--period", few.totals["periods"][0]["billing_period"])
        run(
            "pg_dump", used, "--format=custom", "--file", str(tmp_path / "dump")
        )  # a month is on its way to the cockpit
        platform.bring_back("cockpit")
        platform.ingest()
        assert_equals_the_bill(platform, few)

        platform.stop()
        run("pg_restore", new, "--clean", "--if-exists", "--exit-on-error", str(tmp_path / "dump"))
        delete_topics(kafka_broker.bootstrap)
        platform.dsn = new
        platform.ok("migrate", "topics")
        platform.bring_back(*platform.services)
        platform.ok("rebuild", "cockpit")
        platform.ingest()
        assert_equals_the_bill(platform, few, 240)


def delete_topics(bootstrap: str) -> None:
    """What readers have read of them goes with them."""
    client = AdminClient({"bootstrap.servers": bootstrap})
    names = [topic.name for topic in TOPICS]
    for done in client.delete_topics(names, operation_timeout=30).values():
        done.result(60)
    assert wait_for(lambda: not set(names) & set(client.list_topics(timeout=10).topics), 60)


@pytest.mark.full
def test_a_new_kafka_and_a_reader_that_has_lost_everything_are_filled_again(
    few: Bill, tmp_path: Path, postgres_dsn: str, kafka_broker: KafkaBroker
) -> None:
    with (
        fresh_database(postgres_dsn) as dsn,
        ManyProcesses(tmp_path, dsn=dsn, bootstrap=kafka_broker.bootstrap) as platform,
        own_broker() as new,
    ):
        Onlooker.of(platform, few)
        platform.add_bill(few.cur)
        platform.ingest()
        assert_equals_the_bill(platform, few)
        before = figures(platform)
        platform.stop()
        asyncio.run(execute(dsn, "drop schema cockpit cascade"))
        platform.bootstrap = new.bootstrap
        platform.ok("migrate")
        platform.bring_back(*platform.services)
        # Just started, the cockpit may not have the gateway's public keys yet.
        assert wait_for(lambda: platform.fincc("reconcile", "--json").out.strip() == "[]", 60), platform.tail()
        platform.ok("rebuild")
        assert_equals_the_bill(platform, few)
        assert wait_for(lambda: figures(platform) == before, 30), platform.tail()
