"""The schema as migrated is the schema the code works with."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import create_async_engine

from fincc.common.audit import audit
from fincc.common.db import Database, async_url
from fincc.common.migrations import migrate
from fincc.gateway.tables import metadata


async def test_migrating_gives_the_tables_the_code_knows(dsn: str):
    known = MetaData()
    for table in (*metadata.sorted_tables, audit):
        table.to_metadata(known)

    def differences(connection: Connection) -> list[object]:
        connection.exec_driver_sql("set local search_path to gateway")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [d for d in compare_metadata(context, known) if "alembic_version" not in str(d)]

    engine = create_async_engine(async_url(dsn))
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()
    assert found == []


async def test_migrating_again_changes_nothing(dsn: str):
    assert await migrate(dsn, ("gateway",)) == {"gateway": "0007"}


async def test_the_role_of_the_gateway_owns_its_schema_and_sees_no_other(database: Database):
    async with database.read() as session:
        assert await session.scalar(text("select current_user")) == "fincc_gateway"
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.write() as session:
            await session.execute(text("create table public.elsewhere (id int)"))
