"""The audit records of all services as one, by time. A service that does not answer is named, never silently left out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from fincc.common.audit_reading import AuditEntry, AuditPage, Position, Wanted, list_entries
from fincc.common.auth import HEADER, Subject
from fincc.common.clock import to_us
from fincc.common.csv_text import BOM, lines, safe_comment
from fincc.common.db import Database
from fincc.common.problem import Invalid
from fincc.common.topology import SERVICES, get_service
from fincc.gateway.errors import ServiceDown
from fincc.gateway.identity import SignedSubjects
from fincc.gateway.overview import GATEWAY
from fincc.gateway.peers import Peers
from fincc.gateway.schemas import audit as schemas

TIMEOUT_S = 15.0
CSV_PAGE = 500
CSV_COLUMNS = tuple(AuditEntry.model_fields)

NAMES = [spec.name for spec in SERVICES]


@dataclass(frozen=True)
class Place:
    """A place in the merged listing: newest first; of one time in the order of the table of services."""

    service: str
    position: Position

    @staticmethod
    def of(cursor: str | None) -> Place | None:
        """Raises Invalid for a cursor that we did not give."""
        if cursor is None:
            return None
        service, _, rest = cursor.partition("~")
        position = Position.of(rest)
        if service not in NAMES or position is None:
            raise Invalid("the cursor is not one that we gave", errors=[{"field": "after", "message": "unknown"}])
        return Place(service, position)

    def __str__(self) -> str:
        return f"{self.service}~{self.position}"

    def seen_by(self, service: str) -> Position:
        """Where the listing of one service goes on: entries of the very time of this place were given, or not yet."""
        mine, its = NAMES.index(self.service), NAMES.index(service)
        if its == mine:
            return self.position
        return Position(self.position.at, 0) if its < mine else Position(self.position.at)


class MergedAudit:
    """Asks all services for the entries after a place; the gateway's own are read here."""

    def __init__(self, database: Database, peers: Peers, subjects: SignedSubjects) -> None:
        self._database, self._peers, self._subjects = database, peers, subjects

    async def page(
        self, by: Subject, asked: Wanted, services: list[str], after: Place | None, limit: int
    ) -> schemas.MergedAudit:
        """Entries of `services`, and which of them did not answer."""
        got = await asyncio.gather(*(self._entries(by, asked, name, after, limit) for name in services))
        missing = [g for g in got if isinstance(g, schemas.MissingService)]
        answers = [g for g in got if not isinstance(g, schemas.MissingService)]
        entries = sorted((e for answer in answers for e in answer), key=_order)
        has_more = len(entries) > limit or any(len(answer) == limit for answer in answers)
        items = entries[:limit]
        last = items[-1] if items else None
        more = str(Place(last.service, Position(last.at, last.seq))) if last and has_more else None
        return schemas.MergedAudit(items=items, next_cursor=more, missing=missing)

    async def _entries(
        self, by: Subject, asked: Wanted, service: str, after: Place | None, limit: int
    ) -> list[AuditEntry] | schemas.MissingService:
        position = after.seen_by(service) if after else None
        if service == GATEWAY:
            async with self._database.read() as session:
                return await list_entries(session, service, asked, position, limit)
        params: dict[str, Any] = {
            "subject": asked.subject,
            "action": asked.action,
            "from": asked.first_day,
            "to": asked.last_day,
            "entry": asked.entry,
            "after": position,
            "limit": limit,
        }
        try:
            status, body = await self._peers.get_json(
                service,
                f"{get_service(service).prefix}/audit",
                TIMEOUT_S,
                params={name: str(value) for name, value in params.items() if value is not None},
                headers={HEADER: self._subjects.of(by).decode()},
            )
        except ServiceDown as down:
            return schemas.MissingService(service=service, reason=down.detail)
        if status != 200:
            said = body.get("detail") if isinstance(body, dict) else None
            return schemas.MissingService(service=service, reason=str(said or f"it answered {status}"))
        return AuditPage.model_validate(body).items

    async def csv(self, by: Subject, asked: Wanted, services: list[str]) -> AsyncIterator[str]:
        """All that match. Which service did not answer is said before the table, or after it when it went away meanwhile."""
        page = await self.page(by, asked, services, None, CSV_PAGE)
        named = {m.service for m in page.missing}
        yield BOM + "".join(_missing(m) for m in page.missing) + lines([CSV_COLUMNS])
        count = 0
        while True:
            yield lines(_cells(entry) for entry in page.items)
            count += len(page.items)
            if page.next_cursor is None:
                break
            page = await self.page(by, asked, services, Place.of(page.next_cursor), CSV_PAGE)
            for gone in page.missing:
                if gone.service not in named:
                    named.add(gone.service)
                    yield _missing(gone)
        yield f"# {count} entries of {len(services) - len(named)} services, {len(named)} did not answer\r\n"


def _order(entry: AuditEntry) -> tuple[int, int, int]:
    return (-to_us(entry.at), NAMES.index(entry.service), -entry.seq)


def _missing(gone: schemas.MissingService) -> str:
    return safe_comment(f"# missing: {gone.service}, {' '.join(gone.reason.split())}") + "\r\n"


def _cells(entry: AuditEntry) -> list[object]:
    """Times with their microseconds and objects as JSON: what the hashes can be computed from."""
    cells = entry.model_dump()
    cells["at"] = entry.at.isoformat(timespec="microseconds")
    for name in ("before", "after"):
        cells[name] = None if cells[name] is None else json.dumps(cells[name], ensure_ascii=False, sort_keys=True)
    return list(cells.values())
