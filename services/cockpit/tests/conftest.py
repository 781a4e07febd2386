"""A cockpit on a real database: migrated once, emptied before each test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
import pytest

from fincc.cockpit.app import create_service
from fincc.cockpit.settings import CockpitSettings
from fincc.common.auth import ALL_PERMISSIONS, HEADER, Subject, SubjectSigner, SubjectVerifier, new_key_pair
from fincc.common.bus.base import Done
from fincc.common.bus.memory import MemoryBus
from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.migrations import migrate
from fincc.common.objects import ObjectStore
from fincc.common.service import Resources, Service
from fincc.common.settings import CommonSettings
from fincc.common.testing.factories import cost_rows, document_message, ledger_message, message, snapshot_messages

NOW = datetime(2026, 12, 10, 9, 30, tzinfo=UTC)
DATABASE = "cockpit_tests"
CATALOG = {
    "nodes": [
        {"id": "retail", "name": "Retail Banking", "type": "business_group", "parent_id": None},
        {"id": "payments", "name": "Payments", "type": "business_unit", "parent_id": "retail"},
        {"id": "lending", "name": "Lending", "type": "business_unit", "parent_id": "retail"},
        {"id": "cards", "name": "Cards", "type": "team", "parent_id": "payments"},
        {"id": "wires", "name": "Wires", "type": "team", "parent_id": "payments"},
        {"id": "loans", "name": "Loans", "type": "team", "parent_id": "lending", "valid_from": "2020-01-01"},
        {"id": "loans", "name": "Old loans", "type": "team", "parent_id": "payments", "valid_to": "2020-01-01"},
    ],
    "services": [{"id": "ledger", "name": "Ledger", "team": "cards", "tier": "1"}],
}


def with_database(dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def cockpit_dsn(postgres_dsn: str) -> str:
    """A database of our own on the test server, with the cockpit's schema."""

    async def make() -> None:
        connection = await asyncpg.connect(postgres_dsn)
        try:
            await connection.execute(f"drop database if exists {DATABASE} with (force)")
            await connection.execute(f"create database {DATABASE}")
        finally:
            await connection.close()
        await migrate(with_database(postgres_dsn, DATABASE), ("cockpit",))

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, make()).result()
    return with_database(postgres_dsn, DATABASE)


@pytest.fixture
async def database(cockpit_dsn: str) -> AsyncIterator[Database]:
    connection = await asyncpg.connect(cockpit_dsn)
    try:
        await connection.execute("set search_path to cockpit")
        for row in await connection.fetch("select set_id from sets"):
            await connection.execute("select drop_rollup($1)", row["set_id"])
        await connection.execute(
            "truncate snapshots, sets, groups, owner_day, service_days, team_prefix, ledger, documents, dead_letters, leases"
        )
        await connection.execute(
            "update read_state set ownership_version = 0, catalog_version = 0, revision = 1, refreshed_at = null"
        )
    finally:
        await connection.close()
    made = Database(cockpit_dsn, "cockpit")
    yield made
    await made.close()


@dataclass
class Cockpit:
    """A running cockpit without a bus loop: messages are handed over one by one, jobs run when told to."""

    service: Service
    resources: Resources
    client: httpx.AsyncClient
    signer: SubjectSigner
    handlers: dict[str, Any] = field(default_factory=dict)

    async def deliver(self, envelopes: Iterable[Envelope], topic: str = "enriched-cost") -> list[Done]:
        return [await self.handlers[topic](message(topic, e)) for e in envelopes]

    async def run_job(self, name: str) -> Any:
        return await next(j for j in self.service.jobs if name in j.name).run()

    async def get(self, path: str, status: int = 200, **params: Any) -> Any:
        response = await self.raw(path, **params)
        assert response.status_code == status, response.text
        return response.json()

    async def raw(
        self, path: str, headers: dict[str, str] | None = None, nodes: frozenset[str] | None = None, **params: Any
    ) -> httpx.Response:
        subject = self.signer.sign(Subject("usr_1", "Ada", ALL_PERMISSIONS, nodes))
        return await self.client.get(
            f"/api/cockpit/v1/{path}", params=params, headers={HEADER: subject, **(headers or {})}
        )

    async def sql(self, statement: str, *arguments: Any) -> list[Any]:
        async with self.resources.database.engine.begin() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            return await driver.fetch(statement, *arguments)


