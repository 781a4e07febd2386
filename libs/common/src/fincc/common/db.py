"""Engine and sessions of one service's schema. This is the one place that commits.

Every connection takes the service's own role (`fincc_<schema>`), which has rights on that schema only, in every mode
and in tests.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pyarrow as pa
from sqlalchemy import Executable, event, make_url
from sqlalchemy.engine import CursorResult, RowMapping
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from fincc.common.copying import binary_pieces, csv_pieces

LOCK_TIMEOUT_MS = 10_000
READ_TIMEOUT_MS = 30_000
TRUSTED_S = 1.0  # a connection used within this time is not tried before it is used again
_USED_AT = "used_at"

Row = RowMapping
"""One row of a result, by column name."""

Params = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def role_of(schema: str) -> str:
    return f"fincc_{schema}"


def async_url(dsn: str) -> str:
    """A postgresql:// DSN as SQLAlchemy wants it, which passes on to asyncpg what follows the `?`: there `sslmode`, as
    PostgreSQL's own clients call it, is `ssl`. Certificates are named by PGSSLROOTCERT, PGSSLCERT and PGSSLKEY."""
    url = make_url("postgresql+asyncpg://" + dsn.split("://", 1)[1])
    mode = url.query.get("sslmode")
    if mode is not None:
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url.render_as_string(hide_password=False)


class ReadSession:
    """One consistent view (REPEATABLE READ, read only) of the schema."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection

    async def open(self) -> AsyncConnection:
        return self.connection

    async def all(self, statement: Executable, params: Params | None = None) -> list[RowMapping]:
        return list((await (await self.open()).execute(statement, params)).mappings().all())

    async def tuples(self, statement: Executable, params: Params | None = None) -> Sequence[Any]:
        return (await (await self.open()).execute(statement, params)).all()

    async def first(self, statement: Executable, params: Params | None = None) -> RowMapping | None:
        return (await (await self.open()).execute(statement, params)).mappings().first()

    async def scalar(self, statement: Executable, params: Params | None = None) -> Any:
        return (await (await self.open()).execute(statement, params)).scalar()

    async def driver(self) -> Any:
        """The asyncpg connection, for COPY and for the few reads where SQLAlchemy's share of the time matters."""
        return (await (await self.open()).get_raw_connection()).driver_connection


class WriteSession(ReadSession):
    """One transaction; committed when the `write` block ends without an error."""

    async def execute(self, statement: Executable, params: Params | None = None) -> CursorResult[Any]:
        return await self.connection.execute(statement, params)

    async def copy(self, table: str, data: pa.Table, schema: str | None = None) -> int:
        """COPY an Arrow table into `table`; its columns are named as the table's. Returns the rows written.

        Text must be plain or dictionary strings; empty text stays empty text, null stays null.
        """
        if data.num_rows:
            await self._copy(table, data, "csv", csv_pieces(data), schema)
        return data.num_rows

    async def copy_typed(self, table: str, data: pa.Table) -> int:
        """The same where also the columns' types are the table's, which is faster over many rows; see `binary_pieces`."""
        if data.num_rows:
            await self._copy(table, data, "binary", binary_pieces(data))
        return data.num_rows

    async def _copy(
        self, table: str, data: pa.Table, form: str, pieces: Iterator[bytes], schema: str | None = None
    ) -> None:
        driver = await self.driver()
        await driver.copy_to_table(
            table, source=_in_thread(pieces), columns=data.schema.names, format=form, schema_name=schema
        )


async def _in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece


class Database:
    """Connections of one service. `schema` is also the search path and names the role."""

    def __init__(self, dsn: str, schema: str, pool: int = 10) -> None:
        self.schema = schema
        self.engine: AsyncEngine = create_async_engine(
            async_url(dsn),
            # What is opened is kept: signing in to the server costs more than most questions.
            pool_size=pool,
            max_overflow=0,
            # An error goes to logs, traces and dead letters; the values of its statement are of bills, people and sessions.
            hide_parameters=True,
            connect_args={
                "server_settings": {"application_name": f"fincc-{schema}"},
                "timeout": 10,
            },
        )
        event.listen(self.engine.sync_engine, "connect", self._prepare)
        event.listen(self.engine.sync_engine.pool, "checkin", _note_use)
        event.listen(self.engine.sync_engine.pool, "checkout", self._check)
        self._reads = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        async with self._reads.connect() as connection:
            yield ReadSession(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        async with self.engine.begin() as connection:
            yield WriteSession(connection)

    async def fetch_value(self, statement: str) -> Any:
        """One value by one statement in a transaction of its own, in a single round trip."""
        async with self._alone.connect() as connection:
            return await (await ReadSession(connection).driver()).fetchval(statement)

    async def fetch_row(self, statement: str, *arguments: Any) -> Any:
        """The first row by one statement in a transaction of its own, in a single round trip; its columns by name. None
        when there is none. Arguments are `$1` and so on."""
        async with self._alone.connect() as connection:
            return await (await ReadSession(connection).driver()).fetchrow(statement, *arguments)

    async def close(self) -> None:
        await self.engine.dispose()

    def _prepare(self, connection: Any, _record: Any) -> None:
        """What holds for the session. It is said in statements, since a pooler in between refuses most of it at sign-in."""
        settings = (
            f'set role "{role_of(self.schema)}"; set search_path to "{self.schema}"; set timezone to \'UTC\'; '
            f"set lock_timeout to {LOCK_TIMEOUT_MS}"
        )
        connection.run_async(lambda driver: driver.execute(settings))

    def _check(self, connection: Any, record: Any, _fairy: Any) -> None:
        """Whether a kept connection still works. It takes three round trips to ask, as long as most questions, and is
        only worth it after a while: when the server goes away, the driver is told."""
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        if time.monotonic() - record.info.get(_USED_AT, 0.0) > TRUSTED_S:
            try:
                self.engine.dialect.do_ping(connection)
            except self.engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error


def _note_use(_connection: Any, record: Any) -> None:
    record.info[_USED_AT] = time.monotonic()
