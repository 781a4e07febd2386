"""SQL over configured clouds and their newest scans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from fincc.common.db import ReadSession, WriteSession
from fincc.compliance.repository.secrets import of_clouds


@dataclass(frozen=True)
class InventoryRow:
    id: str
    name: str
    config: dict[str, Any]
    paused: bool
    created_at: datetime
    due_at: datetime
    scanned_at: datetime | None
    scans: int
    state: str
    path: str | None
    resources: int | None
    never_tagged: int | None
    areas: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    is_scanning: bool = False


_SELECT = (
    "select i.id, i.name, i.config, i.paused, i.created_at, i.due_at, i.scanned_at, i.scans, i.state, i.path, i.resources, "
    "i.never_tagged, i.areas, i.steps, exists (select 1 from leases l where l.job = 'inventory' and l.subject = i.id "
    "and l.expires_at > now()) as is_scanning from inventories i"
)


async def list_all(session: ReadSession) -> list[InventoryRow]:
    return [InventoryRow(**row) for row in await session.all(text(_SELECT + " order by i.name"))]


async def find(session: ReadSession, inventory_id: str) -> InventoryRow | None:
    row = await session.first(text(_SELECT + " where i.id = :id"), {"id": inventory_id})
    return InventoryRow(**row) if row else None


async def find_by_name(session: ReadSession, name: str) -> InventoryRow | None:
    row = await session.first(text(_SELECT + " where i.name = :name"), {"name": name})
    return InventoryRow(**row) if row else None


async def insert(
    session: WriteSession, inventory_id: str, name: str, config: dict[str, Any], now: datetime
) -> InventoryRow:
    await session.execute(
        text(
            "insert into inventories (id, name, config, created_at, due_at) "
            "values (:id, :name, cast(:config as jsonb), :now, :now)"
        ),
        {"id": inventory_id, "name": name, "config": orjson.dumps(config).decode(), "now": now},
    )
    found = await find(session, inventory_id)
    assert found is not None
    return found


async def set_paused(session: WriteSession, inventory_id: str, paused: bool) -> None:
    await session.execute(
        text("update inventories set paused = :paused where id = :id"), {"id": inventory_id, "paused": paused}
    )


async def lock(session: WriteSession, inventory_id: str) -> InventoryRow | None:
    """Nobody else changes it before this transaction ends."""
    await session.execute(text("select id from inventories where id = :id for update"), {"id": inventory_id})
    return await find(session, inventory_id)


async def set_config(session: WriteSession, inventory_id: str, config: dict[str, Any]) -> None:
    await session.execute(
        text("update inventories set config = cast(:config as jsonb) where id = :id"),
        {"id": inventory_id, "config": orjson.dumps(config).decode()},
    )


async def request(session: WriteSession, inventory_id: str, now: datetime) -> None:
    """`-infinity` is due even when paused."""
    await session.execute(text("update inventories set due_at = '-infinity' where id = :id"), {"id": inventory_id})


async def list_due(session: ReadSession, now: datetime) -> list[str]:
    rows = await session.all(
        text(
            "select id from inventories where due_at <= :now and (not paused or due_at = '-infinity') order by due_at, id"
        ),
        {"now": now},
    )
    return [row["id"] for row in rows]


async def note_scan(
    session: WriteSession,
    inventory_id: str,
    *,
    state: str,
    now: datetime,
    due: datetime,
    path: str | None,
    resources: int | None,
    never_tagged: int | None,
    areas: list[dict[str, Any]],
    steps: list[dict[str, Any]],
) -> None:
    """A scan that failed keeps what the one before has found."""
    await session.execute(
        text(
            "update inventories set state = :state, due_at = :due, scans = scans + 1, resources = :resources, "
            "never_tagged = :never_tagged, steps = cast(:steps as jsonb), path = coalesce(:path, path), "
            "scanned_at = case when cast(:path as text) is null then scanned_at else :now end, "
            "areas = case when cast(:path as text) is null then areas else cast(:areas as jsonb) end where id = :id"
        ),
        {
            "id": inventory_id,
            "state": state,
            "now": now,
            "due": due,
            "path": path,
            "resources": resources,
            "never_tagged": never_tagged,
            "areas": orjson.dumps(areas).decode(),
            "steps": orjson.dumps(steps).decode(),
        },
    )


async def delete(session: WriteSession, inventory_id: str) -> None:
    """Its secrets go with it."""
    await of_clouds.forget(session, inventory_id)
    await session.execute(text("delete from inventories where id = :id"), {"id": inventory_id})
