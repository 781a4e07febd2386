"""SQL statements about the roles of users and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, any_, delete, exists, func, or_, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.gateway.tables import bindings, users

USER, GROUP = "user", "group"


async def list_roles_of(session: ReadSession, user_id: str, groups: Sequence[str]) -> list[RowMapping]:
    """id, principal_kind, principal, role, node: of the user and of the groups the user is in."""
    b = bindings.c
    is_own = and_(b.principal_kind == USER, b.principal == user_id)
    is_of_group = and_(b.principal_kind == GROUP, b.principal.in_(groups))
    columns = (b.id, b.principal_kind, b.principal, b.role, b.node)
    return await session.all(select(*columns).where(or_(is_own, is_of_group)).order_by(b.created_at, b.id))


async def list_bindings(session: ReadSession) -> list[RowMapping]:
    """All of them, with `user_name`, `display_name` and `is_disabled` of the user, and the name of who made them."""
    b = bindings.c
    maker, user = users.alias(), users.alias()
    is_user = and_(b.principal_kind == USER, user.c.id == b.principal)
    statement = (
        select(
            *(b[n] for n in ("id", "principal_kind", "principal", "role", "node", "created_at")),
            user.c.name.label("user_name"),
            user.c.display_name,
            user.c.is_disabled,
            maker.c.name.label("created_by"),
        )
        .outerjoin(user, is_user)
        .outerjoin(maker, maker.c.id == b.created_by)
    )
    return await session.all(statement.order_by(func.coalesce(user.c.name, b.principal), b.created_at, b.id))


async def find_binding(session: ReadSession, binding_id: str) -> RowMapping | None:
    return await session.first(select(bindings).where(bindings.c.id == binding_id))


async def insert_binding(session: WriteSession, row: Mapping[str, object]) -> bool:
    """False when there is the same one already."""
    statement = postgresql.insert(bindings).values(**row).on_conflict_do_nothing(constraint="bindings_once")
    return (await session.execute(statement)).rowcount == 1


async def delete_binding(session: WriteSession, binding_id: str) -> None:
    await session.execute(delete(bindings).where(bindings.c.id == binding_id))


async def lock(session: WriteSession) -> None:
    """Nobody else gives or takes roles until this session ends."""
    await session.execute(text("lock table bindings in share row exclusive mode"))


async def count_with_role_everywhere(session: ReadSession, role: str) -> int:
    """Users who are not disabled and have the role everywhere, as their own or by a group."""
    b = bindings.c
    is_own = and_(b.principal_kind == USER, b.principal == users.c.id)
    is_of_group = and_(b.principal_kind == GROUP, b.principal == any_(users.c.groups))
    has_it = exists(select(1).where(b.role == role, b.node.is_(None), or_(is_own, is_of_group)))
    return int(await session.scalar(select(func.count()).select_from(users).where(~users.c.is_disabled, has_it)))
