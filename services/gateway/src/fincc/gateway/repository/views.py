"""SQL statements about saved views."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import saved_views, users


async def list_views(session: ReadSession, user_id: str) -> list[RowMapping]:
    columns = [saved_views.c[n] for n in ("id", "name", "page", "query", "created_at")]
    by_name = (func.lower(saved_views.c.name), saved_views.c.name)
    return await session.all(select(*columns).where(saved_views.c.user_id == user_id).order_by(*by_name))


async def lock_views(session: WriteSession, user_id: str) -> list[RowMapping]:
    """The user's views; nobody else changes them until this session ends."""
    await session.first(select(users.c.id).where(users.c.id == user_id).with_for_update())
    return await list_views(session, user_id)


async def insert_view(session: WriteSession, row: Mapping[str, object]) -> None:
    await session.execute(insert(saved_views).values(**row))


async def change_view(session: WriteSession, view_id: str, values: Mapping[str, object]) -> None:
    await session.execute(update(saved_views).where(saved_views.c.id == view_id).values(**values))


async def delete_view(session: WriteSession, user_id: str, view_id: str) -> bool:
    """False when the user has no such view."""
    result = await session.execute(
        delete(saved_views).where(saved_views.c.user_id == user_id, saved_views.c.id == view_id)
    )
    return result.rowcount == 1
