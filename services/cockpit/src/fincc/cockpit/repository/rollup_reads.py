"""Sums over roll-up rows by any of the groups' dimensions; by owners alone from the far smaller table of owners and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, and_, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from fincc.cockpit.domain.columns import GROUP_FIELDS, METRIC_FIELDS
from fincc.cockpit.domain.filters import SOURCE, Filter, named_ids
from fincc.cockpit.domain.windows import Window
from fincc.cockpit.repository.rollups import OWNER_DAY_COLUMNS
from fincc.cockpit.tables import groups, owner_day, rollup
from fincc.common.db import ReadSession
from fincc.common.focus import OWNER_COLUMNS

Cell = tuple[tuple[Any, ...], date, Decimal]
"""Values of the columns asked for, the first day of the period (or of the range compared with), the sum."""

Columns = Mapping[str, ColumnElement[Any]]

_OF_OWNERS: Columns = {
    SOURCE: owner_day.c.set_id,
    **{d: func.nullif(owner_day.c[c], "") for d, c in zip(OWNER_COLUMNS, OWNER_DAY_COLUMNS, strict=True)},
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


async def sum_rollup(session: ReadSession, selection: Selection, window: Window, columns: Sequence[str]) -> list[Cell]:
    """Sums by `columns` (dimensions of a group, or the set as x_SourceId) and period."""
    if {*columns, *(f.dimension for f in selection.filters)} <= _OF_OWNERS.keys():
        table, known = owner_day, _OF_OWNERS
        source: FromClause = owner_day
    else:
        table, known = rollup, _OF_GROUPS
        source = rollup.join(groups, groups.c.group_id == rollup.c.group_id)
    thresholds = window.thresholds()
    period = func.width_bucket(table.c.day, literal(thresholds, ARRAY(Date))).label("period")
    keys = [known[c] for c in columns]
    statement = (
        select(period, func.sum(table.c[METRIC_FIELDS[selection.metric]]), *keys)
        .select_from(source)
        .where(*_conditions(selection, window, table, known))
        .group_by(period, *keys)
    )
    rows = (await session.connection.execute(statement)).all()
    return [(tuple(key), thresholds[place - 1], amount) for place, amount, *key in rows]


def _conditions(selection: Selection, window: Window, table: FromClause, known: Columns) -> list[ColumnElement[bool]]:
    out = [
        table.c.set_id.in_(list(selection.sets)),
        table.c.currency == selection.currency,
        or_(*(table.c.day.between(r.start, r.last) for r in window.ranges())),
        *(_condition(f, known[f.dimension], selection.service_names) for f in selection.filters),
    ]
    if selection.teams is not None:
        out.append(table.c.team_id.in_([t or "" for t in selection.teams]))
    return [and_(*out)]


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


async def list_teams(session: ReadSession, sets: Sequence[int]) -> list[str | None]:
    """The teams with rows in these sets; None is Unattributable."""
    rows = await session.all(select(owner_day.c.team_id).where(owner_day.c.set_id.in_(list(sets))).distinct())
    return [r["team_id"] or None for r in rows]


async def list_group_values(session: ReadSession, dimension: str) -> list[str]:
    """The values that any group ever had."""
    column = groups.c[GROUP_FIELDS[dimension]]
    rows = (await session.connection.execute(select(column).where(column.is_not(None)).distinct())).scalars()
    return list(rows)
