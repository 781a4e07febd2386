"""A database of before is brought forward with all that is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from fincc.common.db import Database
from fincc.common.keyring import Keyring, new_key
from fincc.common.migrations import migrate
from fincc.common.stored_secrets import sealed_of
from fincc.common.testing.database import fresh_database
from fincc.compliance.repository import inventories
from fincc.compliance.repository.secrets import of_clouds

from ..conftest import NOW


@pytest.fixture
def own_dsn(postgres_dsn: str) -> Iterator[str]:
    """A database that a test may take back to an older version."""
    with fresh_database(postgres_dsn, "compliance") as dsn:
        yield dsn


async def test_a_cloud_of_before_has_no_secrets_and_can_be_given_some(own_dsn: str) -> None:
    config: dict[str, Any] = {
        "role_name": "reader",
        "accounts": [],
        "regions": [],
        "partition": "aws",
        "endpoint_url": None,
    }
    database = Database(own_dsn, "compliance")
    async with database.write() as session:
        await inventories.insert(session, "inv_a", "main", config, NOW)
    connection = await asyncpg.connect(own_dsn, server_settings={"search_path": "compliance"})
    await connection.execute("drop table inventory_secrets")
    await connection.execute("update alembic_version set version_num = '0004'")
    await connection.close()
    await database.close()

    assert (await migrate(own_dsn, ("compliance",)))["compliance"] >= "0005"

    database = Database(own_dsn, "compliance")
    async with database.write() as session:
        row = await inventories.find(session, "inv_a")
        assert row is not None
        assert row.config == config
        assert await of_clouds.list_of(session, "inv_a") == []
        sealed = Keyring.parse(new_key()).seal("hush", "inv_a", "session_token")
        await of_clouds.upsert(session, "inv_a", "session_token", sealed, NOW)
        assert [sealed_of(r) for r in await of_clouds.list_of(session, "inv_a")] == [sealed]
    await database.close()
