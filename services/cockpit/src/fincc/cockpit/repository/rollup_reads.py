"""Sums over roll-up rows by any of the groups' dimensions, each from the smallest table that has them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from fincc.cockpit.domain.columns import GROUP_FIELDS, METRIC_FIELDS
from fincc.cockpit.domain.filters import SOURCE, TEAM_DIMENSION, Filter, named_ids
from fincc.cockpit.domain.pivot import Cell
from fincc.cockpit.domain.windows import Window
from fincc.cockpit.repository.rollups import OWNER_DAY_COLUMNS
from fincc.cockpit.tables import groups, owner_day, rollup, service_days
from fincc.common.db import ReadSession
from fincc.common.focus import OWNER_COLUMNS

Columns = Mapping[str, ColumnElement[Any]]

_UNITS: ColumnElement[Decimal] = literal_column("1000000000000")

_OF_OWNERS: Columns = {
    SOURCE: owner_day.c.set_id,
    **{d: func.nullif(owner_day.c[c], "") for d, c in zip(OWNER_COLUMNS, OWNER_DAY_COLUMNS, strict=True)},
}
_OF_SERVICES: Columns = {
    SOURCE: service_days.c.set_id,
    TEAM_DIMENSION: func.nullif(service_days.c.team_id, ""),
    "ServiceName": func.nullif(service_days.c.service_name, ""),
}
_OF_GROUPS: Columns = {SOURCE: rollup.c.set_id, **{d: groups.c[f] for d, f in GROUP_FIELDS.items()}}


@dataclass(frozen=True)
class Selection:
    """Which rows: of these sets, in this currency, that pass. `teams` of None is every team."""

    sets: Sequence[int]
    currency: str
    metric: str
    filters: Sequence[Filter]
    teams: Sequence[str | None] | None
    service_names: Mapping[str, str]


@dataclass(frozen=True)
class _Store:
    """A table (or join) with what it knows; `day` and `amount` differ where a row holds the days of a month in arrays."""

    source: FromClause
    table: FromClause
    known: Columns
    day: ColumnElement[date]
    amount: ColumnElement[Decimal]


def _store(dimensions: frozenset[str], metric: str) -> _Store:
    field = METRIC_FIELDS[metric]
    if dimensions <= _OF_OWNERS.keys():
        return _Store(owner_day, owner_day, _OF_OWNERS, owner_day.c.day, owner_day.c[field])
    if dimensions <= _OF_SERVICES.keys():
        daily = func.unnest(service_days.c.days, service_days.c[field]).table_valued("day", "amount", name="daily")
        daily = daily.render_derived()
        return _Store(service_days.join(daily, true()), service_days, _OF_SERVICES, daily.c.day, daily.c.amount)
    source = rollup.join(groups, groups.c.group_id == rollup.c.group_id)
    return _Store(source, rollup, _OF_GROUPS, rollup.c.day, rollup.c[field])


async def sum_rollup(session: ReadSession, selection: Selection, window: Window, columns: Sequence[str]) -> list[Cell]:
    """Sums by `columns` (dimensions of a group, or the set as x_SourceId) and period."""
    thresholds, ranges = window.thresholds(), window.ranges()
    dimensions = frozenset({*columns, *(f.dimension for f in selection.filters)})
    shape = (dimensions, selection.metric, tuple(columns), len(ranges), selection.teams is not None)
    if selection.filters:
        known = _store(dimensions, selection.metric).known
        conditions = [_condition(f, known[f.dimension], selection.service_names) for f in selection.filters]
        statement = _build(*shape, conditions)
    else:
        statement = _statement(*shape)
    parameters: dict[str, Any] = {
        "thresholds": thresholds,
        "sets": list(selection.sets),
        "currency": selection.currency,
        "teams": [t or "" for t in selection.teams or ()],
    }
    for number, days in enumerate(ranges):
        parameters |= {f"first_{number}": days.start, f"last_{number}": days.last}
    rows = await session.tuples(statement, parameters)
    return [
        (tuple(key), thresholds[place - 1], int(amount))
        for places, texts, *key in rows
        for place, amount in zip(places or (), texts or (), strict=True)
    ]


@lru_cache(256)
def _statement(
    dimensions: frozenset[str], metric: str, columns: tuple[str, ...], ranges: int, of_teams: bool
) -> Select[Any]:
    """Without filters there are few shapes, each made once: putting one together costs more than running it."""
    return _build(dimensions, metric, columns, ranges, of_teams, ())


def _build(
    dimensions: frozenset[str],
    metric: str,
    columns: tuple[str, ...],
    ranges: int,
    of_teams: bool,
    filters: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    """One row a key with its periods and their sums as text of units: a row a period, each with a numeric, costs the driver
    several times as much."""
    store = _store(dimensions, metric)
    period = func.width_bucket(store.day, bindparam("thresholds", type_=ARRAY(Date))).label("period")
    keys = [store.known[c].label(f"key_{i}") for i, c in enumerate(columns)]
    conditions = [
        store.table.c.set_id == any_(bindparam("sets", type_=ARRAY(BigInteger))),
        store.table.c.currency == bindparam("currency"),
        or_(*(store.day.between(bindparam(f"first_{n}"), bindparam(f"last_{n}")) for n in range(ranges))),
        *filters,
    ]
    if of_teams:
        conditions.append(store.table.c.team_id == any_(bindparam("teams", type_=ARRAY(Text))))
    amount = func.sum(store.amount).label("amount")
    sums = select(period, amount, *keys).select_from(store.source).where(*conditions).group_by(period, *keys).subquery()
    of_key = [sums.c[k.name] for k in keys]
    return select(
        func.array_agg(sums.c.period), func.array_agg(cast(func.trunc(sums.c.amount * _UNITS), Text)), *of_key
    ).group_by(*of_key)


def _condition(wanted: Filter, column: ColumnElement[Any], service_names: Mapping[str, str]) -> ColumnElement[bool]:
    if wanted.op == "in":
        return _one_of(column, wanted.values)
    if wanted.op == "not_in":
        return ~func.coalesce(_one_of(column, wanted.values), False)
    method = "startswith" if wanted.op == "prefix" else "contains"
    texts = [v.lower() for v in wanted.values if v is not None]
    named = named_ids(wanted, service_names) if wanted.dimension == "x_ServiceId" else []
    likes = [getattr(func.lower(column), method)(t, autoescape=True) for t in texts]
    return or_(false(), *likes, *([column.in_(named)] if named else []))


def _one_of(column: ColumnElement[Any], values: Sequence[str | None]) -> ColumnElement[bool]:
    texts = [v for v in values if v is not None]
    return or_(column.in_(texts), column.is_(None)) if None in values else column.in_(texts)


async def list_group_values(session: ReadSession, dimension: str) -> list[str]:
    """The values that any group ever had."""
    column = groups.c[GROUP_FIELDS[dimension]]
    return [value for (value,) in await session.tuples(select(column).where(column.is_not(None)).distinct())]
