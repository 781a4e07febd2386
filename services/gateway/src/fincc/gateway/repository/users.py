"""SQL statements about users."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import sessions, users

_SHOWN = (
    "id", "name", "display_name", "email", "groups", "issuer", "is_disabled", "must_change_password",
    "last_sign_in_at", "created_at",
)  # fmt: skip


async def insert_user_once(session: WriteSession, user_id: str, name: str, password_hash: str | None) -> bool:
    """False when a user of that name is there already."""
    statement = postgresql.insert(users).values(id=user_id, name=name, password_hash=password_hash)
    result = await session.execute(statement.on_conflict_do_nothing(index_elements=["name"]))
    return result.rowcount == 1


async def find_user(session: ReadSession, name: str) -> RowMapping | None:
    return await session.first(select(users).where(users.c.name == name))


async def find_user_by_id(session: ReadSession, user_id: str) -> RowMapping | None:
    return await session.first(select(users).where(users.c.id == user_id))


async def find_user_by(session: ReadSession, key: str) -> RowMapping | None:
    """By id or by name; the id goes first, since a name may look like one."""
    is_it = select(users).where(or_(users.c.id == key, users.c.name == key))
    return await session.first(is_it.order_by((users.c.id == key).desc()).limit(1))


async def list_users(session: ReadSession) -> list[RowMapping]:
    """By name, each with the number of `sessions`."""
    count = select(func.count()).where(sessions.c.user_id == users.c.id).scalar_subquery()
    columns = [users.c[name] for name in _SHOWN]
    return await session.all(select(*columns, count.label("sessions")).order_by(users.c.name))


async def change_user(session: WriteSession, user_id: str, values: Mapping[str, object]) -> None:
    await session.execute(update(users).where(users.c.id == user_id).values(**values))


async def set_first_password(session: WriteSession, user_id: str, password_hash: str) -> bool:
    """False when there is a password already."""
    has_none = (users.c.id == user_id) & users.c.password_hash.is_(None)
    return (await session.execute(update(users).where(has_none).values(password_hash=password_hash))).rowcount == 1
