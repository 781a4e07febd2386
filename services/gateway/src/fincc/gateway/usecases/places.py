"""The hierarchy as the gateway knows it: received as a document, asked for as it is today."""

from __future__ import annotations

import logging

from fincc.common import documents
from fincc.common.clock import Clock, today
from fincc.common.db import Database
from fincc.common.documents import CATALOG, DocumentShelf, Unusable
from fincc.common.events.document_pb2 import Document
from fincc.common.hierarchy import Hierarchy
from fincc.common.objects import ObjectStore

log = logging.getLogger(__name__)

FOLDER = "gateway/documents"


class Places:
    """One of a process. Other gateways find in the database what this one has received."""

    def __init__(self, database: Database, objects: ObjectStore, clock: Clock) -> None:
        self._database, self._objects, self._clock = database, objects, clock
        self._shelf = DocumentShelf(objects)
        self._today: Hierarchy | None = None

    async def receive(self, document: Document) -> None:
        problem = await documents.keep_file(self._objects, FOLDER, CATALOG, document)
        if problem is not None:
            log.error("a document cannot be used: %s", problem, extra={"version": document.version})
        async with self._database.write() as session:
            await documents.put(session, CATALOG, document, problem, self._clock.now())

    async def now(self) -> Hierarchy:
        """Of today, by the newest document that can be used; without nodes before any has come."""
        day = today(self._clock)
        while True:
            async with self._database.read() as session:
                version = await documents.newest_usable(session, CATALOG) or 0
                known = self._today
                if known is not None and (known.version, known.day) == (version, day):
                    return known
                try:
                    catalog = await self._shelf.catalog(session, version)
                except Unusable as error:
                    problem = str(error)
                else:
                    self._today = catalog.as_of(day)
                    return self._today
            log.error("a document cannot be used: %s", problem, extra={"version": version})
            async with self._database.write() as session:
                await documents.refuse(session, CATALOG, version, problem)

    async def of(self, version: int) -> Hierarchy:
        """Of today, by the document of that version, which somebody has just seen to be the newest."""
        known = self._today
        if known is not None and (known.version, known.day) == (version, today(self._clock)):
            return known
        return await self.now()

    async def clean_up(self) -> None:
        """Forget the documents before the newest that can be used, and their files."""
        async with self._database.write() as session:
            newest = await documents.newest_usable(session, CATALOG)
            if newest is not None:
                await documents.forget_before(session, CATALOG, newest)
        await documents.drop_files(self._database, self._objects, FOLDER)
