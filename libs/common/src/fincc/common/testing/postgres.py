"""A real PostgreSQL for tests: the one named by FINCC_TEST_DATABASE_URL, else the embedded one, else a container."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from fincc.common.embedded import BinariesMissing, EmbeddedPostgres
from fincc.common.embedded.postgres import VOLATILE
from fincc.common.testing.docker import docker_answers
from fincc.common.testing.peers import PeerMissing


@contextmanager
def running_postgres() -> Iterator[tuple[str, str]]:
    """Yields (superuser DSN, what serves it). Raises PeerMissing."""
    given = os.environ.get("FINCC_TEST_DATABASE_URL")
    if given:
        yield given, f"{server_version(given)}, given by FINCC_TEST_DATABASE_URL"
        return
    with tempfile.TemporaryDirectory(prefix="fincc-postgres-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder), settings=VOLATILE)
        try:
            dsn = server.start()
        except BinariesMissing as missing:
            reason = str(missing)
        else:
            try:
                yield dsn, f"{server_version(dsn)}, embedded"
                return
            finally:
                server.stop()
    with _container(reason) as dsn:
        yield dsn, f"{server_version(dsn)}, in a container"


@contextmanager
def _container(reason: str) -> Iterator[str]:
    if not docker_answers():
        raise PeerMissing(f"no PostgreSQL: {reason}; no Docker engine answers")
    from testcontainers.postgres import PostgresContainer

    with PostgresContainer("postgres:18", driver=None) as container:
        yield container.get_connection_url()


def server_version(dsn: str) -> str:
    async def ask() -> str:
        connection = await asyncpg.connect(dsn)
        try:
            return str(await connection.fetchval("SHOW server_version"))
        finally:
            await connection.close()

    # In a thread of its own, since the caller may be inside an event loop.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()
