"""Sessions: what is read is one moment and cannot be changed, what is written is written as a whole."""

import asyncio
from datetime import date
from decimal import Decimal

import asyncpg
import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fincc.common import db
from fincc.common.batches import encode_text
from fincc.common.copying import binary_pieces
from fincc.common.db import Database
from fincc.common.focus import MONEY


@pytest.mark.parametrize(
    ("dsn", "url"),
    [
        ("postgresql://u:p@h:5432/n", "postgresql+asyncpg://u:p@h:5432/n"),
        ("postgres://u:p%40ss@h/n?sslmode=require", "postgresql+asyncpg://u:p%40ss@h/n?ssl=require"),
        ("postgresql://u@h/n?sslmode=verify-full&timeout=3", "postgresql+asyncpg://u@h/n?ssl=verify-full&timeout=3"),
    ],
)
def test_the_word_of_other_clients_for_tls_is_understood(dsn: str, url: str) -> None:
    assert db.async_url(dsn) == url


async def test_a_session_is_set_up_by_statements_because_a_pooler_refuses_settings_at_sign_in(
    database: Database,
) -> None:
    asked = text("select name, source from pg_settings where name in ('search_path', 'lock_timeout', 'TimeZone')")
    async with database.read() as session:
        assert dict(await session.tuples(asked)) == dict.fromkeys(
            ("search_path", "lock_timeout", "TimeZone"), "session"
        )


async def test_an_error_shows_its_statement_and_none_of_the_values(database: Database) -> None:
    with pytest.raises(DBAPIError, match="select 1 / 0") as failed:
        async with database.write() as session:
            await session.execute(text("select 1 / 0, cast(:value as text)"), {"value": "an ID token"})
    assert "an ID token" not in str(failed.value)


async def make_table(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("create table costs (day date, team text, billed numeric)"))


async def add(database: Database, billed: int) -> None:
    async with database.write() as session:
        await session.execute(text("insert into costs (billed) values (:billed)"), {"billed": billed})


async def total(database: Database) -> Decimal | None:
    async with database.read() as session:
        return await session.scalar(text("select sum(billed) from costs"))


