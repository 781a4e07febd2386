"""SQL statements about API tokens."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import api_tokens, users


async def insert_token(session: WriteSession, row: Mapping[str, object]) -> None:
    await session.execute(insert(api_tokens).values(**row))


async def list_tokens(session: ReadSession, user_id: str) -> list[RowMapping]:
    columns = [api_tokens.c[n] for n in ("id", "name", "last4", "created_at", "last_used_at", "expires_at")]
    return await session.all(
        select(*columns).where(api_tokens.c.user_id == user_id).order_by(api_tokens.c.created_at, api_tokens.c.id)
    )


async def find_token(session: ReadSession, secret_hash: bytes) -> RowMapping | None:
    """user_id, name and groups (of the user), expires_at; None for a token of a user who is disabled."""
    return await session.first(
        select(api_tokens.c.user_id, users.c.name, users.c.groups, api_tokens.c.expires_at)
        .join(users, users.c.id == api_tokens.c.user_id)
        .where(api_tokens.c.secret_hash == secret_hash, ~users.c.is_disabled)
    )


async def delete_token(session: WriteSession, user_id: str, token_id: str) -> RowMapping | None:
    """secret_hash and name of the deleted token; None when the user has no such token."""
    return await session.first(
        delete(api_tokens)
        .where(api_tokens.c.user_id == user_id, api_tokens.c.id == token_id)
        .returning(api_tokens.c.secret_hash, api_tokens.c.name)
    )


async def delete_tokens_named(session: WriteSession, user_id: str, name: str) -> list[str]:
    """The ids of those that were deleted."""
    named = (api_tokens.c.user_id == user_id, api_tokens.c.name == name)
    rows = await session.all(delete(api_tokens).where(*named).returning(api_tokens.c.id))
    return [row["id"] for row in rows]
