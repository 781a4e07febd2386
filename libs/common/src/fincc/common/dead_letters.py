"""The dead-letter table of a service: what failed three times on a healthy store, with its reason, replayable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import text

from fincc.common import audit
from fincc.common.auth import Subject, needs, permission
from fincc.common.bus.base import DeadLetter, Message
from fincc.common.clock import Clock
from fincc.common.db import Database
from fincc.common.events.envelope_pb2 import Envelope
from fincc.common.ids import derived_id
from fincc.common.problem import NotFound

Operator = Annotated[Subject, Depends(permission("operations:write"))]
Replay = Callable[[str, str, Envelope], Awaitable[None]]


def kind_of(envelope: Envelope) -> str:
    """`cost.part`, `cost.seal`, `document`, `ledger`."""
    body = envelope.WhichOneof("body") or "unknown"
    return f"cost.{envelope.cost.WhichOneof('body')}" if body == "cost" else body


def writer(database: Database) -> DeadLetter:
    """The callback the bus uses to bury a message of this service."""

    async def bury(message: Message, error: BaseException) -> None:
        key, body = _storable(message.key), message.envelope.SerializeToString()
        async with database.write() as session:
            await session.execute(
                text(
                    "insert into dead_letters (id, topic, key, kind, reason, attempts, envelope) "
                    "values (:id, :topic, :key, :kind, :reason, 3, :envelope) on conflict (id) do update set "
                    "reason = excluded.reason, attempts = dead_letters.attempts + 3, replayed_at = null"
                ),
                {
                    "id": derived_id(message.topic, key, message.envelope.id or sha256(body).hexdigest()),
                    "topic": message.topic,
                    "key": key,
                    "kind": kind_of(message.envelope),
                    "reason": _storable(f"{type(error).__name__}: {error}"[:2000]),
                    "envelope": body,
                },
            )

    return bury


def _storable(said: str) -> str:
    """PostgreSQL stores no NUL, and a letter must not fail to be stored because of what it says."""
    return said.replace("\0", "\\0").encode(errors="replace").decode()


async def list_dead_letters(database: Database) -> list[dict[str, Any]]:
    async with database.read() as session:
        rows = await session.all(
            text(
                "select id, topic, key, kind, reason, first_failed_at, attempts from dead_letters "
                "where replayed_at is null order by first_failed_at, id"
            )
        )
    return [dict(r) for r in rows]


class WaitingLetter(BaseModel):
    """A message that its reader could not take."""

    id: str
    topic: str
    key: str
    kind: str
    reason: str
    first_failed_at: datetime
    attempts: int


class WaitingLetters(BaseModel):
    items: list[WaitingLetter]


def router(database: Database, clock: Clock, replay: Replay) -> APIRouter:
    """Listing and replaying; `replay(topic, key, envelope)` is the service's own way back in."""
    routes = APIRouter(tags=["dead letters"])

    @routes.get("/dead-letters", response_model=WaitingLetters, dependencies=[needs("health:read")])
    async def get_dead_letters() -> dict[str, Any]:
        return {"items": await list_dead_letters(database)}

    @routes.post("/dead-letters/{letter_id}/replay", status_code=202)
    async def replay_dead_letter(letter_id: str, subject: Operator) -> dict[str, str]:
        async with database.read() as session:
            row = await session.first(
                text("select topic, key, envelope from dead_letters where id = :id and replayed_at is null"),
                {"id": letter_id},
            )
        if row is None:
            raise NotFound(f"no dead letter {letter_id!r} waits to be replayed")
        await replay(row["topic"], row["key"], Envelope.FromString(row["envelope"]))
        async with database.write() as session:
            await session.execute(text("update dead_letters set replayed_at = now() where id = :id"), {"id": letter_id})
            told = {"topic": row["topic"], "key": row["key"]}
            await audit.record(session, clock, subject, "dead_letter.replayed", letter_id, after=told)
        return {"id": letter_id, "state": "replayed"}

    return routes
