"""What a migration fills is what the code would have written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from fincc.common.clock import FrozenClock
from fincc.common.db import Database
from fincc.common.migrations import migrate
from fincc.common.testing.database import fresh_database
from fincc.common.testing.factories import cost_rows, snapshot_messages

from ..conftest import NOW, Cockpit, running

SERVICE_DAYS = "select * from service_days order by set_id, team_id, service_name, currency"


@pytest.fixture
def own_dsn(postgres_dsn: str) -> Iterator[str]:
    """A database that a test may take back to an older version."""
    with fresh_database(postgres_dsn, "cockpit") as dsn:
        yield dsn


@pytest.fixture
async def connection(own_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    made = await asyncpg.connect(own_dsn, server_settings={"search_path": "cockpit"})
    yield made
    await made.close()


@pytest.fixture
async def cockpit(own_dsn: str, tmp_path: Path, key_pair: tuple[str, str]) -> AsyncIterator[Cockpit]:
    database = Database(own_dsn, "cockpit")
    async with running(database, tmp_path, key_pair, FrozenClock(NOW)) as made:
        yield made
    await database.close()


def month(source: str, number: int) -> list[Any]:
    """Three days of two teams and of nobody, in two services and one without a name, in two currencies."""
    days = [datetime(2026, number, day, 5, tzinfo=UTC) for day in (1, 2, 9)]
    n = 36
    teams = [["cards", "wires", None][i // 4 % 3] for i in range(n)]
    rows = cost_rows(
        n,
        ResourceId=[f"i-{team}" for team in teams],
        BilledCost=[f"{i % 7 - 2}.{i:02}" for i in range(n)],
        EffectiveCost=[f"{i}.000000000001" for i in range(n)],
        ListCost=[f"{2 * i}.5" for i in range(n)],
        BillingCurrency=["USD" if i % 5 else "EUR" for i in range(n)],
        ChargePeriodStart=[days[i % 3] for i in range(n)],
        ServiceName=[["Amazon EC2", "Amazon S3", None, "Amazon EC2"][i % 4] for i in range(n)],
        RegionId=[["eu-west-1", "us-east-1"][i % 2] for i in range(n)],
    )
    owner = {"x_TeamId": teams, "x_ServiceId": [None] * n, "x_AttributionRuleId": [None] * n}
    return snapshot_messages(source, f"2026-{number}", 1, rows, owner=owner)


async def test_sums_by_service_are_filled_for_the_bills_of_before(
    own_dsn: str, cockpit: Cockpit, connection: asyncpg.Connection
) -> None:
    for messages in (month("a", 10), month("a", 11), month("b", 11)):
        await cockpit.deliver(messages)
    written = await connection.fetch(SERVICE_DAYS)
    assert len({r["set_id"] for r in written}) == 3
    assert {r["service_name"] for r in written} == {"", "Amazon EC2", "Amazon S3"}
    assert {r["team_id"] for r in written} == {"", "cards", "wires"}
    question: dict[str, Any] = {"group_by": "x_TeamId,ServiceName", "grain": "day", "from": "2026-10-01"}
    before = await cockpit.get("costs", **question)
    assert Decimal(before["total"]["amount"]) != 0

    await connection.execute("drop table service_days")
    await connection.execute("update alembic_version set version_num = '0001'")
    assert (await migrate(own_dsn, ("cockpit",)))["cockpit"] >= "0002"

    assert await connection.fetch(SERVICE_DAYS) == written
    assert (await cockpit.get("costs", **question))["rows"] == before["rows"]
    await cockpit.deliver(month("a", 12))
    assert len(await connection.fetch(SERVICE_DAYS)) > len(written)


async def test_a_database_without_bills_is_brought_forward_too(own_dsn: str, connection: asyncpg.Connection) -> None:
    await connection.execute("drop table service_days")
    await connection.execute("update alembic_version set version_num = '0001'")
    assert (await migrate(own_dsn, ("cockpit",)))["cockpit"] >= "0002"
    assert await connection.fetch(SERVICE_DAYS) == []