async def test_a_block_that_fails_writes_nothing(database: Database):
    await make_table(database)

    async def fail() -> None:
        async with database.write() as session:
            await session.execute(text("insert into costs (billed) values (1)"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await total(database) is None


async def test_a_read_session_cannot_write(database: Database):
    await make_table(database)
    with pytest.raises(Exception, match="read-only transaction"):
        async with database.read() as session:
            await session.scalar(text("insert into costs (billed) values (1) returning billed"))


async def test_a_read_session_sees_one_moment(database: Database):
    await make_table(database)
    await add(database, 1)
    async with database.read() as session:
        assert await session.scalar(text("select sum(billed) from costs")) == 1
        await add(database, 2)
        assert await session.scalar(text("select sum(billed) from costs")) == 1
    assert await total(database) == 3


async def test_copied_columns_arrive_as_they_are_with_null_and_empty_text_apart(database: Database):
    await make_table(database)
    rows = {
        "day": pa.array([date(2026, 11, 1), None, date(2026, 11, 2), date(2026, 11, 3)]),
        "team": encode_text(pa.array(["plain", "", None, 'a "quote", a comma\nand a line'])),
        "billed": pa.array([Decimal("0.000000000001"), Decimal("-1e15"), None, Decimal(7)], MONEY),
    }
    async with database.write() as session:
        assert await session.copy("costs", pa.table(rows)) == 4
    async with database.read() as session:
        stored = await session.all(text("select day, team, billed from costs"))
    expected = list(zip(*(column.to_pylist() for column in rows.values()), strict=True))
    assert [tuple(row.values()) for row in stored] == expected


async def test_copying_nothing_is_no_error(database: Database):
    await make_table(database)
    async with database.write() as session:
        assert await session.copy("costs", pa.table({"billed": pa.array([], MONEY)})) == 0


async def test_many_rows_are_copied_whole(database: Database):
    await make_table(database)
    n = 60_000
    rows = pa.table({"team": encode_text(pa.array(["a team of some length"] * n)), "billed": pa.array([1] * n)})
    async with database.write() as session:
        await session.copy("costs", rows)
    assert await total(database) == n


async def test_waiting_for_a_lock_ends(database: Database):
    await make_table(database)

    async def wait() -> None:
        async with asyncio.timeout(5), database.write() as session:
            assert await session.scalar(text("show lock_timeout")) == "10s"
            await session.execute(text("set local lock_timeout = '50ms'"))
            await session.execute(text("lock table costs"))

    async with database.write() as holder:
        await holder.execute(text("lock table costs"))
        with pytest.raises(Exception, match="lock timeout"):
            await wait()


async def pid_of(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(text("select pg_backend_pid()"))


@pytest.mark.parametrize("trusted_s", [60.0, -1.0], ids=["trusted", "tried"])
async def test_a_kept_connection_that_the_server_closed_is_made_anew(
    database: Database, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, trusted_s: float
):
    monkeypatch.setattr(db, "TRUSTED_S", trusted_s)
    gone = await pid_of(database)
    assert await pid_of(database) == gone
    ended = asyncio.Event()
    async with database.read() as session:
        (await session.driver()).add_termination_listener(lambda _: ended.set())
    administrator = await asyncpg.connect(postgres_dsn)
    try:
        await administrator.execute("select pg_terminate_backend($1)", gone)
    finally:
        await administrator.close()
    await ended.wait()
    assert await pid_of(database) != gone


async def test_a_value_is_read_in_a_transaction_of_its_own(database: Database):
    await make_table(database)
    await add(database, 3)
    assert await database.fetch_value("select sum(billed) from costs") == 3
    await add(database, 4)
    assert await database.fetch_value("select sum(billed) from costs") == 7


async def test_typed_columns_arrive_as_those_of_csv(database: Database):
    async with database.write() as session:
        await session.execute(
            text("create table typed (day date, n bigint, team text, currency text, billed numeric, list numeric)")
        )
        await session.execute(text("create table plain (like typed)"))
    n = 50_000
    random = np.random.default_rng(7)
    edges = ["0", "-0.000000000001", "9223371.999999999999", "-9223371.999999999999", "0.0001", "10000", "-99.99"]
    amounts = [*map(Decimal, edges), *(Decimal(int(u)).scaleb(-12) for u in random.integers(-(10**18), 10**18, n - 7))]
    teams = ["", "a", "längere", "z" * 40, 'quote" and, comma']
    rows = pa.table(
        {
            "day": pa.array([date(1969, 12, 31), date(2000, 1, 1), date(2026, 11, 2)] * n)[:n],
            "n": pa.array(random.integers(-(2**63), 2**63 - 1, n)),
            "team": encode_text(pa.array(sorted(teams[i] for i in random.integers(0, 5, n)))),
            "currency": pa.array(["USD"] * n),
            "billed": pa.array(amounts, MONEY),
            "list": pa.array(amounts[::-1], MONEY),
        }
    )
    assert next(binary_pieces(rows)).startswith(b"PGCOPY")
    async with database.write() as session:
        assert await session.copy_typed("typed", rows) == n
        assert await session.copy("plain", rows) == n
    async with database.read() as session:
        for one, other in (("typed", "plain"), ("plain", "typed")):
            differing = f"select count(*) from (select * from {one} except all select * from {other}) d"
            assert await session.scalar(text(differing)) == 0
        # The same text, too: as many decimal places.
        assert await session.all(text("select distinct scale(billed) from typed")) == [{"scale": 12}]


@pytest.mark.parametrize("amount", [Decimal("9223372"), Decimal("-1e15"), None])
async def test_amounts_that_need_more_than_64_bits_and_nulls_are_copied_too(database: Database, amount: Decimal | None):
    await make_table(database)
    rows = pa.table({"team": pa.array(["a", "b"]), "billed": pa.array([amount, Decimal(1)], MONEY)})
    async with database.write() as session:
        assert await session.copy_typed("costs", rows) == 2
    async with database.read() as session:
        stored = await session.all(text("select billed from costs order by team"))
    assert [row["billed"] for row in stored] == [amount, Decimal(1)]
