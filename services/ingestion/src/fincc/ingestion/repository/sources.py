"""SQL over sources and sightings."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import TextualSelect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import RowMapping

from fincc.common.db import ReadSession, WriteSession
from fincc.ingestion.repository.secrets import of_sources


def _select(sql: str) -> TextualSelect:
    return text(sql).columns(options=JSONB)


async def insert(
    session: WriteSession, source_id: str, kind: str, name: str, location: str, options: dict[str, Any]
) -> bool:
    """False when a source of this name exists."""
    done = await session.execute(
        text(
            "insert into sources (id, kind, name, location, options) "
            "values (:id, :kind, :name, :location, cast(:options as jsonb)) "
            "on conflict (name) where removed_at is null do nothing"
        ),
        {"id": source_id, "kind": kind, "name": name, "location": location, "options": json.dumps(options)},
    )
    return done.rowcount == 1


async def find(session: ReadSession, id_or_name: str) -> RowMapping | None:
    return await session.first(
        _select("select * from sources where removed_at is null and (id = :key or name = :key)"), {"key": id_or_name}
    )


async def find_any(session: ReadSession, source_id: str) -> RowMapping | None:
    """Removed ones, too."""
    return await session.first(_select("select * from sources where id = :id"), {"id": source_id})


async def list_all(session: ReadSession) -> list[RowMapping]:
    return await session.all(_select("select * from sources where removed_at is null order by name"))


async def set_schedule(session: WriteSession, source_id: str, paused: bool, poll_every_s: int | None) -> None:
    await session.execute(
        text("update sources set paused = :paused, poll_every_s = :every where id = :id"),
        {"id": source_id, "paused": paused, "every": poll_every_s},
    )


async def find_locked(session: WriteSession, source_id: str) -> RowMapping | None:
    """As it is now; nobody else changes it before this transaction ends."""
    return await session.first(
        _select("select * from sources where removed_at is null and id = :id for update"), {"id": source_id}
    )


async def set_options(session: WriteSession, source_id: str, options: dict[str, Any]) -> None:
    await session.execute(
        text("update sources set options = cast(:options as jsonb) where id = :id"),
        {"id": source_id, "options": json.dumps(options)},
    )


async def take_due(session: WriteSession, default_every_s: float, now: datetime) -> list[str]:
    """Sources whose next look is due and that have none queued; their last look is now. Two workers never take the same one."""
    rows = await session.all(
        text(
            "update sources s set looked_at = :now where removed_at is null and not paused "
            "and coalesce(looked_at, created_at) "
            "+ make_interval(secs => coalesce(poll_every_s, cast(:every as double precision))) <= :now "
            "and not exists (select from jobs j where j.source_id = s.id and j.kind = 'ingest' and j.finished_at is null) "
            "returning id"
        ),
        {"now": now, "every": default_every_s},
    )
    return sorted(r["id"] for r in rows)


async def mark_removed(session: WriteSession, source_id: str, now: datetime) -> None:
    """Its secrets go at once, whatever becomes of its costs."""
    await session.execute(text("update sources set removed_at = :now where id = :id"), {"id": source_id, "now": now})
    await of_sources.forget(session, source_id)


async def find_seen(session: ReadSession, source_id: str, billing_period: str, token: str) -> datetime | None:
    """When this listing was seen first."""
    found: datetime | None = await session.scalar(
        text(
            "select first_seen_at from sightings where source_id = :source and billing_period = :period and token = :token"
        ),
        {"source": source_id, "period": billing_period, "token": token},
    )
    return found


async def first_seen(session: WriteSession, source_id: str, billing_period: str, token: str, now: datetime) -> datetime:
    """When this listing was seen first; remembers it now if it never was."""
    row = await session.first(
        text(
            "insert into sightings (source_id, billing_period, token, first_seen_at) values (:source, :period, :token, :now) "
            "on conflict (source_id, billing_period, token) do update set first_seen_at = sightings.first_seen_at "
            "returning first_seen_at"
        ),
        {"source": source_id, "period": billing_period, "token": token, "now": now},
    )
    assert row is not None
    await session.execute(
        text("delete from sightings where source_id = :source and billing_period = :period and token <> :token"),
        {"source": source_id, "period": billing_period, "token": token},
    )
    seen: datetime = row["first_seen_at"]
    return seen
