"""From the last release to this version, and back: what `docs/howto/upgrade.md` promises.

The old version is its code as git has it, run by the same interpreter; `tests/repo/test_compatibility.py` compares texts.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from scripts.releases import NotInHistory, code_of, python_path, releases

from fincc.common.migrations import migrate, script_directory
from fincc.common.testing.database import fresh_database
from fincc.common.testing.kafka_broker import KafkaBroker
from fincc.common.testing.peers import not_run
from fincc.common.testing.ports import free_port
from fincc.common.topology import SERVICES, get_service

from .conftest import Bill, bring, judged
from .harness import FINCC, ManyProcesses, OneProcess, wait_for
from .logins import own_login
from .odd_bills import focus_row, put, sum_of

PERIODS = [f"2025-{month:02d}" for month in range(1, 13)]
WORKERS = ("ingestion", "attribution", "cockpit", "compliance")
"""In the order of the cost path: each step has a producer of one version and a consumer of the other."""


@pytest.fixture(scope="module")
def old() -> str:
    """PYTHONPATH of the last release, with which its code is what runs."""
    try:
        code = code_of(releases()[0])
    except NotInHistory as missing:
        not_run(str(missing), optional=True)  # a checkout without history is no missing peer
    path = python_path(code)
    told = "from importlib.util import find_spec; import sys; print(*(find_spec(name).origin for name in sys.argv[1:]))"
    modules = ("fincc.common.topology", *(f"fincc.{name}.app" for name in (*WORKERS, "gateway")))
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-c", told, *modules]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert all(Path(file).is_relative_to(code) for file in done.stdout.split())
    return path


def test_the_data_of_the_last_release_is_taken_over(old: str, few: Bill, tmp_path: Path) -> None:
    platform = OneProcess(tmp_path, settings={"PYTHONPATH": old})
    heads, secret = tmp_path / "heads", tmp_path / "secret"
    secret.write_text("hush-hush")
    with platform:
        bring(platform, few)
        options = ("--option", "access_key_id=AKIAEXAMPLE", "--option", f"secret_access_key=@{secret}")
        platform.ok("source", "add", "aws_cur", "--name", "keyed", "--location", "s3://nowhere/cur", *options)
        platform.ok("user", "add", "grace")
        platform.ok("access", "grant", "viewer", "--user", "grace")
        token = platform.made_token("up")
        before = facts(platform)
        heads.write_text(platform.ok("audit", "heads").out)
    del platform.settings["PYTHONPATH"]
    with platform:
        assert facts(platform) == before
        platform.ok("audit", "verify", "--heads", str(heads))
        checked = platform.fincc("source", "check", "keyed")
        assert "its key" not in checked.out + checked.err, "the secret opens"
        platform.token = token
        platform.ok("cost", "teams")
        platform.ingest()
        platform.reconciled()


def facts(platform: OneProcess) -> dict[str, Any]:
    """What people see, but for when it was made."""
    judged(platform)
    return {
        "costs": platform.ok("cost", "teams", "--days", "60", "--json").json(),
        "months": platform.reconciled(),
        "findings": platform.ok("untagged", "--json").json(),
        "users": platform.ok("access", "list", "--json").json(),
        "sources": platform.ok("source", "list", "--json").json(),
    }


SHAPE = """
select 'column', format('%s.%s.%s', c.table_schema, c.table_name, c.column_name),
    concat_ws(' ', c.data_type, c.udt_name, c.numeric_precision, c.numeric_scale, c.is_nullable, c.column_default)
from information_schema.columns c where c.table_schema = any($1)
union all select 'constraint', format('%s %s', conrelid::regclass, conname), pg_get_constraintdef(oid)
from pg_constraint where connamespace::regnamespace::text = any($1)
union all select 'index', format('%s.%s', schemaname, indexname), indexdef from pg_indexes where schemaname = any($1)
union all select 'function', format('%s.%s', pronamespace::regnamespace, proname), prosrc
from pg_proc where pronamespace::regnamespace::text = any($1)
union all select 'right', format('%s.%s of %s', table_schema, table_name, grantee),
    string_agg(privilege_type, ' ' order by privilege_type)
