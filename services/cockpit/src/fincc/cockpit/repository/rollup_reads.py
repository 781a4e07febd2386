"""Sums over roll-up rows by any of the groups' dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from fincc.cockpit.domain.columns import GROUP_FIELDS, METRIC_FIELDS
from fincc.cockpit.domain.filters import SOURCE, Filter, named_ids
from fincc.cockpit.domain.windows import Window
from fincc.cockpit.tables import groups, rollup, team_day
from fincc.common.db import ReadSession

Cell = tuple[tuple[Any, ...], date, Decimal]
"""Values of the columns asked for, the first day of the period (or of the range compared with), the sum."""


@dataclass(frozen=True)
class Selection:
    """Which rows: of these sets, in this currency, of groups that pass. `teams` of None is every team."""

    sets: Sequence[int]
    currency: str
    metric: str
    filters: Sequence[Filter]
    teams: Sequence[str | None] | None
    service_names: Mapping[str, str]


async def sum_rollup(session: ReadSession, selection: Selection, window: Window, columns: Sequence[str]) -> list[Cell]:
    """Sums by `columns` (dimensions of a group, or the set as x_SourceId) and period; rows are added up by group first."""
    thresholds = window.thresholds()
    bucket = func.width_bucket(rollup.c.day, literal(thresholds, ARRAY(Date))).label("bucket")
    amount = func.sum(rollup.c[METRIC_FIELDS[selection.metric]]).label("amount")
    by_set = [rollup.c.set_id] if SOURCE in columns else []
    inner = (
        select(rollup.c.group_id, bucket, amount, *by_set)
        .where(
            rollup.c.set_id.in_(list(selection.sets)),
            rollup.c.currency == selection.currency,
            or_(*(rollup.c.day.between(r.start, r.last) for r in window.ranges())),
        )
        .group_by(rollup.c.group_id, bucket, *by_set)
    )
    passing = _passing(selection)
    if passing is not None:
        inner = inner.where(rollup.c.group_id.in_(select(groups.c.group_id).where(passing)))
    sums = inner.subquery()
    keys = [sums.c.set_id if c == SOURCE else groups.c[GROUP_FIELDS[c]] for c in columns]
    statement = (
        select(sums.c.bucket, func.sum(sums.c.amount), *keys)
        .join_from(sums, groups, groups.c.group_id == sums.c.group_id)
        .group_by(sums.c.bucket, *keys)
    )
    rows = (await session.connection.execute(statement)).all()
    return [(tuple(key), thresholds[bucket - 1], amount) for bucket, amount, *key in rows]


def _passing(selection: Selection) -> ColumnElement[bool] | None:
    """The condition on a group; None when all pass."""
    wanted = [_condition(f, selection.service_names) for f in selection.filters]
    if selection.teams is not None:
        wanted.append(_one_of(groups.c.x_team_id, selection.teams))
    return and_(*wanted) if wanted else None


def _condition(wanted: Filter, service_names: Mapping[str, str]) -> ColumnElement[bool]:
    column = groups.c[GROUP_FIELDS[wanted.dimension]]
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


async def list_teams(session: ReadSession, sets: Sequence[int]) -> list[str | None]:
    """The teams with rows in these sets; None is Unattributable."""
    rows = await session.all(select(team_day.c.team_id).where(team_day.c.set_id.in_(list(sets))).distinct())
    return [r["team_id"] or None for r in rows]


async def list_group_values(session: ReadSession, dimension: str) -> list[str]:
    """The values that any group ever had."""
    column = groups.c[GROUP_FIELDS[dimension]]
    rows = (await session.connection.execute(select(column).where(column.is_not(None)).distinct())).scalars()
    return list(rows)
