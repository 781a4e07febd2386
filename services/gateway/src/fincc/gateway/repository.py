"""Every SQL statement of the gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import api_tokens, bindings, saved_views, sessions, sign_in_codes, users

USER, GROUP = "user", "group"


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


async def insert_session(session: WriteSession, secret_hash: bytes, row: Mapping[str, object]) -> None:
    await session.execute(insert(sessions).values(secret_hash=secret_hash, **row))


async def find_session(session: ReadSession, secret_hash: bytes) -> RowMapping | None:
    """user_id, name, groups, created_at, last_seen_at; None for a session of a user who is disabled."""
    return await session.first(
        select(sessions.c.user_id, users.c.name, users.c.groups, sessions.c.created_at, sessions.c.last_seen_at)
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.secret_hash == secret_hash, ~users.c.is_disabled)
    )


async def list_roles_of(session: ReadSession, user_id: str, groups: Sequence[str]) -> list[RowMapping]:
    """role, node: of the user and of the groups the user is in."""
    b = bindings.c
    is_own = and_(b.principal_kind == USER, b.principal == user_id)
    is_of_group = and_(b.principal_kind == GROUP, b.principal.in_(groups))
    return await session.all(select(b.role, b.node).where(or_(is_own, is_of_group)))


async def insert_binding(session: WriteSession, row: Mapping[str, object]) -> bool:
    """False when there is the same one already."""
    statement = postgresql.insert(bindings).values(**row).on_conflict_do_nothing(constraint="bindings_once")
    return (await session.execute(statement)).rowcount == 1


async def delete_session(session: WriteSession, secret_hash: bytes) -> str | None:
    """The id of the session; None when it had ended already."""
    ended = delete(sessions).where(sessions.c.secret_hash == secret_hash).returning(sessions.c.id)
    session_id: str | None = await session.scalar(ended)
    return session_id


async def delete_other_sessions(session: WriteSession, user_id: str, kept: bytes) -> None:
    await session.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.secret_hash != kept))


async def delete_ended(session: WriteSession, idle_since: datetime, created_before: datetime, now: datetime) -> None:
    """Sessions that have ended and codes nobody may use any more."""
    ended = or_(sessions.c.last_seen_at < idle_since, sessions.c.created_at < created_before)
    await session.execute(delete(sessions).where(ended))
    await session.execute(delete(sign_in_codes).where(sign_in_codes.c.expires_at < now))


async def insert_code(session: WriteSession, secret_hash: bytes, user_id: str, expires_at: datetime) -> None:
    await session.execute(insert(sign_in_codes).values(secret_hash=secret_hash, user_id=user_id, expires_at=expires_at))


async def take_code(session: WriteSession, secret_hash: bytes, now: datetime) -> str | None:
    """The user of the code, which is gone afterwards: of two who come at once, one gets None."""
    found = await session.first(
        delete(sign_in_codes)
        .where(sign_in_codes.c.secret_hash == secret_hash)
        .returning(sign_in_codes.c.user_id, sign_in_codes.c.expires_at)
    )
    return found["user_id"] if found and found["expires_at"] > now else None


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


async def record_use(session: WriteSession, used: Mapping[bytes, datetime]) -> None:
    """When sessions and tokens were last seen, by their hashes; a later time is never overwritten by an earlier one."""
    if not used:
        await session.scalar(text("select 1"))
        return
    rows = [{"hash": secret_hash, "at": at} for secret_hash, at in used.items()]
    at: BindParameter[datetime] = bindparam("at")
    for table, column in ((sessions, sessions.c.last_seen_at), (api_tokens, api_tokens.c.last_used_at)):
        is_news = or_(column.is_(None), column < at)
        statement = update(table).where(table.c.secret_hash == bindparam("hash"), is_news).values({column: at})
        await session.execute(statement, rows)
