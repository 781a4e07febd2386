"""Ownership and catalog documents: receive, load, remember."""

from __future__ import annotations

import asyncio
from hashlib import sha256

import orjson
import pyarrow as pa
from pyarrow import ipc

from fincc.cockpit.domain.hierarchy import Catalog, parse_catalog
from fincc.cockpit.domain.owners import OwnershipMap
from fincc.cockpit.repository import documents, state
from fincc.cockpit.repository.documents import CATALOG, OWNERSHIP, StoredDocument
from fincc.common.clock import Clock
from fincc.common.db import Database, ReadSession
from fincc.common.events.document_pb2 import Document
from fincc.common.objects import ObjectStore

FOLDER = "cockpit/documents"

__all__ = ["CATALOG", "FOLDER", "OWNERSHIP", "DocumentShelf", "Unusable", "receive", "refuse"]


class Unusable(Exception):
    """A document whose content is not what its message says; it is kept with the reason and never switched to."""


async def receive(database: Database, objects: ObjectStore, clock: Clock, kind: str, document: Document) -> None:
    """Store it as pending; a job switches to it. A file is copied, since its owner keeps only its newest ones."""
    problem = None
    if document.WhichOneof("content") == "object_path":
        try:
            content = await asyncio.to_thread(objects.read, document.object_path)
        except FileNotFoundError:
            problem = f"its file {document.object_path} is not in the object store"
        else:
            document.object_path = f"{FOLDER}/{kind}/{document.version}.bin"
            await asyncio.to_thread(objects.write, document.object_path, content)
    async with database.write() as session:
        if problem is not None:
            await state.lock_state(session)
            await state.bump(session, clock.now(), refreshed=False)
        await documents.put(session, kind, document, problem, clock.now())


async def refuse(database: Database, clock: Clock, kind: str, version: int, problem: Unusable) -> None:
    """Never try this version again, and say so in every answer."""
    async with database.write() as session:
        await state.lock_state(session)
        await documents.refuse(session, kind, version, str(problem))
        await state.bump(session, clock.now(), refreshed=False)


class DocumentShelf:
    """The documents in use, loaded once per version and process."""

    KEEP = 2

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._ownership: dict[int, OwnershipMap] = {0: OwnershipMap()}
        self._catalogs: dict[int, Catalog] = {0: Catalog(0)}
        self.active = self._ownership[0]
        """The ownership document that new snapshots are aggregated under; the swap checks whether it still is."""

    async def ownership(self, session: ReadSession, version: int) -> OwnershipMap:
        if version not in self._ownership:
            stored = await self._find(session, OWNERSHIP, version)
            self._ownership[version] = await asyncio.to_thread(self._load_ownership, stored)
            _trim(self._ownership, self.KEEP)
        return self._ownership[version]

    async def catalog(self, session: ReadSession, version: int) -> Catalog:
        if version not in self._catalogs:
            stored = await self._find(session, CATALOG, version)
            self._catalogs[version] = await asyncio.to_thread(self._load_catalog, stored)
            _trim(self._catalogs, self.KEEP)
        return self._catalogs[version]

    async def _find(self, session: ReadSession, kind: str, version: int) -> StoredDocument:
        stored = await documents.find(session, kind, version)
        if stored is None:
            raise Unusable(f"there is no {kind} document {version}")
        return stored

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


def _trim(shelf: dict[int, OwnershipMap] | dict[int, Catalog], keep: int) -> None:
    for version in sorted(shelf)[: -keep - 1]:
        del shelf[version]
