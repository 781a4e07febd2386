"""The two answers about cost: by team, and by anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fincc.cockpit.domain.filters import LEVELS, SOURCE, TEAM_DIMENSION
from fincc.cockpit.domain.pivot import label_of, pivot
from fincc.cockpit.domain.query import CostsQuery, CostView, TeamsQuery
from fincc.cockpit.domain.teams import team_answer
from fincc.cockpit.domain.windows import free_window, team_window
from fincc.cockpit.usecases.context import AnswerContext, meta
from fincc.cockpit.usecases.lines import Asked, LineReader
from fincc.cockpit.usecases.selection import Permitted, days_of, range_of, unattributable
from fincc.common.db import ReadSession


async def cost_by_team(
    session: ReadSession, context: AnswerContext, reader: LineReader, query: TeamsQuery, permitted: Permitted
) -> dict[str, Any]:
    view, currency = query.view, context.currency(query.view)
    choice = context.teams(view, permitted)
    as_of = query.as_of or context.fresh.data_through
    window = team_window(as_of or context.today, query.days, query.comparison)
    asked = Asked(context, view, window, currency, choice)
    lines = {key[0]: line for key, line in (await reader.read(session, asked, (TEAM_DIMENSION,))).items()}
    answer = team_answer(
        lines, context.hierarchy, len(window.starts), currency, with_unattributable=choice.in_scope is None
    )
    if choice.is_everybody and not view.other_filters:
        unallocated: int | None = lines[None].cost if None in lines else 0
    else:
        unallocated = await unattributable(session, context, view, window.days, currency, choice)
    return {
        "meta": meta(context, query, currency, window.ranges(), unallocated, permitted, as_of),
        "days": query.days,
        "range": range_of(window.days) if as_of else None,
        "previous_range": range_of(window.previous) if as_of else None,
        **answer,
    }


async def free_costs(
    session: ReadSession, context: AnswerContext, reader: LineReader, query: CostsQuery, permitted: Permitted
) -> dict[str, Any]:
    view, currency = query.view, context.currency(query.view)
    choice = context.teams(view, permitted)
    window = free_window(days_of(context, query.first, query.last), query.grain, query.compared)
    lines = await reader.read(session, Asked(context, view, window, currency, choice), query.group_by)
    names = label_names(context)
    answer = pivot(
        lines,
        window,
        query.group_by,
        lambda dimension, value: label_of(dimension, value, names),
        currency,
        top=query.top,
        sort=query.sort,
    )
    unallocated = await unattributable(session, context, view, window.days, currency, choice)
    return {
        "meta": meta(context, query, currency, window.ranges(), unallocated, permitted),
        "range": range_of(window.days),
        "previous_range": range_of(window.previous),
        "grain": query.grain,
        "group_by": list(query.group_by),
        "periods": list(window.starts),
        **answer,
    }


async def overview(session: ReadSession, context: AnswerContext) -> dict[str, Any]:
    """What is to be said about all stored cost, whatever the question: the meta of the last 30 complete days, for who may
    see everything."""
    query = TeamsQuery(CostView())
    currency, days = context.currency(query.view), days_of(context, None, None)
    unallocated = await unattributable(session, context, query.view, days, currency, context.teams(query.view, None))
    return meta(context, query, currency, [days], unallocated, None)


def label_names(context: AnswerContext) -> dict[str, Mapping[str, str]]:
    """The names of the values of dimensions that have names."""
    nodes = {n.id: n.name for n in context.hierarchy.nodes.values()}
    sources = {s.source_id: s.source_name for s in context.snapshots}
    return {**dict.fromkeys(LEVELS, nodes), "x_ServiceId": context.hierarchy.services, SOURCE: sources}