from information_schema.role_table_grants where table_schema = any($1) group by table_schema, table_name, grantee
"""


async def shape(dsn: str) -> dict[tuple[str, str], str]:
    """(kind, name) → how it is, of everything in the schemas of all services."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(SHAPE, [spec.name for spec in SERVICES])
    finally:
        await connection.close()
    return {(kind, name): how for kind, name, how in rows}


def test_the_schemas_of_the_last_release_become_those_of_a_new_installation(old: str, postgres_dsn: str) -> None:
    names = [spec.name for spec in SERVICES]
    with fresh_database(postgres_dsn) as upgraded, fresh_database(postgres_dsn, *names) as new:
        environment = {**os.environ, "PYTHONPATH": old, "FINCC_DATABASE_URL": upgraded}
        subprocess.run([FINCC, "migrate"], env=environment, check=True, capture_output=True)
        released = asyncio.run(shape(upgraded))
        asyncio.run(migrate(upgraded))
        expected = asyncio.run(shape(new))
        assert asyncio.run(shape(upgraded)) == expected
    gone = {name for kind, name in set(released) - set(expected) if kind == "column"}
    given_up = {
        f"{service}.{place}"
        for service in names
        for script in script_directory(service).walk_revisions()
        for place in getattr(script.module, "contracts", ())
    }
    assert {name for name in gone if not {name, name.rpartition(".")[0]} & given_up} == set()


@dataclass
class Rolling:
    """All services as processes on one database and broker, each of the version it is told; and what was delivered."""

    platform: ManyProcesses
    old: str
    expected: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def code(self, is_old: bool) -> dict[str, str]:
        return {"PYTHONPATH": self.old} if is_old else {}

    def replace(self, *names: str, is_old: bool) -> None:
        """End these services at once, and start the other version of each in its place."""
        for name in names:
            self.platform.kill(name)
        for name in names:
            self.platform.run(name, **self.code(is_old))
        for name in names:
            self.platform.wait_ready(name, self.platform.url_of(name))

    def add_workers(self, **names: str) -> None:
        """Of the new version, one more for each group, under this name; each has its share of the partitions then."""
        urls = {}
        for service, name in names.items():
            port = free_port()
            urls[name] = f"http://127.0.0.1:{port}"
            login = own_login(self.platform.dsn, service)
            settings = {"FINCC_INSTANCE": name, "FINCC_PORT": str(port), "FINCC_DATABASE_URL": login}
            self.platform.spawn(name, "run", service, "--role", "worker", **settings)
        for name, url in urls.items():
            self.platform.wait_ready(name, url)
        shared = [name for pair in names.items() if get_service(pair[0]).consumes for name in pair]
        assert wait_for(lambda: all(self.shares(name) for name in shared), 60), self.platform.tail()

    def shares(self, name: str) -> int:
        """How many partitions the process was given last; 0 when it waits for the first time."""
        given = re.findall(r'"partitions assigned".*?"partitions":(\d+)', self.platform.log(name))
        return int(given[-1]) if given else 0

    def deliver(self, source: str, amount: int, periods: list[str]) -> None:
        """A bill of these months, or the same with other amounts, and ask for its ingest."""
        folder = self.platform.folder / "bills" / source
        is_new = not folder.exists()
        for period in periods:
            rows = [
                focus_row(
                    period,
                    day,
                    f"{amount}.{day:02d}",
                    {"team": "ledger"},
                    BillingAccountId=source,
                    ResourceId=f"i-{day % 7}",
                )
                for day in range(1, 29)
            ]
            put(folder, rows, f"{period}.csv")
            self.expected[source, period] = sum_of(rows)
        with self.platform.client() as client:
            if is_new:
                place = {"kind": "focus_file", "name": source, "location": str(folder)}
                client.post("/api/ingestion/v1/sources", json=place).raise_for_status()
            client.post(f"/api/ingestion/v1/sources/{source}/ingest", json={"now": True}).raise_for_status()

    def assert_equal(self) -> None:
        """Every month that was delivered is shown with the newest amounts, once, and nothing else is."""

        def shown() -> bool:
            with self.platform.client() as client:
                answer = client.get("/api/cockpit/v1/reconciliation")
            if answer.status_code == 503:  # just started, it may not have the gateway's public keys yet
                return False
            rows = answer.raise_for_status().json()["items"]
            found = {(r["source"], r["billing_period"]): Decimal(r["cockpit_billed"] or 0) for r in rows}
            return found == self.expected and {r["status"] for r in rows} == {"complete"}

        # What was killed while it held a lease is waited for until that has ended.
        assert wait_for(shown, 150, every_s=0.5), self.platform.fincc("reconcile").out + self.platform.tail()

    def assert_team(self, team: str) -> None:
        """Who owns everything, once the cockpit has switched to the newest documents."""

        def owners() -> bool:
            with self.platform.client() as client:
                answer = client.get("/api/cockpit/v1/cost-by-team").raise_for_status().json()
            return [t["team"] for t in answer["teams"] if Decimal(t["cost"]["amount"])] == [team]

        assert wait_for(owners, 90, every_s=0.5), self.platform.tail()


