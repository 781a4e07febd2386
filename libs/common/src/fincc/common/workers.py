"""The processes of a service, each with a row of its own that it renews: what it runs, reads, and waits for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

from fincc.common.auth import needs
from fincc.common.clock import Clock
from fincc.common.db import Database, WriteSession

ALIVE_FOR = timedelta(seconds=30)
KEPT_FOR = timedelta(days=1)


class TimedWork(BaseModel):
    """A job as it went last in one process; `failed_at` and `error` stay after a later success."""

    name: str
    every_s: float
    started_at: datetime | None
    ended_at: datetime | None = Field(description="Earlier than started_at while it runs.")
    took_s: float | None
    ok: bool | None
    error: str | None
    failed_at: datetime | None


class Worker(BaseModel):
    """A process of this service that was seen within the last half minute."""

    instance: str
    version: str
    roles: list[str]
    started_at: datetime
    seen_at: datetime
    reasons: list[str] = Field(description="Why it is not ready; empty when it is.")
    lag: dict[str, int | None] = Field(
        description="Topic → messages it has not finished with, on the partitions it reads; null: not known."
    )
    dead_letters: int | None = Field(description="Of the whole service; null: it reads no topic.")
    outbox: int | None = Field(description="Of the whole service; null: it writes no topic.")
    jobs: list[TimedWork]


class Workers(BaseModel):
    items: list[Worker]


async def put(
    session: WriteSession,
    instance: str,
    version: str,
    roles: tuple[str, ...],
    started_at: datetime,
    now: datetime,
    report: dict[str, Any],
) -> None:
    """Renew the row of this process, and forget those that were not renewed for a day."""
    await session.execute(
        text(
            "insert into workers (instance, version, roles, started_at, seen_at, report) "
            "values (:instance, :version, :roles, :started_at, :now, cast(:report as jsonb)) "
            "on conflict (instance) do update set version = excluded.version, roles = excluded.roles, "
            "started_at = excluded.started_at, seen_at = excluded.seen_at, report = excluded.report"
        ),
        {
            "instance": instance,
            "version": version,
            "roles": list(roles),
            "started_at": started_at,
            "now": now,
            "report": orjson.dumps(report).decode(),
        },
    )
    await session.execute(text("delete from workers where seen_at < :before"), {"before": now - KEPT_FOR})


async def list_alive(database: Database, now: datetime) -> list[dict[str, Any]]:
    """As `Worker`, the longest running first."""
    async with database.read() as session:
        rows = await session.all(
            text(
                "select instance, version, roles, started_at, seen_at, report from workers "
                "where seen_at > :since order by started_at, instance"
            ).columns(report=JSONB),
            {"since": now - ALIVE_FOR},
        )
    return [{**{k: v for k, v in row.items() if k != "report"}, **row["report"]} for row in rows]


def router(database: Database, clock: Clock) -> APIRouter:
    routes = APIRouter(tags=["status"])

    @routes.get("/workers", response_model=Workers, dependencies=[needs("health:read")])
    async def get_workers() -> dict[str, Any]:
        """The processes of this service, what they wait for, and how their timed work went."""
        return {"items": await list_alive(database, clock.now())}

    return routes
