"""A schema of its own with the tables every service has, used as the service's own role."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import MetaData

from fincc.common import audit, tables
from fincc.common.db import Database, role_of


@pytest.fixture
async def database(postgres_dsn: str) -> AsyncIterator[Database]:
    schema = f"test_{uuid4().hex[:12]}"
    metadata = MetaData()
    for add_table in (tables.dead_letters, tables.outbox, tables.leases, tables.workers):
        add_table(metadata)
    admin = await asyncpg.connect(postgres_dsn)
    await admin.execute(f"create role {role_of(schema)}; create schema {schema} authorization {role_of(schema)}")
    database = Database(postgres_dsn, schema)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.run_sync(audit.create_table, schema)
    yield database
    await database.close()
    await admin.execute(f"drop schema {schema} cascade; drop role {role_of(schema)}")
    await admin.close()
