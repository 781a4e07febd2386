"""Answers about cost: by team from running totals, by anything from roll-up rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fincc.cockpit.domain.change import EXACT, ZERO, Line
from fincc.cockpit.domain.columns import GROUP_COLUMNS
from fincc.cockpit.domain.filters import LEVELS, SOURCE, TEAM_DIMENSION, Filter, TeamChoice
from fincc.cockpit.domain.pivot import Key, label_of, pivot, to_lines
from fincc.cockpit.domain.query import CostsQuery, CostView, TeamsQuery
from fincc.cockpit.domain.running_totals import to_lines as lines_of_totals
from fincc.cockpit.domain.teams import team_answer
from fincc.cockpit.domain.windows import Window, free_window, team_window
from fincc.cockpit.repository import costs, rollup_reads
from fincc.cockpit.repository.rollup_reads import Selection
from fincc.cockpit.repository.state import SnapshotRow
from fincc.cockpit.usecases.context import AnswerContext, meta
from fincc.common.db import ReadSession
from fincc.common.period import Days

DEFAULT_DAYS = 30
Permitted = frozenset[str] | None


async def cost_by_team(
    session: ReadSession, context: AnswerContext, query: TeamsQuery, permitted: Permitted
) -> dict[str, Any]:
    currency = context.currency(query.view)
    choice = context.teams(query.view, permitted)
    as_of = query.as_of or context.fresh.data_through
    window = team_window(as_of or context.today, query.days, query.comparison)
    lines = await lines_by_team(session, context, query.view, window, currency, choice) if as_of else {}
    answer = team_answer(
        lines, context.hierarchy, len(window.starts), currency, with_unattributable=choice.in_scope is None
    )
    if choice.is_everybody and not query.view.other_filters:
        unallocated: Decimal | None = lines[None].cost if None in lines else ZERO
    else:
        unallocated = await unattributable(session, query.view, window.days, currency, choice)
    return {
        "meta": meta(context, query, currency, window.ranges(), unallocated, as_of),
        "days": query.days,
        "range": _range(window.days) if as_of else None,
        "previous_range": _range(window.previous) if as_of else None,
        **answer,
    }


async def lines_by_team(
    session: ReadSession, context: AnswerContext, view: CostView, window: Window, currency: str, choice: TeamChoice
) -> dict[str | None, Line]:
    """From running totals; only filters on other dimensions need the roll-up."""
    if view.other_filters:
        cells = await _cells(session, context, view, window, currency, choice, (TEAM_DIMENSION,))
        return {key[0]: line for key, line in to_lines(cells, window).items()}
    days = [*window.boundaries(), *window.previous_boundaries()]
    points = await costs.running_totals(session, view.metric, currency, days)
    return lines_of_totals({t: p for t, p in points.totals.items() if choice.has(t)}, window)


async def unattributable(
    session: ReadSession, view: CostView, days: Days, currency: str, choice: TeamChoice
) -> Decimal | None:
    """What no team owns in these days, whatever the filters; None where the scope does not include it."""
    if choice.in_scope is not None:
        return None
    before = days.start - timedelta(days=1)
    points = (await costs.running_totals(session, view.metric, currency, [before, days.last])).totals.get(None, {})
    return EXACT.subtract(points.get(days.last, ZERO), points.get(before, ZERO))


async def free_costs(
    session: ReadSession, context: AnswerContext, query: CostsQuery, permitted: Permitted
) -> dict[str, Any]:
    currency = context.currency(query.view)
    choice = context.teams(query.view, permitted)
    window = free_window(days_of(context, query.first, query.last), query.grain, query.compared)
    levels_only = all(d in LEVELS for d in query.group_by) and not query.view.other_filters
    if levels_only:
        by_team = await lines_by_team(session, context, query.view, window, currency, choice)
        lines = _regroup(
            {(t,): line for t, line in by_team.items()}, context, (TEAM_DIMENSION,), query.group_by, window
        )
    else:
        columns = tuple(dict.fromkeys(TEAM_DIMENSION if d in LEVELS else d for d in query.group_by))
        cells = await _cells(session, context, query.view, window, currency, choice, columns)
        lines = _regroup(to_lines(cells, window), context, columns, query.group_by, window)
    names = _names(context)
    answer = pivot(
        lines,
        window,
        query.group_by,
        lambda dimension, value: label_of(dimension, value, names),
        currency,
        top=query.top,
        sort=query.sort,
    )
    unallocated = await unattributable(session, query.view, window.days, currency, choice)
    return {
        "meta": meta(context, query, currency, window.ranges(), unallocated),
        "range": _range(window.days),
        "previous_range": _range(window.previous),
        "grain": query.grain,
        "group_by": list(query.group_by),
        "periods": list(window.starts),
        **answer,
    }


def days_of(context: AnswerContext, first: date | None, last: date | None) -> Days:
    """The days asked for; by default the 30 that end with the last complete day."""
    last = last or context.fresh.data_through or context.today
    return Days(first, last + timedelta(days=1)) if first else Days.ending_at(last, DEFAULT_DAYS)


async def _cells(
    session: ReadSession,
    context: AnswerContext,
    view: CostView,
    window: Window,
    currency: str,
    choice: TeamChoice,
    columns: tuple[str, ...],
) -> list[rollup_reads.Cell]:
    snapshots = _of_sources(context.covering(*window.ranges()), [f for f in view.filters if f.dimension == SOURCE])
    sets = [s.set_id for s in snapshots if s.set_id is not None]
    teams = None
    if not choice.is_everybody:
        teams = [t for t in await rollup_reads.list_teams(session, sets) if choice.has(t)]
    filters = [f for f in view.other_filters if f.dimension in GROUP_COLUMNS]
    selection = Selection(sets, currency, view.metric, filters, teams, context.hierarchy.services)
    cells = await rollup_reads.sum_rollup(session, selection, window, columns)
    if SOURCE not in columns:
        return cells
    source_of = {s.set_id: s.source_id for s in snapshots}
    place = columns.index(SOURCE)
    return [((*k[:place], source_of[k[place]], *k[place + 1 :]), start, amount) for k, start, amount in cells]


def _of_sources(snapshots: Iterable[SnapshotRow], filters: list[Filter]) -> list[SnapshotRow]:
    """Snapshots of sources that pass every filter; a source may be named by its id or by its name."""

    def passes(wanted: Filter, snapshot: SnapshotRow) -> bool:
        hits = wanted.matches(snapshot.source_id), wanted.matches(snapshot.source_name)
        return all(hits) if wanted.op == "not_in" else any(hits)

    return [s for s in snapshots if all(passes(f, s) for f in filters)]


def _regroup(
    lines: Mapping[Key, Line],
    context: AnswerContext,
    columns: tuple[str, ...],
    group_by: tuple[str, ...],
    window: Window,
) -> dict[Key, Line]:
    """Lines by what was asked for, from lines by what was read: a unit is the sum of its teams."""

    def key_of(key: Key) -> Key:
        values = dict(zip(columns, key, strict=True))
        return tuple(_level_of(context, values[TEAM_DIMENSION], d) if d in LEVELS else values[d] for d in group_by)

    cells = [cell for key, line in lines.items() for cell in _as_cells(key_of(key), line, window)]
    return to_lines(cells, window)


def _as_cells(key: Key, line: Line, window: Window) -> Iterable[tuple[Key, date, Decimal]]:
    yield from ((key, start, amount) for start, amount in zip(window.starts, line.series, strict=True))
    if window.previous is not None and line.previous is not None:
        yield key, window.previous.start, line.previous


def _level_of(context: AnswerContext, team: str | None, dimension: str) -> str | None:
    if dimension == TEAM_DIMENSION:
        return team
    node = context.hierarchy.ancestor(team, LEVELS[dimension])
    return node.id if node else None


def _names(context: AnswerContext) -> dict[str, Mapping[str, str]]:
    nodes = {n.id: n.name for n in context.hierarchy.nodes.values()}
    sources = {s.source_id: s.source_name for s in context.snapshots}
    return {**dict.fromkeys(LEVELS, nodes), "x_ServiceId": context.hierarchy.services, SOURCE: sources}


def _range(days: Days | None) -> dict[str, date] | None:
    return None if days is None else {"from": days.start, "to": days.last}
