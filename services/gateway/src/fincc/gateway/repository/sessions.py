"""SQL statements about sessions, and about the codes that start one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, or_, select, text, update
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import api_tokens, sessions, sign_in_codes


async def insert_session(session: WriteSession, secret_hash: bytes, row: Mapping[str, object]) -> None:
    await session.execute(insert(sessions).values(secret_hash=secret_hash, **row))


async def list_sessions(
    session: ReadSession, user_id: str, used_since: datetime, created_since: datetime
) -> list[RowMapping]:
    """Those that have not ended, the last used first, with their hashes."""
    names = ("id", "secret_hash", "created_at", "last_seen_at", "address", "user_agent")
    is_alive = and_(sessions.c.last_seen_at > used_since, sessions.c.created_at > created_since)
    return await session.all(
        select(*(sessions.c[n] for n in names))
        .where(sessions.c.user_id == user_id, is_alive)
        .order_by(sessions.c.last_seen_at.desc(), sessions.c.id)
    )


async def delete_session(session: WriteSession, secret_hash: bytes) -> RowMapping | None:
    """id and id_token of the session; None when it had ended already."""
    ended = delete(sessions).where(sessions.c.secret_hash == secret_hash)
    return await session.first(ended.returning(sessions.c.id, sessions.c.id_token))


async def delete_session_of(session: WriteSession, user_id: str, session_id: str) -> bytes | None:
    """The hash of the deleted session; None when the user has no such session."""
    is_own = and_(sessions.c.user_id == user_id, sessions.c.id == session_id)
    found: bytes | None = await session.scalar(delete(sessions).where(is_own).returning(sessions.c.secret_hash))
    return found


async def delete_other_sessions(session: WriteSession, user_id: str, kept: bytes) -> None:
    await session.execute(delete(sessions).where(sessions.c.user_id == user_id, sessions.c.secret_hash != kept))


async def delete_sessions_of(session: WriteSession, user_id: str) -> int:
    """How many there were."""
    return (await session.execute(delete(sessions).where(sessions.c.user_id == user_id))).rowcount


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


async def record_use(session: WriteSession, used: Mapping[bytes, datetime]) -> None:
    """When sessions and tokens were last seen, by their hashes; a later time is never overwritten by an earlier one."""
    if not used:
        await session.scalar(text("select 1"))
        return
    rows = [{"hash": secret_hash, "at": at} for secret_hash, at in used.items()]
    at: BindParameter[datetime] = bindparam("at")
    for table, column in ((sessions, sessions.c.last_seen_at), (api_tokens, api_tokens.c.last_used_at)):
        is_news = or_(column.is_(None), column < at)
        is_it = table.c.secret_hash == bindparam("hash")
        if table is api_tokens:
            is_it = or_(is_it, api_tokens.c.previous_hash == bindparam("hash"))
        await session.execute(update(table).where(is_it, is_news).values({column: at}), rows)
