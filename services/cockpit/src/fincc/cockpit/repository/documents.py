"""What only the cockpit asks of the documents it has received: which were refused, and which are the newest."""

from __future__ import annotations

from sqlalchemy import text

from fincc.common.db import ReadSession


async def is_refused(session: ReadSession, kind: str, version: int) -> bool:
    statement = "select 1 from documents where kind = :kind and version = :version and problem is not null"
    return await session.scalar(text(statement), {"kind": kind, "version": version}) is not None


async def list_refused(session: ReadSession) -> list[str]:
    rows = await session.all(
        text(
            "select d.kind, d.version, d.problem from documents d, read_state s where d.problem is not null and d.version > "
            "case d.kind when 'ownership' then s.ownership_version else s.catalog_version end order by d.kind, d.version"
        )
    )
    return [f"{r['kind']} document {r['version']}: {r['problem']}" for r in rows]
