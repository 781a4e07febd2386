"""Roll-up partitions: made and filled before anybody reads them, dropped long after the last reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import text

from fincc.cockpit.domain.columns import GROUP_COLUMNS, GROUP_FIELDS, METRIC_FIELDS
from fincc.cockpit.domain.facts import Facts
from fincc.cockpit.domain.rollup import GroupKey, Rollup, group_id
from fincc.common.batches import dictionary
from fincc.common.db import WriteSession
from fincc.common.focus import OWNER_COLUMNS
from fincc.common.money import Int64s
from fincc.common.vocabulary import Ints

_NEW_GROUPS = (
    "select array_agg(id) from unnest($1::bigint[]) id where not exists (select from groups g where g.group_id = id)"
)
DROP_LOCK_TIMEOUT = "200ms"
OWNER_DAY_COLUMNS = ("team_id", "service_id", "rule_id")


@dataclass(frozen=True)
class NewSet:
    source_id: str
    billing_period: str
    version: int
    ownership_version: int


def group_ids(rollup: Rollup) -> Int64s:
    return np.array([group_id(g) for g in rollup.groups], np.int64)


def to_groups(rollup: Rollup, ids: Int64s) -> pa.Table:
    fields = {GROUP_FIELDS[c]: [g[i] for g in rollup.groups] for i, c in enumerate(GROUP_COLUMNS)}
    return pa.table({"group_id": pa.array(ids), **{n: pa.array(v, pa.string()) for n, v in fields.items()}})


def to_rows(rollup: Rollup, ids: Int64s) -> pa.Table:
    """In order of team, so that the rows of a team lie together on disk."""
    place, facts = GROUP_COLUMNS.index(OWNER_COLUMNS[0]), rollup.facts
    teams, of_group = np.unique([g[place] or "" for g in rollup.groups], return_inverse=True)
    team = of_group[facts.key].astype(np.int64)
    first = facts.day.min()
    span = int(facts.day.max() - first) + 1
    order = np.argsort((team * len(ids) + facts.key) * span + (facts.day - first), kind="stable")
    rows = pa.table(
        {
            "team_id": dictionary(team.astype(np.int32), pa.array(teams.tolist(), pa.string())),
            "group_id": pa.array(ids[facts.key]),
            **_columns(facts, rollup.currencies),
            "rows": pa.array(facts.rows),
        }
    )
    return rows.take(pa.array(order))


def to_sums(rollup: Rollup) -> dict[str, pa.Table]:
    """The tables of coarser sums."""
    return {"owner_day": _owner_day(rollup), "service_days": _service_days(rollup)}


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
    driver = await session.driver()
    new = await driver.fetchval(_NEW_GROUPS, groups.column("group_id").to_pylist())
    fresh = groups.filter(pc.is_in(groups.column("group_id"), pa.array(new or [], pa.int64())))
    if not fresh.num_rows:
        return
    await session.execute(text("create temp table new_groups (like groups) on commit drop"))
    await session.copy("new_groups", fresh)
    await session.execute(
        text("insert into groups select * from new_groups order by group_id on conflict (group_id) do nothing")
    )


async def begin(session: WriteSession, new: NewSet, days: tuple[date, date], now: datetime) -> int:
    """A set of these days, with an empty partition. Whoever fills it may crash: it is dropped when it grows old unseen."""
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
            "first": days[0],
            "last": days[1],
            "now": now,
        },
    )
    await session.execute(text("select create_rollup(:id)"), {"id": set_id})
    return set_id


async def fill(session: WriteSession, set_id: int, rows: pa.Table) -> None:
    """The rows of a set; then its partition is one of the table's."""
    await session.copy_typed(f"rollup_{set_id}", rows)
    await session.execute(text("select attach_rollup(:id)"), {"id": set_id})


async def fill_sums(session: WriteSession, set_id: int, sums: Mapping[str, pa.Table]) -> None:
    """`sums`: table → rows without the id of the set."""
    for name, rows in sums.items():
        await session.copy(name, rows.append_column("set_id", pa.array(np.full(rows.num_rows, set_id, np.int64))))


async def drop(session: WriteSession, set_id: int) -> None:
    """Waits only briefly for readers, so that others never queue behind it; the caller tries again later."""
    await session.execute(text("select set_config('lock_timeout', :timeout, true)"), {"timeout": DROP_LOCK_TIMEOUT})
    await session.execute(text("select drop_rollup(:id)"), {"id": set_id})
