"""Roll-up partitions: made and filled before anybody reads them, dropped long after the last reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
from sqlalchemy import text

from fincc.cockpit.domain.columns import GROUP_COLUMNS, GROUP_FIELDS, METRIC_FIELDS
from fincc.cockpit.domain.facts import Facts
from fincc.cockpit.domain.rollup import Rollup, group_id
from fincc.common.batches import dictionary
from fincc.common.db import WriteSession

DROP_LOCK_TIMEOUT = "200ms"
OWNER_DAY_COLUMNS = ("team_id", "service_id", "rule_id")


@dataclass(frozen=True)
class NewSet:
    source_id: str
    billing_period: str
    version: int
    ownership_version: int


@dataclass(frozen=True)
class SetTables:
    """A roll-up as the columns of its tables; built away from the event loop."""

    groups: pa.Table
    rollup: pa.Table
    owner_day: pa.Table
    days: tuple[date, date] | None


def to_tables(rollup: Rollup) -> SetTables:
    """Rows in order of team, so that the rows of a team lie together on disk."""
    ids = np.array([group_id(g) for g in rollup.groups], np.int64)
    fields = {GROUP_FIELDS[c]: [g[i] for g in rollup.groups] for i, c in enumerate(GROUP_COLUMNS)}
    groups = pa.table({"group_id": pa.array(ids), **{n: pa.array(v, pa.string()) for n, v in fields.items()}})
    teams, of_group = np.unique([t or "" for t in fields["x_team_id"]] or [""], return_inverse=True)
    facts = rollup.facts
    team = of_group[facts.key].astype(np.int32) if len(facts) else np.zeros(0, np.int32)
    order = np.lexsort((facts.day, facts.key, team))
    rows = pa.table(
        {
            "team_id": dictionary(team, pa.array(teams.tolist(), pa.string())),
            "group_id": pa.array(ids[facts.key]),
            **_columns(facts, rollup.currencies),
            "rows": pa.array(facts.rows),
        }
    )
    return SetTables(groups, rows.take(pa.array(order)), _owner_day(rollup), rollup.days())


def _owner_day(rollup: Rollup) -> pa.Table:
    owners, facts = rollup.by_owner()
    names = {
        name: dictionary(facts.key, pa.array([o[i] or "" for o in owners], pa.string()))
        for i, name in enumerate(OWNER_DAY_COLUMNS)
    }
    return pa.table({**names, **_columns(facts, rollup.currencies)})


def _columns(facts: Facts, currencies: list[str]) -> dict[str, pa.Array]:
    return {
        "day": pa.array(facts.day.astype(np.int32)).cast(pa.date32()),
        "currency": dictionary(facts.currency, pa.array(currencies, pa.string())),
        **{METRIC_FIELDS[metric]: lanes.to_arrow() for metric, lanes in facts.amounts.items()},
    }


async def put_groups(session: WriteSession, groups: pa.Table) -> None:
    """Add those that are not there; two writers may add the same ones."""
    ids = groups.column("group_id").to_pylist()
    known = await session.all(text("select group_id from groups where group_id = any(:ids)"), {"ids": ids})
    have = {r["group_id"] for r in known}
    fresh = groups.filter(pa.array([i not in have for i in ids], pa.bool_()))
    if not fresh.num_rows:
        return
    await session.execute(text("create temp table new_groups (like groups) on commit drop"))
    await session.copy("new_groups", fresh)
    await session.execute(
        text("insert into groups select * from new_groups order by group_id on conflict (group_id) do nothing")
    )


async def stage(session: WriteSession, new: NewSet, tables: SetTables, now: datetime) -> int:
    """A partition of its own with its rows, in a transaction of its own; nobody reads it before a snapshot points at it."""
    if tables.days is None:
        raise ValueError("a set needs rows")
    set_id: int = await session.scalar(text("select nextval('set_ids')"))
    await session.execute(
        text(
            "insert into sets (set_id, source_id, billing_period, version, ownership_version, first_day, last_day, state, "
            "changed_at) values (:id, :source, :period, :version, :ownership, :first, :last, 'staged', :now)"
        ),
        {
            "id": set_id,
            "source": new.source_id,
            "period": new.billing_period,
            "version": new.version,
            "ownership": new.ownership_version,
            "first": tables.days[0],
            "last": tables.days[1],
            "now": now,
        },
    )
    await put_groups(session, tables.groups)
    partition = await session.scalar(text("select create_rollup(:id)"), {"id": set_id})
    await session.copy(partition, tables.rollup)
    of_set = pa.array(np.full(tables.owner_day.num_rows, set_id, np.int64))
    await session.copy("owner_day", tables.owner_day.append_column("set_id", of_set))
    await session.execute(text("select attach_rollup(:id)"), {"id": set_id})
    return set_id


async def drop(session: WriteSession, set_id: int) -> None:
    """Waits only briefly for readers, so that others never queue behind it; the caller tries again later."""
    await session.execute(text("select set_config('lock_timeout', :timeout, true)"), {"timeout": DROP_LOCK_TIMEOUT})
    await session.execute(text("select drop_rollup(:id)"), {"id": set_id})
