"""SQL statements about API tokens."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import api_tokens

_SHOWN = (
    "id", "name", "last4", "permissions", "node", "created_at", "last_used_at", "expires_at", "rotated_at",
    "previous_until",
)  # fmt: skip


async def insert_token(session: WriteSession, row: Mapping[str, object]) -> None:
    await session.execute(insert(api_tokens).values(**row))


async def list_tokens(session: ReadSession, user_id: str) -> list[RowMapping]:
    columns = [api_tokens.c[n] for n in _SHOWN]
    return await session.all(
        select(*columns).where(api_tokens.c.user_id == user_id).order_by(api_tokens.c.created_at, api_tokens.c.id)
    )


async def lock_token(session: WriteSession, user_id: str, token_id: str) -> RowMapping | None:
    """The user's token; nobody else changes it until this session ends."""
    t = api_tokens.c
    return await session.first(select(api_tokens).where(t.user_id == user_id, t.id == token_id).with_for_update())


async def change_token(session: WriteSession, token_id: str, values: Mapping[str, object]) -> None:
    await session.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(**values))


async def delete_token(session: WriteSession, user_id: str, token_id: str) -> str | None:
    """The name of the deleted token; None when the user has no such token."""
    t = api_tokens.c
    found: str | None = await session.scalar(
        delete(api_tokens).where(t.user_id == user_id, t.id == token_id).returning(t.name)
    )
    return found


async def delete_tokens_named(session: WriteSession, user_id: str, name: str) -> list[str]:
    """The ids of those that were deleted."""
    named = (api_tokens.c.user_id == user_id, api_tokens.c.name == name)
    rows = await session.all(delete(api_tokens).where(*named).returning(api_tokens.c.id))
    return [row["id"] for row in rows]
