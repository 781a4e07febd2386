"""Versioned documents as received: the active one of each kind, and newer ones that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from fincc.common.db import ReadSession, WriteSession
from fincc.common.events.document_pb2 import Document

OWNERSHIP, CATALOG = "ownership", "catalog"


@dataclass(frozen=True)
class StoredDocument:
    kind: str
    version: int
    rows: int
    sha256: bytes
    inline: bytes | None
    object_path: str | None


async def put(session: WriteSession, kind: str, document: Document, problem: str | None, now: datetime) -> None:
    is_inline = document.WhichOneof("content") == "inline"
    await session.execute(
        text(
            "insert into documents (kind, version, rows, sha256, inline, object_path, problem, received_at) "
            "values (:kind, :version, :rows, :sha256, :inline, :path, :problem, :now) on conflict (kind, version) do nothing"
        ),
        {
            "kind": kind,
            "version": document.version,
            "rows": document.rows,
            "sha256": document.sha256,
            "inline": document.inline if is_inline else None,
            "path": None if is_inline else document.object_path,
            "problem": problem,
            "now": now,
        },
    )


async def find(session: ReadSession, kind: str, version: int) -> StoredDocument | None:
    row = await session.first(
        text(
            "select kind, version, rows, sha256, inline, object_path from documents where kind = :kind and version = :version"
        ),
        {"kind": kind, "version": version},
    )
    return StoredDocument(**row) if row else None


async def newest_pending(session: ReadSession, kind: str, active: int) -> int | None:
    """The newest usable version above the active one."""
    return await session.scalar(
        text("select max(version) from documents where kind = :kind and version > :active and problem is null"),
        {"kind": kind, "active": active},
    )


async def is_refused(session: ReadSession, kind: str, version: int) -> bool:
    statement = "select 1 from documents where kind = :kind and version = :version and problem is not null"
    return await session.scalar(text(statement), {"kind": kind, "version": version}) is not None


async def refuse(session: WriteSession, kind: str, version: int, problem: str) -> None:
    """Keep a document that cannot be used with the reason, so that it is not tried again."""
    await session.execute(
        text("update documents set problem = :problem where kind = :kind and version = :version"),
        {"kind": kind, "version": version, "problem": problem[:2000]},
    )


async def list_refused(session: ReadSession) -> list[str]:
    rows = await session.all(
        text(
            "select d.kind, d.version, d.problem from documents d, read_state s where d.problem is not null and d.version > "
            "case d.kind when 'ownership' then s.ownership_version else s.catalog_version end order by d.kind, d.version"
        )
    )
    return [f"{r['kind']} document {r['version']}: {r['problem']}" for r in rows]


async def forget_before(session: WriteSession, kind: str, version: int) -> None:
    await session.execute(
        text("delete from documents where kind = :kind and version < :version"), {"kind": kind, "version": version}
    )


async def list_paths(session: ReadSession) -> set[str]:
    """The files of the documents that are kept."""
    rows = await session.all(text("select object_path from documents where object_path is not null"))
    return {r["object_path"] for r in rows}


async def newest(session: ReadSession, kind: str) -> int:
    """The newest version received, 0 when there is none."""
    version = await session.scalar(text("select max(version) from documents where kind = :kind"), {"kind": kind})
    return version or 0