HIERARCHY = """
nodes:
  - {id: group, type: business_group, name: Group}
  - {id: unit, type: business_unit, name: Unit, parent_id: group}
  - {id: ledger, type: team, name: Ledger, parent_id: unit}
  - {id: fraud, type: team, name: Fraud, parent_id: unit}
"""


def rules(team: str) -> str:
    return f"rules: [{{id: all, assign: {{team: {team}}}}}]\n"


@pytest.fixture
def rolling(old: str, postgres_dsn: str, kafka_broker: KafkaBroker, tmp_path: Path) -> Iterator[Rolling]:
    """The last release at work, in one process per service."""
    settings = {"PYTHONPATH": old, "FINCC_INGESTION_READ_APART_BYTES": str(2**24)}
    with (
        fresh_database(postgres_dsn) as dsn,
        ManyProcesses(tmp_path, dsn=dsn, bootstrap=kafka_broker.bootstrap, settings=settings) as platform,
    ):
        del platform.settings["PYTHONPATH"]
        yield Rolling(platform, old)


def test_services_change_one_after_the_other_while_bills_come_in_and_back_again(rolling: Rolling) -> None:
    platform = rolling.platform
    publish(platform, "hierarchy", HIERARCHY)
    asyncio.run(expand(platform.dsn))
    rolling.deliver("restated", 1, PERIODS)
    platform.ok("migrate")
    rolling.assert_equal()

    # Partitions are shared out in the order of names, and a month has the same number in each topic: so some months go
    # from an old attribution to a new reader, and the others from the new one to an old.
    rolling.add_workers(
        ingestion="ingestion-2", attribution="attribution-2", cockpit="0-cockpit", compliance="0-compliance"
    )
    rolling.assert_team("Ledger")  # as the tags say
    publish(platform, "rules", rules("fraud"))
    rolling.assert_team("Fraud")
    for amount, name in enumerate((*WORKERS, "gateway"), start=2):
        rolling.deliver("restated", amount, PERIODS)
        rolling.deliver(f"before-{name}", amount, PERIODS[amount : amount + 3])
        time.sleep(0.7)  # some months are on their way
        rolling.replace(name, is_old=False)
        rolling.assert_equal()

    rolling.deliver("restated", 20, PERIODS)
    rolling.deliver("back", 20, PERIODS)
    time.sleep(0.7)
    rolling.replace(*WORKERS, is_old=True)
    rolling.assert_equal()
    rolling.assert_team("Fraud")
    assert platform.ok("dlq", "list", "--json").json() == []
    platform.ok("audit", "verify")


EXPANDED = """
select format('alter table %I.%I add column x_of_a_later_version text', nspname, relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where nspname = any($1) and relkind in ('r', 'p') and not relispartition and relname <> 'alembic_version'
"""


async def expand(dsn: str) -> None:
    """One more column in every table: what a later migration may do, whether or not this version has one."""
    connection = await asyncpg.connect(dsn)
    try:
        for row in await connection.fetch(EXPANDED, [spec.name for spec in SERVICES]):
            await connection.execute(row[0])
    finally:
        await connection.close()


def publish(platform: ManyProcesses, kind: str, text: str) -> None:
    path = platform.folder / f"{kind}.yaml"
    path.write_text(text)
    platform.ok(kind, "import", str(path))
