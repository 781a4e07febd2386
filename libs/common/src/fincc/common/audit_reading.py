"""Reading the audit record of a service and looking whether its chain is whole; the routes are the same in all services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from sqlalchemy import func, or_, select, tuple_

from fincc.common.audit import START, audit, hash_of
from fincc.common.auth import needs
from fincc.common.db import Database, ReadSession
from fincc.common.problem import Invalid

READ = needs("audit:read")
BATCH = 1000
_LAST_SEQ = 2**63 - 1
_DAY = timedelta(days=1)


class AuditEntry(BaseModel):
    """Who (`subject_…`) did what (`action`) to what (`object_…`), from where (`address`, null: the machine itself)."""

    service: str
    seq: int
    at: datetime
    subject_id: str
    subject_name: str
    address: str | None
    trace_id: str
    action: str
    object_kind: str
    object_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    previous_hash: str
    hash: str


class AuditPage(BaseModel):
    items: list[AuditEntry]
    next_cursor: str | None


class BrokenEntry(BaseModel):
    seq: int
    reason: str


class ChainState(BaseModel):
    """`verified`: entries from the first one on that fit; all of them when nothing is broken."""

    service: str
    entries: int
    verified: int
    head: str = Field(description="Hash of the last entry; of none: 64 zeros.")
    broken: BrokenEntry | None
    known_hash: str | None = Field(description="Hash of the entry that `known` names; null: there is none.")


@dataclass(frozen=True)
class Wanted:
    """Which entries; None: any. Days are of UTC and both included."""

    subject: str | None = None
    action: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    entry: int | None = None


@dataclass(frozen=True)
class Position:
    """A place in the listing, newest first: what follows is older than `at`, or as old and of a smaller `seq`."""

    at: datetime
    seq: int = _LAST_SEQ

    @staticmethod
    def of(cursor: str | None) -> Position | None:
        """Raises Invalid for a cursor that we did not give."""
        if cursor is None:
            return None
        at, _, seq = cursor.partition("~")
        try:
            found = Position(datetime.fromisoformat(at), int(seq))
        except ValueError:
            found = None
        if found is None or found.at.tzinfo is None or not -1 <= found.seq <= _LAST_SEQ:
            raise Invalid("the cursor is not one that we gave", errors=[{"field": "after", "message": "unknown"}])
        return found

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).isoformat()}~{self.seq}"


def wanted(
    subject: Annotated[str | None, Query(description="Id of a person, or a part of the name.")] = None,
    action: Annotated[str | None, Query(description="`source.created`, or `source` for all of its kind.")] = None,
    from_: Annotated[date | None, Query(alias="from", description="First UTC day.")] = None,
    to: Annotated[date | None, Query(description="Last UTC day, included.")] = None,
    entry: Annotated[int | None, Query(ge=1, le=_LAST_SEQ, description="Only the entry of this number.")] = None,
) -> Wanted:
    """The parameters of a listing."""
    return Wanted(subject or None, action or None, from_, to, entry)


Asked = Annotated[Wanted, Depends(wanted)]
Limit = Annotated[int, Query(ge=1, le=500)]
After = Annotated[str | None, Query(description="The `next_cursor` of the page before.")]
Known = Annotated[int | None, Query(ge=1, le=_LAST_SEQ, description="An entry whose hash was written down earlier.")]


async def list_entries(
    session: ReadSession, service: str, asked: Wanted, after: Position | None, limit: int
) -> list[AuditEntry]:
    """Newest first."""
    statement = select(audit).order_by(audit.c.at.desc(), audit.c.seq.desc()).limit(limit)
    if asked.subject is not None:
        statement = statement.where(
            or_(
                audit.c.subject_id == asked.subject,
                func.strpos(func.lower(audit.c.subject_name), asked.subject.lower()) > 0,
            )
        )
    if asked.action is not None:
        statement = statement.where(or_(audit.c.action == asked.action, audit.c.object_kind == asked.action))
    if asked.first_day is not None:
        statement = statement.where(audit.c.at >= _midnight(asked.first_day))
    if asked.last_day is not None and asked.last_day < date.max:
        statement = statement.where(audit.c.at < _midnight(asked.last_day + _DAY))
    if asked.entry is not None:
        statement = statement.where(audit.c.seq == asked.entry)
    if after is not None:
        statement = statement.where(tuple_(audit.c.at, audit.c.seq) < tuple_(after.at, after.seq))
    return [_entry(service, dict(row)) for row in await session.all(statement)]


async def verify(session: ReadSession, service: str, known: int | None = None) -> ChainState:
    """Compute the whole chain again, a batch of entries at a time."""
    verified, previous, broken, known_hash = 0, START, None, None
    while broken is None:
        rows = await session.all(select(audit).where(audit.c.seq > verified).order_by(audit.c.seq).limit(BATCH))
        for row in rows:
            broken = _misfit(service, dict(row), verified + 1, previous)
            if broken is not None:
                break
            verified, previous = row["seq"], row["hash"]
        if len(rows) < BATCH:
            break
    if known is not None:
        known_hash = await session.scalar(select(audit.c.hash).where(audit.c.seq == known))
    last = await session.first(select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1))
    return ChainState(
        service=service,
        entries=await session.scalar(select(func.count()).select_from(audit)),
        verified=verified,
        head=(last["hash"] if last else START).hex(),
        broken=broken,
        known_hash=known_hash.hex() if known_hash else None,
    )


def verification_router(database: Database) -> APIRouter:
    routes = APIRouter(tags=["audit"])

    @routes.get("/audit/verification", dependencies=[READ])
    async def verify_audit(known: Known = None) -> ChainState:
        """Compute all hashes of this service's record again; with `known`, also give the hash of that entry."""
        async with database.read() as session:
            return await verify(session, database.schema, known)

    return routes


def router(database: Database) -> APIRouter:
    """The routes of a service; the gateway has a listing of its own, of all services."""
    routes = verification_router(database)

    @routes.get("/audit", dependencies=[READ])
    async def list_audit(asked: Asked, limit: Limit = 100, after: After = None) -> AuditPage:
        """What was changed in this service, newest first."""
        async with database.read() as session:
            items = await list_entries(session, database.schema, asked, Position.of(after), limit)
        more = str(Position(items[-1].at, items[-1].seq)) if len(items) == limit else None
        return AuditPage(items=items, next_cursor=more)

    return routes


def _misfit(service: str, row: Mapping[str, Any], expected: int, previous: bytes) -> BrokenEntry | None:
    if row["seq"] != expected:
        return BrokenEntry(seq=expected, reason=f"it is missing; the next one there is has number {row['seq']}")
    if row["previous_hash"] != previous:
        return BrokenEntry(seq=expected, reason="it does not follow the entry before it")
    if row["hash"] != hash_of(service, row):
        return BrokenEntry(seq=expected, reason="it is not what was written: its hash does not fit its fields")
    return None


def _entry(service: str, row: Mapping[str, Any]) -> AuditEntry:
    hashes = {name: row[name].hex() for name in ("previous_hash", "hash")}
    return AuditEntry(**{**row, **hashes, "service": service})


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
