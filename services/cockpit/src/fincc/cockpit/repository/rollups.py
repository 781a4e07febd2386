"""Roll-up partitions: made and filled before anybody reads them, dropped long after the last reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import text

from fincc.cockpit.domain.columns import GROUP_COLUMNS, GROUP_FIELDS, METRIC_FIELDS
from fincc.cockpit.domain.facts import Facts, Ints
from fincc.cockpit.domain.rollup import GroupKey, Rollup, group_id
from fincc.common.batches import dictionary
from fincc.common.db import WriteSession
from fincc.common.focus import OWNER_COLUMNS

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
    service_days: pa.Table
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
    return SetTables(groups, rows.take(pa.array(order)), _owner_day(rollup), _service_days(rollup), rollup.days())


def _owner_day(rollup: Rollup) -> pa.Table:
    owners, facts = rollup.by(OWNER_COLUMNS)
    return pa.table({**_names(owners, OWNER_DAY_COLUMNS, facts.key), **_columns(facts, rollup.currencies)})


def _service_days(rollup: Rollup) -> pa.Table:
    """One row per team, service and currency, its days and amounts in the text form of arrays."""
    pairs, facts = rollup.by(("x_TeamId", "ServiceName"))
    of_row = facts.key.astype(np.int64) * len(rollup.currencies) + facts.currency
    order = np.argsort(of_row, kind="stable")  # the days of a key and currency are ascending already
    starts = np.flatnonzero(np.diff(of_row[order], prepend=-1))
    offsets = pa.array(np.append(starts, len(order)).astype(np.int32))
    columns = _columns(facts, rollup.currencies)
    currency = columns.pop("currency")
    arrays = {("days" if n == "day" else n): _arrays(offsets, c.take(pa.array(order))) for n, c in columns.items()}
    first = order[starts]
    return pa.table(
        {
            **_names(pairs, ("team_id", "service_name"), facts.key[first]),
            "currency": currency.take(pa.array(first)),
            **arrays,
        }
    )


def _arrays(offsets: pa.Array, values: pa.Array) -> pa.Array:
    """Slices of the values as `{a,b,…}`, which is how PostgreSQL reads an array."""
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, values.cast(pa.string())), ",")
    return pc.binary_join_element_wise("{", joined, "}", "")


def _names(keys: Sequence[GroupKey], columns: Sequence[str], key: Ints) -> dict[str, pa.Array]:
    """The parts of the keys that facts are about; none is ''."""
    return {n: dictionary(key, pa.array([k[i] or "" for k in keys], pa.string())) for i, n in enumerate(columns)}


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
    for name, rows in (("owner_day", tables.owner_day), ("service_days", tables.service_days)):
        of_set = pa.array(np.full(rows.num_rows, set_id, np.int64))
        await session.copy(name, rows.append_column("set_id", of_set))
    await session.execute(text("select attach_rollup(:id)"), {"id": set_id})
    return set_id


async def drop(session: WriteSession, set_id: int) -> None:
    """Waits only briefly for readers, so that others never queue behind it; the caller tries again later."""
    await session.execute(text("select set_config('lock_timeout', :timeout, true)"), {"timeout": DROP_LOCK_TIMEOUT})
    await session.execute(text("select drop_rollup(:id)"), {"id": set_id})
