"""Versioned documents (`ownership`, `catalog`) as their readers keep them: received, checked, loaded.

A reader stores what it receives in its own schema (`tables.documents`) and folder, since the owner of a document keeps
only its newest files. When to switch to a newer one is the reader's business.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson
import pyarrow as pa
from pyarrow import ipc
from sqlalchemy import text

from fincc.common.db import Database, ReadSession, WriteSession
from fincc.common.events.document_pb2 import Document
from fincc.common.hierarchy import Catalog, parse_catalog
from fincc.common.objects import ObjectStore
from fincc.common.ownership import OwnershipMap

OWNERSHIP, CATALOG = "ownership", "catalog"


class Unusable(Exception):
    """A document whose content is not what its message says; it is kept with the reason and never switched to."""


@dataclass(frozen=True)
class StoredDocument:
    kind: str
    version: int
    rows: int
    sha256: bytes
    inline: bytes | None
    object_path: str | None


async def keep_file(objects: ObjectStore, folder: str, kind: str, document: Document) -> str | None:
    """Copy a document's file into the reader's own folder and name the copy in it; returns what is wrong, if anything."""
    if document.WhichOneof("content") != "object_path":
        return None
    try:
        content = await asyncio.to_thread(objects.read, document.object_path)
    except FileNotFoundError:
        return f"its file {document.object_path} is not in the object store"
    document.object_path = f"{folder}/{kind}/{document.version}.bin"
    await asyncio.to_thread(objects.write, document.object_path, content)
    return None


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


async def newest_usable(session: ReadSession, kind: str, above: int = 0) -> int | None:
    """The newest usable version above one."""
    return await session.scalar(
        text("select max(version) from documents where kind = :kind and version > :above and problem is null"),
        {"kind": kind, "above": above},
    )


async def refuse(session: WriteSession, kind: str, version: int, problem: str) -> None:
    """Keep a document that cannot be used with the reason, so that it is not tried again."""
    await session.execute(
        text("update documents set problem = :problem where kind = :kind and version = :version"),
        {"kind": kind, "version": version, "problem": problem[:2000]},
    )


async def forget_before(session: WriteSession, kind: str, version: int) -> None:
    await session.execute(
        text("delete from documents where kind = :kind and version < :version"), {"kind": kind, "version": version}
    )


async def drop_files(database: Database, objects: ObjectStore, folder: str) -> None:
    """Delete the copies of documents that are kept no more. Files are written before their rows, so the rows are read
    last."""
    files = await asyncio.to_thread(objects.list, folder)
    async with database.read() as session:
        rows = await session.all(text("select object_path from documents where object_path is not null"))
        newest = await session.all(text("select kind, max(version) as version from documents group by kind"))
    kept, last = {r["object_path"] for r in rows}, {r["kind"]: r["version"] for r in newest}
    for path in files:
        kind, version = path.removesuffix(".bin").split("/")[-2:]
        if path not in kept and int(version) <= last.get(kind, 0):
            await asyncio.to_thread(objects.delete, path)


class DocumentShelf:
    """Documents, loaded once per version and process."""

    KEEP = 2

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._ownership: dict[int, OwnershipMap] = {0: OwnershipMap()}
        self._catalogs: dict[int, Catalog] = {0: Catalog(0)}
        self.active = self._ownership[0]
        """The ownership document that new snapshots are aggregated under; the swap checks whether it still is."""

    async def ownership(self, session: ReadSession, version: int) -> OwnershipMap:
        """Raises Unusable."""
        if version not in self._ownership:
            stored = await _get(session, OWNERSHIP, version)
            self._ownership[version] = await asyncio.to_thread(self._load_ownership, stored)
            _trim(self._ownership, self.KEEP)
        return self._ownership[version]

    async def catalog(self, session: ReadSession, version: int) -> Catalog:
        """Raises Unusable."""
        if version not in self._catalogs:
            stored = await _get(session, CATALOG, version)
            self._catalogs[version] = await asyncio.to_thread(self._load_catalog, stored)
            _trim(self._catalogs, self.KEEP)
        return self._catalogs[version]

    def known_catalog(self, version: int) -> Catalog | None:
        """Where it was loaded before."""
        return self._catalogs.get(version)

    def _content(self, stored: StoredDocument) -> bytes | pa.Buffer:
        if stored.inline is not None:
            content: bytes | pa.Buffer = stored.inline
        else:
            assert stored.object_path is not None
            try:
                content = self._objects.read(stored.object_path)
            except FileNotFoundError as error:
                raise Unusable(f"its file {stored.object_path} is not in the object store") from error
        if sha256(content).digest() != stored.sha256:
            raise Unusable("its content does not have the SHA-256 that its message names")
        return content

    def _load_ownership(self, stored: StoredDocument) -> OwnershipMap:
        content = self._content(stored)
        try:
            is_file = bytes(memoryview(content)[:6]) == b"ARROW1"
            table = (ipc.open_file if is_file else ipc.open_stream)(content).read_all()
            if table.num_rows != stored.rows:
                raise Unusable(f"it has {table.num_rows} rows, its message says {stored.rows}")
            return OwnershipMap.from_table(stored.version, table)
        except (pa.ArrowException, ValueError, KeyError) as error:
            raise Unusable(f"it cannot be read: {error}") from error

    def _load_catalog(self, stored: StoredDocument) -> Catalog:
        content = self._content(stored)
        try:
            return parse_catalog(stored.version, orjson.loads(memoryview(content)))
        except (orjson.JSONDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unusable(f"it cannot be read: {type(error).__name__}: {error}") from error


async def _get(session: ReadSession, kind: str, version: int) -> StoredDocument:
    stored = await find(session, kind, version)
    if stored is None:
        raise Unusable(f"there is no {kind} document {version}")
    return stored


def _trim(shelf: dict[int, OwnershipMap] | dict[int, Catalog], keep: int) -> None:
    for version in sorted(shelf)[: -keep - 1]:
        del shelf[version]
