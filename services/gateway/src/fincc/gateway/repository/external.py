"""SQL statements about users whom an identity provider knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import used_states, users

_SIGN_INS = 5_236_981  # any number nobody else locks


async def lock_sign_ins(session: WriteSession) -> None:
    """One at a time, so that two browsers of a person who is new, or two people of one name, do not meet."""
    await session.scalar(select(func.pg_advisory_xact_lock(_SIGN_INS)))


async def find_external_user(session: ReadSession, issuer: str, external_id: str) -> RowMapping | None:
    return await session.first(select(users).where(users.c.issuer == issuer, users.c.external_id == external_id))


async def is_name_taken(session: ReadSession, name: str, by_other_than: str) -> bool:
    found = select(users.c.id).where(users.c.name == name, users.c.id != by_other_than)
    return await session.scalar(found) is not None


async def insert_user(session: WriteSession, row: Mapping[str, object]) -> None:
    await session.execute(insert(users).values(**row))


async def use_state(session: WriteSession, state_hash: bytes, expires_at: datetime) -> bool:
    """False when it was used before."""
    statement = postgresql.insert(used_states).values(state_hash=state_hash, expires_at=expires_at)
    return (await session.execute(statement.on_conflict_do_nothing())).rowcount == 1


async def delete_used_states(session: WriteSession, now: datetime) -> None:
    await session.execute(delete(used_states).where(used_states.c.expires_at < now))
