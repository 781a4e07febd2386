"""SQL over the newest sealed snapshot of each source and month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from fincc.common.db import ReadSession, WriteSession


@dataclass(frozen=True)
class SnapshotRow:
    """No `keys_path`: purged, or without records."""

    source_id: str
    billing_period: str
    source_name: str
    version: int
    counted: bool
    keys_path: str | None
    first_day: date | None
    last_day: date | None
    usage_through: date | None
    accounts: list[str]
    regions: list[str]

    @property
    def has_records(self) -> bool:
        return self.keys_path is not None


_SELECT = (
    "select source_id, billing_period, source_name, version, counted, keys_path, first_day, last_day, usage_through, accounts, "
    "regions from snapshots"
)


async def list_all(session: ReadSession) -> list[SnapshotRow]:
    rows = await session.all(text(_SELECT + " order by billing_period, source_id"))
    return [SnapshotRow(**row) for row in rows]


async def version_of(session: ReadSession, source_id: str, billing_period: str) -> int:
    """0 when none is there."""
    found = await session.scalar(
        text("select version from snapshots where source_id = :source and billing_period = :period"),
        {"source": source_id, "period": billing_period},
    )
    return found or 0


async def put(session: WriteSession, row: SnapshotRow) -> bool:
    """Store a snapshot unless a newer one is there; returns whether it was stored."""
    stored = await session.scalar(
        text(
            "insert into snapshots as s (source_id, billing_period, source_name, version, counted, keys_path, first_day, "
            "last_day, usage_through, accounts, regions) values (:source_id, :billing_period, :source_name, :version, :counted, "
            ":keys_path, :first_day, :last_day, :usage_through, :accounts, :regions) "
            "on conflict (source_id, billing_period) do update set source_name = excluded.source_name, "
            "version = excluded.version, counted = excluded.counted, keys_path = excluded.keys_path, "
            "first_day = excluded.first_day, last_day = excluded.last_day, usage_through = excluded.usage_through, "
            "accounts = excluded.accounts, regions = excluded.regions where s.version < excluded.version returning version"
        ),
        row.__dict__,
    )
    return stored is not None


async def set_counted(session: WriteSession, source_id: str, billing_period: str, version: int, counted: bool) -> None:
    await session.execute(
        text(
            "update snapshots set counted = :counted where source_id = :source and billing_period = :period "
            "and version <= :version"
        ),
        {"source": source_id, "period": billing_period, "version": version, "counted": counted},
    )
