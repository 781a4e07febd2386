"""SQL statements about the roles of users and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import bindings

USER, GROUP = "user", "group"


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
