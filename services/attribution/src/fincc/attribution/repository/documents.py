"""SQL over the versioned documents and the one row that says which are active."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession

KINDS = ("hierarchy", "catalog", "rules")


async def read_state(session: ReadSession) -> RowMapping:
    row = await session.first(text("select * from state"))
    assert row is not None
    return row


async def share_state(session: WriteSession) -> int:
    """The ownership version, held until the transaction ends: nothing is published meanwhile."""
    return int(await session.scalar(text("select ownership_version from state for share")))


async def lock_state(session: WriteSession) -> RowMapping:
    row = await session.first(text("select * from state for update"))
    assert row is not None
    return row


async def set_state(session: WriteSession, ownership: int, hierarchy: int, catalog: int, rules: int) -> None:
    await session.execute(
        text(
            "update state set ownership_version = :ownership, hierarchy_version = :hierarchy, catalog_version = :catalog, "
            "rules_version = :rules"
        ),
        {"ownership": ownership, "hierarchy": hierarchy, "catalog": catalog, "rules": rules},
    )


async def find(session: ReadSession, kind: str, version: int) -> RowMapping | None:
    return await session.first(
        text("select * from documents where kind = :kind and version = :version"), {"kind": kind, "version": version}
    )


async def insert(session: WriteSession, kind: str, version: int, content: str, rules: int | None, by: str) -> None:
    await session.execute(
        text(
            "insert into documents (kind, version, content, rules, published_by) "
            "values (:kind, :version, :content, :rules, :by)"
        ),
        {"kind": kind, "version": version, "content": content, "rules": rules, "by": by},
    )


async def list_versions(session: ReadSession, kind: str) -> list[RowMapping]:
    return await session.all(
        text(
            "select version, rules, published_at, published_by from documents where kind = :kind order by version desc limit 500"
        ),
        {"kind": kind},
    )
