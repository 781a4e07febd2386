"""A database of before is brought forward with all that is in it."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
import pytest

from fincc.common import workers
from fincc.common.db import Database
from fincc.common.keyring import Keyring, new_key
from fincc.common.migrations import migrate
from fincc.common.stored_secrets import sealed_of
from fincc.common.testing.database import fresh_database
from fincc.ingestion.repository import jobs, sources
from fincc.ingestion.repository.secrets import of_sources


@pytest.fixture
def own_dsn(postgres_dsn: str) -> Iterator[str]:
    """A database that a test may take back to an older version."""
    with fresh_database(postgres_dsn, "ingestion") as dsn:
        yield dsn


async def test_a_source_of_before_is_not_paused_and_looked_at_as_the_service_is_set(own_dsn: str) -> None:
    database = Database(own_dsn, "ingestion")
    async with database.write() as session:
        await sources.insert(session, "src_a", "aws_cur", "a", "/bills", {})
    connection = await asyncpg.connect(own_dsn, server_settings={"search_path": "ingestion"})
    await connection.execute("alter table sources drop column paused, drop column poll_every_s, drop column looked_at")
    await connection.execute("alter table runs drop column bytes")
    await connection.execute("drop index jobs_by_source")
    await connection.execute("drop table source_secrets, workers")
    await connection.execute("alter table jobs drop column traceparent; alter table outbox drop column traceparent")
    await connection.execute("update alembic_version set version_num = '0001'")
    await connection.close()
    await database.close()

    assert (await migrate(own_dsn, ("ingestion",)))["ingestion"] >= "0005"

    database = Database(own_dsn, "ingestion")
    async with database.write() as session:
        row = await sources.find(session, "a")
        assert row is not None
        assert (row["paused"], row["poll_every_s"], row["looked_at"]) == (False, None, None)
        assert await sources.take_due(session, 10, row["created_at"]) == []
        await jobs.insert(session, "job_a", "ingest", "src_a", {})
        assert [job["traceparent"] for job in await jobs.open_jobs(session)] == [None]
        await workers.put(session, "pod-1", "1", ("worker",), row["created_at"], row["created_at"], {"jobs": []})
        sealed = Keyring.parse(new_key()).seal("hush", "src_a", "session_token")
        await of_sources.upsert(session, "src_a", "session_token", sealed, row["created_at"])
        assert [sealed_of(r) for r in await of_sources.list_of(session, "src_a")] == [sealed]
    await database.close()
