"""A database of its own for the tests of a service, on the real PostgreSQL of the session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
from sqlalchemy import MetaData

from fincc.common.db import Database
from fincc.common.migrations import migrate


@contextmanager
def fresh_database(postgres_dsn: str, *services: str) -> Iterator[str]:
    """The DSN of a new database with the schemas of `services`; dropped afterwards."""
    name = f"test_{uuid4().hex[:12]}"
    dsn = urlunsplit(urlsplit(postgres_dsn)._replace(path=f"/{name}"))
    asyncio.run(_execute(postgres_dsn, f"create database {name}"))
    try:
        asyncio.run(migrate(dsn, services))
        yield dsn
    finally:
        asyncio.run(_execute(postgres_dsn, f"drop database {name} with (force)"))


@asynccontextmanager
async def emptied(
    dsn: str, schema: str, metadata: MetaData, keep: frozenset[str] = frozenset()
) -> AsyncIterator[Database]:
    """The service's Database with all its tables emptied, but for those in `keep`."""
    database = Database(dsn, schema)
    try:
        async with database.write() as session:
            for table in reversed(metadata.sorted_tables):
                if table.name not in keep:
                    await session.execute(table.delete())
        yield database
    finally:
        await database.close()


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
