"""SQL statements about users."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import users


async def insert_user_once(session: WriteSession, user_id: str, name: str, password_hash: str) -> bool:
    """False when a user of that name is there already."""
    statement = postgresql.insert(users).values(id=user_id, name=name, password_hash=password_hash)
    result = await session.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    return result.rowcount == 1


async def find_user(session: ReadSession, name: str) -> RowMapping | None:
    return await session.first(select(users).where(users.c.name == name))


async def find_user_by_id(session: ReadSession, user_id: str) -> RowMapping | None:
    return await session.first(select(users).where(users.c.id == user_id))


async def update_password(session: WriteSession, user_id: str, password_hash: str) -> None:
    await session.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))
