"""Ownership and catalog documents: receive them, and take the newest that can be used."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from fincc.common import documents
from fincc.common.db import ReadSession
from fincc.common.documents import CATALOG, OWNERSHIP, Unusable
from fincc.common.events.document_pb2 import Document
from fincc.common.hierarchy import Catalog
from fincc.common.ownership import OwnershipMap
from fincc.compliance.usecases.context import Context

D = TypeVar("D")

log = logging.getLogger(__name__)

FOLDER = "compliance/documents"


async def receive(context: Context, kind: str, document: Document) -> None:
    problem = await documents.keep_file(context.objects, FOLDER, kind, document)
    if problem is not None:
        log.error("a document cannot be used: %s", problem, extra={"kind": kind, "version": document.version})
    async with context.database.write() as session:
        await documents.put(session, kind, document, problem, context.clock.now())


async def newest_catalog(context: Context) -> Catalog:
    """The newest that can be used; an empty one before any has come."""
    return await _newest(context, CATALOG, context.shelf.catalog)


async def newest_ownership(context: Context) -> OwnershipMap:
    """The same of who owns what."""
    return await _newest(context, OWNERSHIP, context.shelf.ownership)


async def _newest(context: Context, kind: str, load: Callable[[ReadSession, int], Awaitable[D]]) -> D:
    while True:
        async with context.database.read() as session:
            version = await documents.newest_usable(session, kind) or 0
            try:
                return await load(session, version)
            except Unusable as error:
                problem = error
        await _refuse(context, kind, version, problem)


async def _refuse(context: Context, kind: str, version: int, problem: Unusable) -> None:
    log.error("a document cannot be used: %s", problem, extra={"kind": kind, "version": version})
    async with context.database.write() as session:
        await documents.refuse(session, kind, version, str(problem))


async def clean_up(context: Context) -> None:
    """Forget the documents before the newest usable ones, and their files."""
    for kind in (CATALOG, OWNERSHIP):
        async with context.database.write() as session:
            newest = await documents.newest_usable(session, kind)
            if newest is not None:
                await documents.forget_before(session, kind, newest)
    await documents.drop_files(context.database, context.objects, FOLDER)
