"""Logins of single services to a database of several schemas."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import asyncpg


def own_login(dsn: str, service: str) -> str:
    """The DSN of a login of one service, made if there is none yet; see `docs/howto/install-on-kubernetes.md`."""
    login = f"fincc_{service}_login"
    statement = (
        f"do $$ begin create role {login} login password 'login' in role fincc_{service}; "
        "exception when duplicate_object then null; end $$"
    )
    asyncio.run(execute(dsn, statement))
    address = urlsplit(dsn)
    return address._replace(netloc=f"{login}:login@{address.hostname}:{address.port}").geturl()


async def execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