@pytest.fixture(scope="session")
def key_pair() -> tuple[str, str]:
    return new_key_pair()


@asynccontextmanager
async def running(
    database: Database, folder: Path, key_pair: tuple[str, str], clock: FrozenClock, **settings: Any
) -> AsyncIterator[Cockpit]:
    """A cockpit; two of them on one database and folder are two workers."""
    private, public = key_pair
    resources = Resources(
        CommonSettings(data_dir=folder),
        database,
        ObjectStore(str(folder / "objects"), "cockpit"),
        MemoryBus(),
        clock,
        SubjectVerifier(public),
        None,
    )
    service = create_service(resources, CockpitSettings(**settings))
    handlers = {c.topic: c.handler for c in service.consumers}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://cockpit") as client:
        yield Cockpit(service, resources, client, SubjectSigner(private), handlers)


@pytest.fixture
async def cockpit(database: Database, tmp_path: Path, key_pair: tuple[str, str]) -> AsyncIterator[Cockpit]:
    async with running(database, tmp_path, key_pair, FrozenClock(NOW)) as made:
        yield made


@pytest.fixture
async def cockpit_without_memory(
    cockpit: Cockpit, database: Database, tmp_path: Path, key_pair: tuple[str, str]
) -> AsyncIterator[Cockpit]:
    """Another worker beside `cockpit`, which reads the database and the files for each drill-down."""
    async with running(database, tmp_path, key_pair, FrozenClock(NOW), cubes_mib=0, keys_mib=0) as made:
        yield made


def bill_of(first: date, days: int, source: str, version: int = 1, **seal: Any) -> list[Envelope]:
    """One record a day for each of four owners; the amounts differ by day."""
    starts = [datetime(first.year, first.month, 1 + d, 5, tzinfo=UTC) for d in range(days)]
    owners = ["cards", "loans", None, "ghost"]
    n = days * len(owners)
    rows = cost_rows(
        n,
        BilledCost=[f"{(d + 1) * (o + 1)}.{o}5" for d in range(days) for o in range(4)],
        EffectiveCost=[f"{(d + 1)}" for d in range(days) for o in range(4)],
        ChargePeriodStart=[starts[d] for d in range(days) for _ in range(4)],
        ResourceId=[f"i-{o}" for _ in range(days) for o in range(4)],
        ServiceName=[["Amazon EC2", "Amazon S3", "Amazon EC2", "Amazon RDS"][o] for _ in range(days) for o in range(4)],
        **{
            "Tags/env": [["prod", "test", None, "prod"][o] for _ in range(days) for o in range(4)],
            "Tags/deal": [[None, "merger", None, "none"][o] for _ in range(days) for o in range(4)],
        },
    )
    owner = {
        "x_TeamId": owners * days,
        "x_ServiceId": ["ledger", None, None, None] * days,
        "x_AttributionRuleId": ["tag-team", "tag-team", None, "tag-team"] * days,
    }
    return snapshot_messages(source, f"{first:%Y-%m}", version, rows, parts=3, owner=owner, source_name="aws", **seal)


@pytest.fixture
def month() -> Callable[..., list[Envelope]]:
    return bill_of


@pytest.fixture
async def loaded(cockpit: Cockpit) -> Cockpit:
    """October, and November until the 25th, with a hierarchy of theirs."""
    october = bill_of(date(2026, 10, 1), 31, "src")
    november = bill_of(date(2026, 11, 1), 25, "src", delivered_at=datetime(2026, 11, 25, 4, tzinfo=UTC))
    await cockpit.deliver([*october, *november])
    await cockpit.deliver([document_message(1, json.dumps(CATALOG).encode(), 1)], "catalog")
    for messages in (october, november):
        for hop in ("raw", "enriched"):
            await cockpit.deliver([ledger_message(hop, messages[-1])], "cost-ledger")
    await cockpit.run_job("switch")
    return cockpit
