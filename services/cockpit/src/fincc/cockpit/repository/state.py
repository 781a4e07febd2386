"""What is applied and what answers are read from: read_state, snapshots, sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import text

from fincc.common.bus.delivery import TransientError
from fincc.common.db import Database, ReadSession, WriteSession


@dataclass(frozen=True)
class ReadState:
    ownership_version: int
    catalog_version: int
    revision: int
    refreshed_at: datetime | None


@dataclass(frozen=True)
class SnapshotRow:
    """An applied snapshot with the days its roll-up covers; no set: purged."""

    source_id: str
    billing_period: str
    source_name: str
    version: int
    set_id: int | None
    facts_path: str | None
    counted: bool
    is_closed: bool
    rows: int
    rows_without_list_cost: int
    usage_through: date | None
    restated_by: dict[str, str]
    delivered_at: datetime
    swapped_at: datetime
    first_day: date | None = None
    last_day: date | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.source_id, self.billing_period


_STATE = "select ownership_version, catalog_version, revision, refreshed_at from read_state"
_SNAPSHOTS = (
    "select s.source_id, s.billing_period, s.source_name, s.version, s.set_id, s.facts_path, s.counted, s.is_closed, s.rows, "
    "s.rows_without_list_cost, s.usage_through, s.restated_by, s.delivered_at, s.swapped_at, t.first_day, t.last_day "
    "from snapshots s left join sets t on t.set_id = s.set_id"
)

_FORGET = (
    "delete from owner_day where set_id = any(:ids)",
    "delete from service_days where set_id = any(:ids)",
    "delete from sets where set_id = any(:ids)",
)


async def get_state(session: ReadSession) -> ReadState:
    row = await session.first(text(_STATE))
    assert row is not None
    return ReadState(**row)


async def current_revision(database: Database) -> int:
    revision: int = await database.fetch_value("select revision from read_state")
    return revision


async def lock_state(session: WriteSession) -> ReadState:
    """Taken first by everything that changes what answers say; they follow one another."""
    row = await session.first(text(_STATE + " for update"))
    assert row is not None
    return ReadState(**row)


async def bump(
    session: WriteSession,
    now: datetime,
    *,
    ownership: int | None = None,
    catalog: int | None = None,
    refreshed: bool = True,
) -> int:
    """The next revision; the state must be locked."""
    return await session.scalar(
        text(
            "update read_state set revision = revision + 1, ownership_version = coalesce(:ownership, ownership_version), "
            "catalog_version = coalesce(:catalog, catalog_version), "
            "refreshed_at = case when :refreshed then :now else refreshed_at end returning revision"
        ),
        {"now": now, "ownership": ownership, "catalog": catalog, "refreshed": refreshed},
    )


async def list_snapshots(session: ReadSession) -> list[SnapshotRow]:
    rows = await session.all(text(_SNAPSHOTS + " order by s.billing_period desc, s.source_id"))
    return [SnapshotRow(**r) for r in rows]


async def find_snapshot(session: ReadSession, source_id: str, billing_period: str) -> SnapshotRow | None:
    row = await session.first(
        text(_SNAPSHOTS + " where s.source_id = :source and s.billing_period = :period"),
        {"source": source_id, "period": billing_period},
    )
    return SnapshotRow(**row) if row else None


async def lock_version(session: WriteSession, source_id: str, billing_period: str) -> int:
    """The applied version, 0 when there is none; its row stays locked."""
    version = await session.scalar(
        text("select version from snapshots where source_id = :source and billing_period = :period for update"),
        {"source": source_id, "period": billing_period},
    )
    return version or 0


async def put_snapshot(session: WriteSession, row: SnapshotRow) -> None:
    columns: dict[str, Any] = {k: v for k, v in row.__dict__.items() if k not in ("first_day", "last_day")}
    columns["restated_by"] = orjson.dumps(row.restated_by).decode()
    await session.execute(
        text(
            "insert into snapshots (source_id, billing_period, source_name, version, set_id, facts_path, counted, is_closed, rows, "
            "rows_without_list_cost, usage_through, restated_by, delivered_at, swapped_at) values (:source_id, :billing_period, "
            ":source_name, :version, :set_id, :facts_path, :counted, :is_closed, :rows, :rows_without_list_cost, :usage_through, "
            "cast(:restated_by as jsonb), :delivered_at, :swapped_at) on conflict (source_id, billing_period) do update set "
            "source_name = excluded.source_name, version = excluded.version, set_id = excluded.set_id, "
            "facts_path = excluded.facts_path, counted = excluded.counted, is_closed = excluded.is_closed, rows = excluded.rows, "
            "rows_without_list_cost = excluded.rows_without_list_cost, usage_through = excluded.usage_through, "
            "restated_by = excluded.restated_by, delivered_at = excluded.delivered_at, swapped_at = excluded.swapped_at"
        ),
        columns,
    )


async def set_counted(session: WriteSession, source_id: str, billing_period: str, counted: bool) -> None:
    await session.execute(
        text("update snapshots set counted = :counted where source_id = :source and billing_period = :period"),
        {"source": source_id, "period": billing_period, "counted": counted},
    )


async def show_set(
    session: WriteSession, source_id: str, billing_period: str, set_id: int | None, now: datetime
) -> date | None:
    """Point the period at a staged set and retire the one before; returns the first day that either covers."""
    rows = await session.all(
        text(
            "update sets set state = case when set_id = :id then 'active' else 'retired' end, changed_at = :now "
            "where source_id = :source and billing_period = :period and (state = 'active' or set_id = :id) "
            "returning set_id, first_day"
        ),
        {"id": set_id, "source": source_id, "period": billing_period, "now": now},
    )
    if set_id is not None and set_id not in {r["set_id"] for r in rows}:
        raise TransientError(f"the staged set {set_id} is gone; it has to be derived again")
    await session.execute(
        text("update snapshots set set_id = :id where source_id = :source and billing_period = :period"),
        {"id": set_id, "source": source_id, "period": billing_period},
    )
    return min((r["first_day"] for r in rows), default=None)


async def retire(session: WriteSession, set_ids: Sequence[int], now: datetime) -> None:
    """Staged sets that will not be shown after all."""
    await session.execute(
        text("update sets set state = 'retired', changed_at = :now where set_id = any(:ids) and state = 'staged'"),
        {"ids": list(set_ids), "now": now},
    )


async def stale_sets(session: ReadSession, retired_before: datetime, staged_before: datetime) -> list[int]:
    """Sets replaced before one time, and sets staged before the other and never shown: their writer crashed."""
    rows = await session.all(
        text(
            "select set_id from sets where (state = 'retired' and changed_at < :retired) "
            "or (state = 'staged' and changed_at < :staged) order by set_id"
        ),
        {"retired": retired_before, "staged": staged_before},
    )
    return [r["set_id"] for r in rows]


async def forget_sets(session: WriteSession, set_ids: Sequence[int]) -> None:
    for statement in _FORGET:
        await session.execute(text(statement), {"ids": list(set_ids)})
