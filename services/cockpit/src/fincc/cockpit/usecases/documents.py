"""Ownership and catalog documents: receive, refuse."""

from __future__ import annotations

from fincc.cockpit.repository import state
from fincc.common import documents
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.documents import Unusable
from fincc.common.events.document_pb2 import Document
from fincc.common.objects import ObjectStore

FOLDER = "cockpit/documents"


async def receive(database: Database, objects: ObjectStore, clock: Clock, kind: str, document: Document) -> None:
    """Store it as pending; a job switches to it."""
    problem = await documents.keep_file(objects, FOLDER, kind, document)
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
